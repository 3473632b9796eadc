// Finds out why the service cannot be reached: probes gather, `decide` concludes.
//
// One request is enough when all is well. When it is not, everything else is tried at
// once, each with a deadline of its own.

import { channelOf, isLoopback, managerOf, originOf, placeOf, PROTOCOLS, SUBPROTOCOL } from "./address.js";
import { decide, mayAsk } from "./decide.js";
import { checkNames, CONNECT } from "./options.js";
import { pause } from "./patience.js";
import { askHello, askOpaque, permissionNow, trySocket, wasSeen, watchPolicy } from "./probes.js";

/** A local service that takes longer than this is slow, or the browser asks its user. */
const PROMPT_MS = 1200;
const DEADLINE_MS = 4000;

/** Browsers report violations of a policy a moment after they refuse. */
const REPORT_MS = 60;

/**
 * @typedef {object} Examination
 * @property {import('./decide.js').Observations} seen
 * @property {readonly import('./types.js').Candidate[]} candidates
 */

/**
 * Says what is between this page and the service, and connects to nothing.
 *
 * While the browser asks its user, `onreason` is told so and the answer is waited for;
 * without `onreason` the result is `permission-pending`, and the browser goes on asking.
 * @param {import('./types.js').DiagnoseOptions} [options]
 * @returns {Promise<import('./types.js').Diagnosis>}
 */
export async function diagnose(options = {}) {
  checkNames("diagnose()", options, CONNECT);
  const place = placeOf(options, location.protocol);
  return conclude(place, await examine(place, options));
}

/**
 * @param {import('./address.js').Place} place
 * @param {import('./types.js').DiagnoseOptions} options
 * @returns {Promise<Examination>}
 */
export async function examine(place, options) {
  const origin = originOf(place, place.secure);
  const policy = watchPolicy([origin, origin.replace(/^http/, "ws")]);
  try {
    const { main, wasAsked } = await askMain(place, options);
    options.signal?.throwIfAborted();
    const rest = main.kind === "ours" ? NOT_TRIED : await tryTheRest(place, options);
    options.signal?.throwIfAborted();
    const seen = {
      ...surroundings(place),
      ...rest,
      permission: await permissionNow(),
      main,
      wasAsked,
      isPolicyViolated: policy.isViolated,
    };
    return { seen, candidates: candidatesOf(place, seen) };
  } finally {
    policy.stop();
  }
}

/**
 * @param {import('./address.js').Place} place
 * @param {Examination} examination
 * @returns {import('./types.js').Diagnosis}
 */
export function conclude(place, { seen, candidates }) {
  return Object.freeze({ reason: decide(seen), candidates, detail: detailOf(place, seen) });
}

/**
 * @param {import('./address.js').Place} place
 * @param {Pick<import('./decide.js').Observations, 'main' | 'socket'>} seen
 * @returns {import('./types.js').Detail}
 */
function detailOf(place, { main, socket }) {
  const hello = main.kind === "ours" ? main.hello : null;
  return Object.freeze({
    address: originOf(place, place.secure),
    certificateAddress: `${originOf(place, true)}/hello`,
    managerAddress: managerOf(place),
    origin: location.origin,
    framed: window.top !== window,
    version: hello?.version ?? null,
    protocols: hello?.protocols ?? null,
    closeCode: typeof socket === "number" ? socket : null,
  });
}

/**
 * What is known while the browser asks its user.
 * @param {import('./address.js').Place} place
 * @returns {import('./types.js').Problem}
 */
function pendingProblem(place) {
  const candidates = [{ url: originOf(place, place.secure), outcome: /** @type {const} */ ("pending") }];
  const detail = detailOf(place, { main: { kind: "pending" }, socket: null });
  return { reason: "permission-pending", candidates, detail };
}

/** @param {import('./address.js').Place} place */
function surroundings(place) {
  const isApple = navigator.vendor.startsWith("Apple");
  const isGoogle = navigator.vendor.startsWith("Google");
  const isLoopbackPage = isLoopback(location.hostname);
  return {
    isLoopbackPage,
    // Firefox and WebKit do let insecure pages through.
    isInsecureRefused: isGoogle && !window.isSecureContext && !isLoopbackPage,
    // WebKit alone makes no exception for addresses of this machine.
    isMixedBlocked: location.protocol === "https:" && (isApple || !isLoopback(place.host)),
    secure: place.secure,
    wasSeen: wasSeen(),
    protocols: PROTOCOLS,
  };
}

const NOT_TRIED = Object.freeze({ other: null, opaque: null, socket: null });

/**
 * @param {import('./address.js').Place} place
 * @param {import('./types.js').DiagnoseOptions} options
 * @returns {Promise<{main: import('./decide.js').Answer, wasAsked: boolean}>}
 */
async function askMain(place, options) {
  const { signal, onreason, deadlineMs = DEADLINE_MS } = options;
  const ending = new AbortController();
  const end = () => ending.abort();
  signal?.addEventListener("abort", end, { once: true });
  signal?.throwIfAborted();
  const asking = askHello(originOf(place, place.secure), ending.signal);
  try {
    const early = await within(asking, Math.min(PROMPT_MS, deadlineMs));
    if (early) return { main: early, wasAsked: false };
    const isLoopbackPage = isLoopback(location.hostname);
    if (mayAsk({ permission: await permissionNow(), isLoopbackPage })) {
      // Ending the request would take the question away from the user.
      if (!onreason) return { main: { kind: "pending" }, wasAsked: true };
      onreason("permission-pending", pendingProblem(place));
      return { main: await asking, wasAsked: true };
    }
    const late = await within(asking, deadlineMs - PROMPT_MS);
    if (!late) end();
    return { main: late ?? { kind: "pending" }, wasAsked: false };
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

/**
 * @param {import('./address.js').Place} place
 * @param {import('./types.js').DiagnoseOptions} options
 */
async function tryTheRest(place, { deadlineMs = DEADLINE_MS, signal }) {
  const deadline = AbortSignal.timeout(deadlineMs);
  const ends = signal ? AbortSignal.any([signal, deadline]) : deadline;
  const origin = originOf(place, place.secure);
  const [other, opaque, socket] = await Promise.all([
    askHello(originOf(place, !place.secure), ends),
    askOpaque(origin, ends),
    // Only TLS has something to tell here: Firefox names a handshake that failed.
    place.secure ? trySocket(channelOf(place), SUBPROTOCOL, ends) : null,
    pause(REPORT_MS),
  ]);
  return { other, opaque, socket };
}

/**
 * @param {import('./address.js').Place} place
 * @param {import('./decide.js').Observations} seen
 * @returns {readonly import('./types.js').Candidate[]}
 */
function candidatesOf(place, { main, other, opaque }) {
  const isOpaque = main.kind === "failed" && opaque === "answers";
  /** @type {import('./types.js').Candidate[]} */
  const tried = [{ url: originOf(place, place.secure), outcome: isOpaque ? "opaque" : main.kind }];
  if (other) tried.push({ url: originOf(place, !place.secure), outcome: other.kind });
  return Object.freeze(tried.map((each) => Object.freeze(each)));
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @returns {Promise<T | null>} Null when it takes longer.
 */
async function within(promise, ms) {
  const early = new AbortController();
  const late = pause(Math.max(0, ms), early.signal).then(
    () => null,
    () => null,
  );
  const first = await Promise.race([promise, late]);
  early.abort();
  return first;
}
