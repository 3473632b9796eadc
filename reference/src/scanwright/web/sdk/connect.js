// Connects a page to the service: finds out what is in the way first, then opens a session.

import { originOf, placeOf } from "./address.js";
import { NotOpened } from "./channel.js";
import { conclude, examine } from "./diagnosis.js";
import { CallError, ConnectError, DisconnectedError } from "./errors.js";
import { Link } from "./link.js";
import { checkNames, CONNECT } from "./options.js";
import { pause } from "./patience.js";
import { markSeen, watchPolicy } from "./probes.js";
import { InstallPrompt } from "./prompt/prompt.js";
import { Scanwright } from "./session.js";

const WRONG_PROTOCOL = -2207;

/** Browsers report violations of a policy a moment after they refuse. */
const REPORT_MS = 60;

/**
 * Connects, and resolves to the session; rejects with ConnectError, whose `reason` says
 * why. With `prompt`, the user is shown what to do and the session comes when the service
 * does; it rejects when the user closes the dialog.
 * @param {import('./types.js').ConnectOptions} [options]
 * @returns {Promise<Scanwright>}
 */
export async function connect(options = {}) {
  checkNames("connect()", options, CONNECT);
  const prompt = promptOf(options.prompt);
  const place = placeOf(options, location.protocol);
  const { signal, onreason } = options;
  // Somebody listens, so that a question of the browser is waited for.
  if (prompt === null) return connectOnce(place, { ...options, onreason: onreason ?? (() => {}) });
  return prompt.accompany((extras) => connectOnce(place, { ...options, ...extras }), { signal, onreason });
}

/**
 * @param {import('./address.js').Place} place
 * @param {import('./types.js').ConnectOptions} options
 * @returns {Promise<Scanwright>}
 */
async function connectOnce(place, options) {
  const examination = await examine(place, options);
  const diagnosis = conclude(place, examination);
  if (diagnosis.reason) throw new ConnectError(/** @type {any} */ (diagnosis));
  const policy = watchPolicy([originOf(place, place.secure).replace(/^http/, "ws")]);
  const link = new Link(place, {
    storage: storageOf(options),
    reconnect: options.reconnect ?? true,
  });
  try {
    const opened = await link.open(options.signal);
    markSeen();
    return new Scanwright(link, place, opened);
  } catch (error) {
    options.signal?.throwIfAborted();
    await pause(REPORT_MS);
    const failure = { isPolicyViolated: policy.isViolated, ...failureOf(error, examination) };
    const seen = { ...examination.seen, ...failure };
    const problem = conclude(place, { ...examination, seen });
    if (problem.reason === null) throw error;
    throw new ConnectError(/** @type {any} */ (problem), { cause: error });
  } finally {
    policy.stop();
  }
}

/**
 * What a failure to open the session lets see, beside what was observed before.
 * @param {unknown} error
 * @param {import('./diagnosis.js').Examination} examination
 * @returns {Partial<import('./decide.js').Observations>}
 */
function failureOf(error, { seen }) {
  if (error instanceof NotOpened) return { socket: error.code };
  if (error instanceof DisconnectedError) return { socket: error.code ?? "pending" };
  if (error instanceof DOMException) return { socket: "pending" };
  if (error instanceof CallError && isForNow(error)) return { socket: "pending" };
  if (!(error instanceof CallError) || error.code !== WRONG_PROTOCOL) return {};
  const { protocols } = /** @type {{protocols?: number[]}} */ (error.data ?? {});
  if (seen.main.kind !== "ours" || !Array.isArray(protocols)) return {};
  return { main: { kind: "ours", hello: { ...seen.main.hello, protocols } } };
}

/** Whether the service says that later it will do: it has all the sessions that it can hold. @param {CallError} error */
function isForNow({ data }) {
  return /** @type {{retry?: boolean} | undefined} */ (data)?.retry === true;
}

/** @param {import('./types.js').ConnectOptions} options @returns {Storage | null} */
function storageOf({ storage }) {
  if (storage !== undefined) return storage;
  try {
    return sessionStorage;
  } catch {
    return null; // a frame without an origin has no storage
  }
}

/** @param {import('./types.js').ConnectOptions['prompt']} prompt */
function promptOf(prompt) {
  if (!prompt) return null;
  if (prompt instanceof InstallPrompt) return prompt;
  return new InstallPrompt(prompt === true ? {} : prompt);
}
