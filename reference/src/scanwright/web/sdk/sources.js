// Where files come from: what a page may give, as blobs.

import { checkNames } from "./options.js";
import { foreignHint, named } from "./origins.js";
import { receive } from "./receiving.js";

/** @typedef {import('./types.js').CallOptions} CallOptions */

/**
 * @typedef {Blob | ArrayBuffer | ArrayBufferView | {base64: string}
 *   | {url: string, request?: RequestInit} | {clipboard: true} | DataTransfer | FileList
 *   | readonly Blob[]} FileSource `base64` may be a `data:` address. `request` is what
 *   `fetch` gets for `url`: method, headers, credentials, body.
 */

const KNOWN = { base64: true, url: true, request: true };
const PICTURE = /^(image\/|application\/pdf$)/;
const DATA = /^data:([^,]*?)(?:;base64)?,/i;
const PACKED = /^data:[^,]*;base64,/i;

/**
 * @param {FileSource} source
 * @param {CallOptions} [options] Progress, of phase `read`, is that of an address.
 * @returns {Promise<readonly Blob[]>} Rejects with TypeError when it is none of a source.
 */
export async function blobsOf(source, options = {}) {
  if (source instanceof Blob) return [source];
  if (source instanceof ArrayBuffer) return [new Blob([source])];
  if (ArrayBuffer.isView(source)) return [new Blob([/** @type {ArrayBufferView<ArrayBuffer>} */ (source)])];
  if (Array.isArray(source)) return allBlobs(source);
  if (typeof source !== "object" || source === null) throw unknown();
  if ("base64" in source || "url" in source) checkNames("source", source, KNOWN);
  if ("base64" in source) return [unpacked(source.base64)];
  if ("url" in source) return [await fromAddress(source, options)];
  if ("clipboard" in source) return fromClipboard();
  if (source instanceof DataTransfer) return [...source.files];
  if (source instanceof FileList) return [...source];
  throw unknown();
}

/** @param {readonly unknown[]} blobs @returns {readonly Blob[]} */
function allBlobs(blobs) {
  if (!blobs.every((each) => each instanceof Blob)) throw unknown();
  return /** @type {readonly Blob[]} */ (blobs);
}

function unknown() {
  return new TypeError("That is no file, blob, buffer, base64, address or clipboard.");
}

/** @param {string} text In base64, or a `data:` address of it. */
function unpacked(text) {
  const type = DATA.exec(text)?.[1] ?? "";
  try {
    const letters = atob(text.replace(PACKED, ""));
    return new Blob([Uint8Array.from(letters, (letter) => letter.charCodeAt(0))], { type });
  } catch (cause) {
    throw new TypeError("This is no base64.", { cause });
  }
}

async function fromClipboard() {
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((each) => PICTURE.test(each));
    if (type) return [await item.getType(type)];
  }
  return [];
}

/** @param {{url: string, request?: RequestInit}} source @param {CallOptions} options */
async function fromAddress({ url, request }, { signal, onprogress }) {
  // Pages whose policy lets them fetch no data: can still hand over what they have.
  if (PACKED.test(url)) return unpacked(url);
  onprogress?.({ phase: "read", done: 0, total: null });
  const watch = onprogress && ((/** @type {import('./types.js').Progress} */ each) => onprogress({ ...each, phase: "read" }));
  const what = `The file at ${named(url)}`;
  const received = await receive(url, { request, signal, onprogress: watch, what, hint: foreignHint(url) });
  return new File([received.blob], nameIn(received.url), { type: received.blob.type });
}

/** The name of the file that an address ends with. @param {string} url */
function nameIn(url) {
  const name = new URL(url).pathname.split("/").pop() ?? "";
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // `100%.png` is an address, too
  }
}
