// The lasting link of a page to its session: it opens channels, and takes the session up
// again when one is lost.
//
//   closed ──open──▶ connected ──lost──▶ reconnecting ──▶ connected
//                      │                     │
//                      └──── for good ───────┴──▶ closed
//
// A call that was under way when the connection went is rejected: whether it was carried
// out is not known. A call that comes while reconnecting waits; it is rejected when another
// session is all that comes back: what it was meant for is gone.

import { channelOf, PROTOCOLS, SUBPROTOCOL } from "./address.js";
import { NotOpened, openChannel } from "./channel.js";
import { CallError, DisconnectedError } from "./errors.js";
import { delayAfter, pauseUntilWanted } from "./patience.js";

const TOKEN = "scanwright.session";
const PACE = { firstMs: 250, factor: 2, mostMs: 8000 };
const OPEN_MS = 6000;
const WRONG_PROTOCOL = -2207;
const CLOSED = "closed-by-page";
const LOST = "session-lost";

/** Codes after which there is nothing to come back to; the others are worth a try. */
const FINAL = new Map([
  [4001, "taken-over"],
  [4002, "session-ended"],
  [1008, "origin-refused"],
]);

/**
 * @typedef {object} LinkHooks
 * @property {(name: string, params: any) => void} onevent
 * @property {(opened: import('./types.js').OpenResult) => void} onresumed
 * @property {(reason: string, isFinal: boolean) => void} ondisconnected
 */

export class Link {
  /** @type {'connected' | 'reconnecting' | 'closed'} */
  state = "closed";
  #url;
  #storage;
  #isLasting;
  /** @type {import('./channel.js').Channel | null} */
  #channel = null;
  /** @type {string | null} */
  #holder = null;
  /** @type {string | null} */
  #token = null;
  #ended = new AbortController();
  #back = deferred();
  /** @type {LinkHooks | null} */
  hooks = null;

  /**
   * @param {import('./address.js').Place} place
   * @param {{storage: Storage | null, reconnect: boolean}} options
   */
  constructor(place, { storage, reconnect }) {
    this.#url = channelOf(place);
    this.#storage = storage;
    this.#isLasting = reconnect;
    this.#token = storage?.getItem(TOKEN) ?? null;
  }

  /**
   * Opens a channel and the session on it; rejects with NotOpened, CallError or
   * DisconnectedError.
   * @param {AbortSignal} [signal]
   * @returns {Promise<import('./types.js').OpenResult>}
   */
  async open(signal) {
    const deadline = AbortSignal.timeout(OPEN_MS);
    const ends = signal ? AbortSignal.any([signal, deadline]) : deadline;
    const channel = await openChannel(this.#url, SUBPROTOCOL, this.#listen(), { signal: ends });
    try {
      const opened = await channel.call("session.open", this.#request(), { signal: ends });
      this.#ended.signal.throwIfAborted();
      this.#keep(channel, opened);
      return opened;
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @param {import('./types.js').CallOptions} [options]
   * @returns {Promise<any>}
   */
  async call(method, params, options) {
    while (this.state === "reconnecting") {
      const loss = await orAborted(this.#back.promise, options?.signal);
      if (loss !== null) throw new DisconnectedError(loss);
    }
    if (this.#channel === null) throw new DisconnectedError("closed");
    return this.#channel.call(method, params, options);
  }

  /** Ends the session, and the link. */
  async close() {
    if (this.state === "closed") return;
    const channel = this.#channel;
    this.#finish(CLOSED);
    try {
      await channel?.call("session.close", {}, { signal: AbortSignal.timeout(OPEN_MS) });
    } catch {
      // The session ends by itself when nobody comes back to it.
    }
    channel?.close();
  }

  /** @returns {import('./channel.js').ChannelHooks} */
  #listen() {
    return {
      onevent: (name, params) => this.hooks?.onevent(name, params),
      onclose: (code, reason) => this.#lose(code, reason),
    };
  }

  #request() {
    const session = this.#token;
    const resume = session && { session, ...(this.#holder && { holder: this.#holder }) };
    return { protocols: PROTOCOLS, client: "scanwright-sdk", ...(resume && { resume }) };
  }

  /** @param {import('./channel.js').Channel} channel @param {import('./types.js').OpenResult} opened */
  #keep(channel, opened) {
    this.#channel = channel;
    this.#holder = opened.holder;
    this.#token = opened.session;
    store(this.#storage, opened.session);
    this.state = "connected";
    this.#back.resolve(opened.outcome === "resumed" ? null : LOST);
  }

  /** @param {number} code @param {string} reason */
  #lose(code, reason) {
    if (this.state !== "connected") return;
    const final = FINAL.get(code) ?? (this.#isLasting ? null : reason || "connection-lost");
    if (final !== null) return this.#finish(final);
    this.state = "reconnecting";
    this.#channel = null;
    this.#back = deferred();
    this.hooks?.ondisconnected(code === 1001 ? "service-stopped" : "connection-lost", false);
    void this.#comeBack();
    return undefined;
  }

  async #comeBack() {
    const { signal } = this.#ended;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const opened = await this.open(signal);
        return this.hooks?.onresumed(opened);
      } catch (error) {
        if (signal.aborted) return undefined;
        const final = finality(error);
        if (final) return this.#finish(final);
      }
      await pauseUntilWanted(delayAfter(failures, PACE, Math.random()), { signal }).catch(() => {});
    }
    return undefined;
  }

  /** @param {string} reason */
  #finish(reason) {
    this.state = "closed";
    this.#channel = null;
    this.#ended.abort();
    // One that another connection took over is still there for a reload.
    if (reason === CLOSED || reason === FINAL.get(4002)) store(this.#storage, null);
    this.#back.resolve(reason);
    this.hooks?.ondisconnected(reason, true);
  }
}

/** @param {Storage | null} storage @param {string | null} token */
function store(storage, token) {
  try {
    if (token === null) storage?.removeItem(TOKEN);
    else storage?.setItem(TOKEN, token);
  } catch {
    // A full storage: a reload loses the session, nothing else.
  }
}

/**
 * Why it is of no use to try again after this error; null when it is.
 * @param {unknown} error
 */
function finality(error) {
  if (error instanceof CallError) return error.code === WRONG_PROTOCOL ? "protocol" : null;
  if (error instanceof NotOpened || error instanceof DisconnectedError) {
    return FINAL.get(Number(error.code)) ?? null;
  }
  return null;
}

/** Resolves to null, or to the reason why those who wait are rejected. */
function deferred() {
  /** @type {(loss: string | null) => void} */
  let resolve = () => {};
  const promise = /** @type {Promise<string | null>} */ (new Promise((settle) => (resolve = settle)));
  return { promise, resolve };
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
function orAborted(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    promise.then((result) => {
      signal.removeEventListener("abort", stop);
      resolve(result);
    });
  });
}
