// Uploads to a server of the page: whole, or in segments that survive an interruption.
//
// A segment counts when the server says so: its answer has the offset up to which the
// bytes are safe, and the next segment begins there. After an error the server is asked.

import { affordableDigest, digest, isDigest } from "./digest.js";
import { TransferError } from "./errors.js";
import { markOf, recall, remember } from "./marks.js";
import { checkNames, UPLOAD } from "./options.js";
import { foreignHint, named } from "./origins.js";
import { delayAfter, pause } from "./patience.js";
import { bodyOf, send } from "./transport.js";

/** @typedef {import('./files.js').SavedFile} SavedFile */

/**
 * @typedef {object} UploadOptions
 * @property {string | URL} url
 * @property {string} [method] Of an upload as a whole.
 * @property {string} [fileField]
 * @property {Record<string, string>} [fields] Sent with each request.
 * @property {Record<string, string>} [headers]
 * @property {string} [name] Of the file, when it is a Blob without one.
 * @property {number} [segmentBytes] 0 sends the file as a whole.
 * @property {boolean} [resume] Goes on after an interruption, also after a reload.
 * @property {boolean} [withCredentials]
 * @property {AbortSignal} [signal]
 * @property {(progress: import('./types.js').Progress) => void} [onprogress]
 */

/** @typedef {UploadOptions & {url: string}} Understood */
/** @typedef {{status: number, body: any}} Uploaded Body: JSON or text of the last answer. */

const PACE = { firstMs: 300, factor: 2, mostMs: 10_000 };
const MOST_FAILURES = 8;

/**
 * Uploads a file. Success is a status of 2xx; others reject with TransferError, and what is no
 * file, address or option with TypeError.
 * @param {Blob | SavedFile} file
 * @param {UploadOptions} options
 * @returns {Promise<Uploaded>}
 */
export async function upload(file, options) {
  const how = understood(file, options);
  // Progress is that of the upload; the way out of the service is a short one.
  const blob = file instanceof Blob ? file : await file.blob({ signal: how.signal });
  const known = /** @type {{name?: string, sha256?: string}} */ (file);
  const name = how.name ?? known.name ?? "scan";
  if (!how.segmentBytes) return checked(await uploadWhole(blob, name, how), blob, known.sha256);
  if (blob.size === 0) throw new RangeError("An empty file has no segments.");
  const sha256 = known.sha256 ?? (await affordableDigest(blob));
  return checked(await new SegmentedUpload(blob, { name, sha256 }, how).run(), blob, sha256);
}

/**
 * Where the segment begins and ends that follows `offset`, as `Content-Range` says it.
 * @param {number} offset
 * @param {number} segmentBytes
 * @param {number} total
 */
export function segmentAt(offset, segmentBytes, total) {
  const end = Math.min(total, offset + segmentBytes);
  return { start: offset, end, range: `bytes ${offset}-${end - 1}/${total}` };
}

/**
 * Holds what the server says it has against what was sent, where it says a SHA-256.
 * @param {Uploaded} uploaded
 * @param {Blob} blob
 * @param {string} [known] Its SHA-256, when it was told already.
 */
async function checked(uploaded, blob, known) {
  const { status, body } = uploaded;
  const said = body?.document?.sha256 ?? body?.sha256;
  if (!isDigest(said)) return uploaded;
  const sent = known ?? (await affordableDigest(blob));
  if (sent === undefined || sent.toLowerCase() === said.toLowerCase()) return uploaded;
  throw new TransferError("The server has another file than was sent: its SHA-256 differs.", status, JSON.stringify(body));
}

/**
 * The options, when both arguments are what they should be.
 * @param {unknown} file
 * @param {UploadOptions} options
 * @returns {Understood}
 */
function understood(file, options) {
  const isFile = file instanceof Blob || typeof (/** @type {any} */ (file)?.blob) === "function";
  if (!isFile) throw new TypeError("upload() takes a Blob, a File, or what files.save() gave.");
  checkNames("upload()", options, UPLOAD);
  const url = String(options?.url ?? "");
  if (url === "") throw new TypeError("upload() needs the option url: where the file goes.");
  return { ...options, url };
}

/** What is said when nobody answers. @param {string} url */
function silenceOf(url) {
  return `Nobody answered at ${named(url)}.${foreignHint(url)}`;
}

/** @param {Blob} blob @param {string} name @param {Understood} options */
async function uploadWhole(blob, name, options) {
  const { url, method = "POST", headers, signal, onprogress, withCredentials } = options;
  const body = form(blob, name, options);
  const silence = silenceOf(url);
  return success(await send(url, { method, body, headers, signal, onprogress, withCredentials, silence }));
}

class SegmentedUpload {
  #blob;
  #file;
  #options;
  #key;
  #id = "";
  #offset = 0;
  #segmentBytes;
  #failures = 0;

  /** @param {Blob} blob @param {{name: string, sha256?: string}} file @param {Understood} options */
  constructor(blob, file, options) {
    this.#blob = blob;
    this.#file = file;
    this.#options = options;
    this.#segmentBytes = options.segmentBytes ?? 0;
    this.#key = options.resume === false ? null : markOf(options.url, blob, file.sha256);
  }

