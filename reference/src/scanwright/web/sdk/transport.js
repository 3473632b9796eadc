// One HTTP request that sends a body, with its progress where somebody wants to see it.

import { TransferError } from "./errors.js";

/**
 * @typedef {object} Sending
 * @property {string} method
 * @property {XMLHttpRequestBodyInit} [body]
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {(progress: import('./types.js').Progress) => void} [onprogress]
 * @property {boolean} [withCredentials] Sends the cookies of another site, too.
 * @property {string} [silence] What is said when nobody answers.
 */

/** @typedef {{status: number, text: string}} Sent */

const SILENCE = "Nobody answered.";

/**
 * Sends; any status is an answer. Rejects with TransferError 0 when nobody answers, and
 * with the reason of the signal.
 * @param {string} url
 * @param {Sending} sending
 * @returns {Promise<Sent>}
 */
export function send(url, sending) {
  sending.signal?.throwIfAborted();
  // `fetch` tells nothing of what has gone out; XMLHttpRequest costs a preflight.
  const isWatched = sending.onprogress && typeof XMLHttpRequest !== "undefined";
  return isWatched ? sendWatched(url, sending) : sendPlain(url, sending);
}

/**
 * The body of an answer: what its JSON says, or its text.
 * @param {Sent} sent
 * @returns {any}
 */
export function bodyOf({ text }) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @param {string} url @param {Sending} sending @returns {Promise<Sent>} */
async function sendPlain(url, { method, body, headers, signal, withCredentials, silence = SILENCE }) {
  const credentials = withCredentials ? "include" : "same-origin";
  try {
    const answer = await fetch(url, { method, body, headers, signal, credentials });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    signal?.throwIfAborted();
    throw new TransferError(silence, 0, "", { cause });
  }
}

/** @param {string} url @param {Sending} sending @returns {Promise<Sent>} */
function sendWatched(url, sending) {
  const { method, body, headers = {}, signal, onprogress } = sending;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open(method, url);
    request.withCredentials = sending.withCredentials ?? false;
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total, lengthComputable }) =>
      onprogress?.({ done: loaded, total: lengthComputable ? total : null });
    request.onload = () => resolve({ status: request.status, text: request.responseText });
    request.onerror = () => reject(new TransferError(sending.silence ?? SILENCE, 0));
    request.onabort = () => reject(signal?.reason);
    request.onloadend = () => signal?.removeEventListener("abort", stop);
    signal?.addEventListener("abort", stop, { once: true });
    request.send(body);
  });
}
