// Waiting: for a time that a signal cuts short, and longer after each failure.

/**
 * Waits; rejects with the reason of the signal as soon as that is aborted.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
    return undefined;
  });
}

/**
 * How long to wait before the next attempt.
 * @param {number} failures So far, from 0.
 * @param {{firstMs: number, factor: number, mostMs: number}} pace
 * @param {number} [chance] From 0 to 1: pages that lost the same service come back apart.
 */
export function delayAfter(failures, { firstMs, factor, mostMs }, chance = 0) {
  const plain = Math.min(mostMs, firstMs * factor ** Math.min(failures, 60));
  return Math.round(plain * (1 - 0.25 * chance));
}

/**
 * Waits, but no longer than until the page is looked at again or has a network again.
 * @param {number} ms
 * @param {{signal?: AbortSignal, whileHidden?: boolean, wake?: AbortSignal}} [options]
 *   Without `whileHidden`, time does not pass while the page is hidden; `wake` ends it.
 * @returns {Promise<void>}
 */
export async function pauseUntilWanted(ms, { signal, whileHidden = true, wake } = {}) {
  const woken = new AbortController();
  const heard = new AbortController();
  const listen = { signal: heard.signal };
  const seen = () => document.hidden || woken.abort();
  document.addEventListener("visibilitychange", seen, listen);
  window.addEventListener("online", () => woken.abort(), listen);
  wake?.addEventListener("abort", () => woken.abort(), listen);
  signal?.addEventListener("abort", () => woken.abort(), listen);
  if (wake?.aborted || signal?.aborted) woken.abort();
  try {
    await pause(ms, woken.signal);
    if (document.hidden && !whileHidden) await pause(2 ** 31 - 1, woken.signal);
  } catch {
    signal?.throwIfAborted();
  } finally {
    heard.abort();
  }
}
