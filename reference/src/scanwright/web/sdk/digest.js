// SHA-256, as far as the browser has it: on secure pages, and of what fits into memory.

/** A digest takes the whole file into memory; of larger ones, only segments get one. */
const MOST_DIGESTED = 128 * 2 ** 20;
const SHA256 = /^[0-9a-f]{64}$/i;

/**
 * The SHA-256 in hex; undefined where the browser has none, as on insecure pages.
 * @param {Blob} blob
 */
export async function digest(blob) {
  if (!globalThis.crypto?.subtle) return undefined;
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The same, and undefined for a file that is too large for it. @param {Blob} blob */
export async function affordableDigest(blob) {
  return blob.size <= MOST_DIGESTED ? digest(blob) : undefined;
}

/**
 * Whether something is a SHA-256 in hex.
 * @param {unknown} said
 * @returns {said is string}
 */
export function isDigest(said) {
  return typeof said === "string" && SHA256.test(said);
}
