// What the service says of itself to whoever asks.

/**
 * @typedef {object} Hello
 * @property {string} version
 * @property {string} instance
 * @property {readonly number[]} protocols
 * @property {'allowed' | 'refused'} origin
 */

/** The answer is short; what goes on beyond this is not ours. */
const MOST_BYTES = 4096;

/**
 * Reads the answer of `/hello`; null when it is not that of the service.
 * @param {Response} response
 * @returns {Promise<Hello | null>}
 */
export async function readHello(response) {
  const text = response.ok ? await shortText(response) : null;
  if (!response.ok) await response.body?.cancel();
  return text === null ? null : parseHello(text);
}

/**
 * @param {string} text
 * @returns {Hello | null}
 */
export function parseHello(text) {
  const said = parsed(text);
  if (typeof said !== "object" || said === null) return null;
  const { service, version, instance, protocols, origin } = /** @type {Record<string, unknown>} */ (said);
  const isOurs =
    service === "scanwright" &&
    typeof version === "string" &&
    typeof instance === "string" &&
    Array.isArray(protocols) &&
    protocols.every(Number.isInteger) &&
    (origin === "allowed" || origin === "refused");
  return isOurs ? Object.freeze({ version, instance, protocols, origin }) : null;
}

/** @param {string} text @returns {unknown} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {Response} response */
async function shortText(response) {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; reader; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > MOST_BYTES) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
  return text;
}
