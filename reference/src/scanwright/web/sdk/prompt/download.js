// Downloads a package: with progress, and held against its checksum before it is kept.

import { digest } from "../digest.js";
import { receive } from "../receiving.js";

/** The file is not the one that was announced; it is not kept. */
export class WrongFile extends Error {}

/**
 * @param {import('./manifest.js').Offer} offer
 * @param {{signal?: AbortSignal, onprogress?: (done: number) => void}} [options]
 * @returns {Promise<{blob: Blob, isChecked: boolean}>} Unchecked where the browser has no
 *   digests, as on insecure pages.
 */
export async function fetchPackage({ url, bytes, sha256 }, { signal, onprogress } = {}) {
  const watch = (/** @type {import('../types.js').Progress} */ { done }) => {
    if (done > bytes) throw new WrongFile(`${url} is longer than announced.`);
    onprogress?.(done);
  };
  const received = await receive(url, { request: { cache: "no-store" }, signal, onprogress: watch });
  const blob = received.blob.slice(0, received.blob.size, "application/octet-stream");
  const seen = await digest(blob);
  if (blob.size !== bytes || (seen !== undefined && seen !== sha256)) {
    throw new WrongFile(`${url} is not what was announced.`);
  }
  return { blob, isChecked: seen !== undefined };
}