  /** @returns {Promise<Uploaded>} */
  async run() {
    await this.#insist(() => this.#begin());
    for (;;) {
      this.#tell(this.#offset);
      const answer = await this.#insist(() => this.#next());
      if (answer && this.#offset >= this.#blob.size) {
        remember(this.#key, null);
        return { status: answer.status, body: bodyOf(answer) };
      }
    }
  }

  /** Takes up what is begun, or begins. */
  async #begin() {
    const known = recall(this.#key);
    if (known && (await this.#ask(known))) {
      this.#id = known;
      return;
    }
    const { name, sha256 } = this.#file;
    const about = { name, type: this.#blob.type || "application/octet-stream", bytes: this.#blob.size, sha256 };
    const json = { body: JSON.stringify(about), headers: { "Content-Type": "application/json" } };
    const begun = success(await this.#send("POST", "", json)).body;
    this.#id = String(begun.upload);
    this.#offset = Number(begun.offset ?? 0);
    this.#shrink(begun.segmentBytes);
    remember(this.#key, this.#id);
  }

  /** Sends the next segment; null when the server wants another one. */
  async #next() {
    const { start, end, range } = segmentAt(this.#nextStart(), this.#segmentBytes, this.#blob.size);
    const segment = this.#blob.slice(start, end, this.#blob.type);
    const sha256 = await digest(segment);
    const headers = { "Content-Range": range, ...(sha256 && { "X-Segment-SHA256": sha256 }) };
    const body = form(segment, this.#file.name, this.#options);
    const onprogress = this.#options.onprogress && (({ done = 0 }) => this.#tell(Math.min(end, start + done)));
    const answer = await this.#send("POST", `/${encodeURIComponent(this.#id)}`, { body, headers, onprogress });
    const { offset } = bodyOf(answer);
    if (answer.status === 409 && Number.isInteger(offset)) return this.#rewind(offset, answer);
    if (answer.status === 422 && Number.isInteger(offset)) return this.#rewind(offset, answer);
    success(answer, () => remember(this.#key, null));
    this.#failures = 0;
    this.#offset = Number.isInteger(offset) ? offset : end;
    return answer;
  }

  /** When all is safe but the last answer was lost, the last segment brings it again. */
  #nextStart() {
    if (this.#offset < this.#blob.size) return this.#offset;
    return Math.floor((this.#blob.size - 1) / this.#segmentBytes) * this.#segmentBytes;
  }

  /** @param {unknown} segmentBytes What the server takes at once, if it says so. */
  #shrink(segmentBytes) {
    const most = Math.floor(Number(segmentBytes));
    if (most > 0) this.#segmentBytes = Math.min(this.#segmentBytes, most);
  }

  /** @param {number} offset @param {import('./transport.js').Sent} answer */
  #rewind(offset, answer) {
    if (++this.#failures > MOST_FAILURES) success(answer);
    this.#offset = offset;
    return null;
  }

  /** @param {string} id @returns {Promise<boolean>} Whether the server knows it. */
  async #ask(id) {
    const answer = await this.#send("GET", `/${encodeURIComponent(id)}`, {});
    if (answer.status >= 500) success(answer);
    const { offset, bytes, segmentBytes } = bodyOf(answer);
    const isKnown = answer.status === 200 && bytes === this.#blob.size && Number.isInteger(offset);
    if (!isKnown) return false;
    this.#offset = offset;
    this.#shrink(segmentBytes);
    return true;
  }

  /**
   * Does it again after what passes by: no answer, or a server in trouble.
   * @template T
   * @param {() => Promise<T>} step
   * @returns {Promise<T>}
   */
  async #insist(step) {
    for (;;) {
      try {
        return await step();
      } catch (error) {
        if (!isPassing(error) || this.#options.resume === false) throw error;
        if (++this.#failures > MOST_FAILURES) throw error;
        await pause(delayAfter(this.#failures - 1, PACE), this.#options.signal);
        if (this.#id) await this.#ask(this.#id).catch(() => false);
      }
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Omit<import('./transport.js').Sending, 'method'>} sending
   */
  #send(method, path, sending) {
    const { url, signal, withCredentials } = this.#options;
    const headers = { ...this.#options.headers, ...sending.headers };
    const how = { method, headers, signal, withCredentials, silence: silenceOf(url) };
    return send(`${url}${path}`, { ...sending, ...how });
  }

  /** @param {number} done */
  #tell(done) {
    this.#options.onprogress?.({ done, total: this.#blob.size });
  }
}

/** @param {Blob} blob @param {string} name @param {UploadOptions} options */
function form(blob, name, { fileField = "RemoteFile", fields = {} }) {
  const body = new FormData();
  // Servers that read as it comes want to know the fields before the file.
  for (const [field, value] of Object.entries(fields)) body.append(field, value);
  body.append(fileField, blob, name);
  return body;
}

/** @param {import('./transport.js').Sent} answer @param {() => void} [onfailure] @returns {Uploaded} */
function success(answer, onfailure) {
  const { status, text } = answer;
  if (status >= 200 && status < 300) return { status, body: bodyOf(answer) };
  if (status < 500) onfailure?.();
  throw new TransferError(`The server answered ${status}.`, status, text);
}

/** @param {unknown} error */
function isPassing(error) {
  if (!(error instanceof TransferError)) return false;
  return error.status === 0 || error.status === 429 || error.status >= 500;
}
