// Servers of other origins: browsers do not say whether they are not there, or not open to us.

const MOST_LETTERS = 300;

/**
 * An address as a message names it: whole, but for very long ones.
 * @param {string | URL} url
 */
export function named(url) {
  const text = absolute(url)?.href ?? String(url);
  return text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS)}…`;
}

/**
 * What may be the matter when nobody answers there; empty for the page's own origin.
 * @param {string | URL} url
 * @returns {string} A sentence with a space before it.
 */
export function foreignHint(url) {
  const page = globalThis.location?.origin;
  const there = absolute(url)?.origin;
  if (!page || !there || there === page) return "";
  return ` Perhaps ${there} does not allow pages of ${page} (CORS).`;
}

/** @param {string | URL} url @returns {URL | null} */
function absolute(url) {
  try {
    return new URL(url, globalThis.document?.baseURI);
  } catch {
    return null;
  }
}
