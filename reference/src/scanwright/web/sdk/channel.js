// One WebSocket to the service: calls and their answers, progress, cancelling, events.

import { CallError, DisconnectedError } from "./errors.js";

/** How long a cancelled call may still take to say that it has stopped. */
const CANCEL_MS = 2000;
const PROTOCOL_ERROR = 4003;

/**
 * @typedef {{kind: 'result', id: number, result: unknown}
 *   | {kind: 'error', id: number, code: number, message: string, data: unknown}
 *   | {kind: 'event', name: string, params: any}} Frame
 */

/**
 * @typedef {object} Waiting
 * @property {string} method
 * @property {(result: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {((progress: import('./types.js').Progress) => void) | undefined} onprogress
 * @property {AbortSignal | undefined} signal
 */

/**
 * @typedef {object} ChannelHooks
 * @property {(name: string, params: any) => void} onevent
 * @property {(code: number, reason: string) => void} onclose Once, when an open one ends.
 */

/** The WebSocket was closed before it was open; `code` is `pending` when it took too long. */
export class NotOpened extends Error {
  /** @param {number | 'pending'} code */
  constructor(code) {
    super(`The WebSocket did not open: ${code}.`);
    this.code = code;
  }
}

export class Channel {
  #socket;
  #hooks;
  #last = 0;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();

  /** @param {WebSocket} socket Open. @param {ChannelHooks} hooks */
  constructor(socket, hooks) {
    this.#socket = socket;
    this.#hooks = hooks;
    socket.onmessage = ({ data }) => this.#take(data);
    socket.onclose = ({ code, reason }) => this.#end(code, reason);
  }

  /**
   * Asks the service; rejects with CallError, DisconnectedError or the signal's reason.
   * @param {string} method
   * @param {object} [params]
   * @param {import('./types.js').CallOptions} [options]
   * @returns {Promise<any>}
   */
  call(method, params = {}, { signal, onprogress } = {}) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new DisconnectedError("not connected"));
    }
    const id = this.#send(method, params);
    return new Promise((resolve, reject) => {
      const stop = () => this.#cancel(id);
      const settled = (/** @type {(outcome: any) => void} */ settle) => (/** @type {any} */ outcome) => {
        signal?.removeEventListener("abort", stop);
        settle(outcome);
      };
      signal?.addEventListener("abort", stop, { once: true });
      const call = { method, resolve: settled(resolve), reject: settled(reject), onprogress, signal };
      this.#waiting.set(id, call);
    });
  }

  /** @param {number} [code] @param {string} [reason] */
  close(code = 1000, reason = "") {
    this.#socket.close(code, reason);
    // The other side may be gone, and its consent to close would never come.
    this.#end(code, reason);
  }

  /** @param {string} method @param {object} params */
  #send(method, params) {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return id;
  }

  /** @param {number} id */
  #cancel(id) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#send("call.cancel", { call: id });
    setTimeout(() => this.#settle(id, (call) => call.reject(call.signal?.reason)), CANCEL_MS);
  }

  /** @param {unknown} data */
  #take(data) {
    const frame = typeof data === "string" ? parseFrame(data) : null;
    if (frame === null) this.close(PROTOCOL_ERROR, "no frame of this protocol");
    else if (frame.kind === "event") this.#hear(frame.name, frame.params);
    else this.#settle(frame.id, (call) => answer(call, frame));
  }

  /** @param {string} name @param {any} params */
  #hear(name, params) {
    if (name !== "progress") return this.#hooks.onevent(name, params);
    const { call, done, total } = params;
    this.#waiting.get(call)?.onprogress?.({ done, total });
    return undefined;
  }

  /** @param {number} id @param {(call: Waiting) => void} settle */
  #settle(id, settle) {
    const call = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (call) settle(call);
  }

  /** @param {number} code @param {string} reason */
  #end(code, reason) {
    const { onclose } = this.#hooks;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#hooks = { onevent: () => {}, onclose: () => {} };
    const error = new DisconnectedError(reason || `code ${code}`, code);
    for (const id of [...this.#waiting.keys()]) {
      this.#settle(id, (call) => call.reject(call.signal?.aborted ? call.signal.reason : error));
    }
    onclose(code, reason);
  }
}

/**
 * @param {string} url
 * @param {string} subprotocol
 * @param {ChannelHooks} hooks
 * @param {{signal: AbortSignal}} options The signal bounds the opening only.
 * @returns {Promise<Channel>}
 */
export function openChannel(url, subprotocol, hooks, { signal }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, subprotocol);
    const late = () => {
      socket.onopen = socket.onclose = null;
      socket.close();
      reject(new NotOpened("pending"));
    };
    signal.addEventListener("abort", late, { once: true });
    socket.onopen = () => {
      signal.removeEventListener("abort", late);
      resolve(new Channel(socket, hooks));
    };
    socket.onclose = ({ code }) => reject(new NotOpened(code));
    if (signal.aborted) late();
  });
}

/**
 * Reads a frame; null when it is none of this protocol.
 * @param {string} text
 * @returns {Frame | null}
 */
export function parseFrame(text) {
  let frame;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof frame !== "object" || frame?.jsonrpc !== "2.0") return null;
  const { id, method, params = {}, result, error } = frame;
  if (typeof method === "string" && id === undefined) return { kind: "event", name: method, params };
  if (!Number.isInteger(id)) return null;
  if ("result" in frame) return { kind: "result", id, result };
  if (!Number.isInteger(error?.code)) return null;
  return { kind: "error", id, code: error.code, message: String(error.message), data: error.data };
}

/**
 * What was cancelled counts as cancelled, even if it was done just before.
 * @param {Waiting} call
 * @param {Exclude<Frame, {kind: 'event'}>} frame
 */
function answer(call, frame) {
  if (call.signal?.aborted) call.reject(call.signal.reason);
  else if (frame.kind === "result") call.resolve(frame.result);
  else call.reject(new CallError(call.method, frame.code, frame.message, frame.data));
}
