// One HTTP request whose answer is bytes, with its progress where somebody wants to see it.

import { TransferError } from "./errors.js";

/** @typedef {import('./types.js').Progress} Progress */
/** @typedef {{request?: RequestInit, signal?: AbortSignal, onprogress?: (progress: Progress) => void}} Receiving */

/**
 * Fetches bytes. Rejects with TransferError when the status is none of 2xx, or 0 when
 * nobody answered to the end; with the reason of the signal; with what `onprogress` throws.
 * @param {string} url
 * @param {Receiving & {what?: string, hint?: string}} [options] `what` begins the message of an
 *   error, `hint` ends it when nobody answered at all.
 * @returns {Promise<{blob: Blob, url: string}>} And where they came from at last.
 */
export async function receive(url, { request, signal = request?.signal ?? undefined, onprogress, what = "The file", hint } = {}) {
  const answer = await reached(fetch(url, { ...request, signal }), what, signal, hint);
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new TransferError(`${what} was not sent: the server answered ${answer.status}.`, answer.status);
  }
  const isWatched = onprogress && answer.body;
  const blob = isWatched ? await watched(answer, onprogress, what, signal) : await reached(answer.blob(), what, signal);
  return { blob, url: answer.url };
}

/**
 * @param {Response} answer
 * @param {(progress: Progress) => void} onprogress What it throws ends the transfer.
 * @param {string} what
 * @param {AbortSignal} [signal]
 */
async function watched(answer, onprogress, what, signal) {
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (answer.body).getReader();
  const total = lengthOf(answer.headers);
  /** @type {BlobPart[]} */
  const parts = [];
  let done = 0;
  try {
    for (;;) {
      const step = await reached(reader.read(), what, signal);
      if (step.done) break;
      parts.push(step.value);
      done += step.value.length;
      onprogress({ done, total });
    }
  } catch (error) {
    await reader.cancel().catch(() => {}); // what has failed cannot be cancelled
    throw error;
  }
  return new Blob(parts, { type: answer.headers.get("Content-Type") ?? "" });
}

/**
 * How many bytes come; null where the header counts them packed, or is not there.
 * @param {Headers} headers
 */
function lengthOf(headers) {
  const length = headers.get("Content-Length");
  return length === null || headers.has("Content-Encoding") ? null : Number(length);
}

/**
 * @template T
 * @param {Promise<T>} answer
 * @param {string} what
 * @param {AbortSignal} [signal]
 * @param {string} [hint]
 * @returns {Promise<T>}
 */
async function reached(answer, what, signal, hint = "") {
  try {
    return await answer;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new TransferError(`${what} did not come: nobody answered.${hint}`, 0, "", { cause });
  }
}
