// Where an upload under way is remembered, so that it goes on after a reload of the page.

const MARK = "scanwright.upload ";

/**
 * The key under which an upload of this file to this address is remembered; null when
 * nothing tells the file from others.
 * @param {string} url
 * @param {Blob} blob
 * @param {string} [sha256] Where it is known: a digest takes the whole file into memory.
 */
export function markOf(url, blob, sha256) {
  const is = sha256 ?? (blob instanceof File ? `${blob.size} ${blob.lastModified} ${blob.name}` : null);
  return is && `${MARK}${url} ${is}`;
}

/** @param {string | null} key @param {string | null} id Null forgets it. */
export function remember(key, id) {
  if (key === null) return;
  try {
    if (id === null) localStorage.removeItem(key);
    else localStorage.setItem(key, id);
  } catch {
    // Without storage it is resumed within this page only.
  }
}

/** @param {string | null} key @returns {string | null} */
export function recall(key) {
  try {
    return key === null ? null : localStorage.getItem(key);
  } catch {
    return null;
  }
}
