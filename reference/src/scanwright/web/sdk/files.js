// Files: what comes into the buffer from the page, and what is made of the buffer.

import { ScanwrightError, TransferError } from "./errors.js";
import { idOf, idsOf } from "./ids.js";
import { CALL, checkNames, checkSave, EXTRAS, LOAD } from "./options.js";
import { receive } from "./receiving.js";
import { blobsOf } from "./sources.js";
import { bodyOf, send } from "./transport.js";

/** @typedef {import('./types.js').CallOptions} CallOptions */
/** @typedef {Pick<import('./session.js').Scanwright, 'call' | 'resolve'>} Session */
/** @typedef {import('./sources.js').FileSource} FileSource */

/**
 * @typedef {object} LoadOptions
 * @property {number} [at]
 * @property {string} [tag]
 * @property {string} [password]
 * @property {number} [resolutionDpi]
 * @property {import('./ids.js').ImageRef} [replace] The first page takes this image's place.
 * @property {string} [name] Of what has none.
 */

export class Files {
  #session;

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * Brings files into the open document, one after the other.
   * @param {FileSource} source
   * @param {LoadOptions & CallOptions} [options] Progress has a `phase`: `read`, `upload`
   *   and `load`, for each file.
   * @returns {Promise<string[]>} Ids of the new images. Of a fault, `error.data.images` are
   *   those that came before it.
   */
  async load(source, options = {}) {
    checkNames("load()", options, LOAD);
    const blobs = await blobsOf(source, options);
    /** @type {string[]} */
    const ids = [];
    for (const blob of blobs) {
      const at = options.at === undefined ? undefined : options.at + ids.length;
      const replace = ids.length === 0 && options.replace ? idOf(options.replace) : undefined;
      ids.push(...(await behind(ids, this.#loadOne(blob, { ...options, at, replace }))));
    }
    return ids;
  }

  /**
   * Makes a file of images; it stays with the service until it is released.
   * @param {import('./ids.js').ImageRefs} images
   * @param {import('./types.js').SaveOptions} options
   * @param {import('./types.js').SaveExtras & CallOptions} [extras] Progress of a file that
   *   is appended to has a `phase`: `upload`, then `save`.
   * @returns {Promise<SavedFile>}
   */
  async save(images, options, { name, append, signal, onprogress, ...others } = {}) {
    checkSave(options);
    checkNames("save()", others, EXTRAS);
    /** @type {{images: readonly string[], options: object, name?: string, append?: string}} */
    const params = { images: idsOf(images), options, name };
    if (append) {
      params.append = await this.#upload(append, { signal, onprogress });
      onprogress &&= watching(onprogress, "save");
    }
    const saved = await this.#session.call("file.save", params, { signal, onprogress });
    return new SavedFile(this.#session, saved);
  }

  /** @param {Blob} blob @param {LoadOptions & CallOptions} options @returns {Promise<string[]>} */
  async #loadOne(blob, options) {
    const { signal, onprogress, ...params } = options;
    const upload = await this.#upload(blob, { signal, onprogress });
    const name = (blob instanceof File ? blob.name : params.name)?.slice(0, 255);
    const extras = { signal, onprogress: onprogress && watching(onprogress, "load") };
    const loaded = await this.#session.call("file.load", { ...params, upload, name }, extras);
    return loaded.images;
  }

  /** @param {Blob} blob @param {CallOptions} options @returns {Promise<string>} What calls name it by. */
  async #upload(blob, { signal, onprogress }) {
    const sent = await send(this.#session.resolve("uploads"), {
      method: "POST",
      body: blob,
      headers: { "Content-Type": blob.type || "application/octet-stream" },
      signal,
      onprogress: onprogress && watching(onprogress, "upload"),
    });
    const upload = sent.status === 201 ? bodyOf(sent).upload : undefined;
    if (typeof upload !== "string") {
      const why = bodyOf(sent)?.message;
      const said = typeof why === "string" ? `: ${why}` : ".";
      throw new TransferError(`The service did not take the file${said}`, sent.status, sent.text);
    }
    return upload;
  }
}

/** A file that the service made; fetched when it is wanted. */
export class SavedFile {
  #session;
  #path;

  /** @param {Session} session @param {import('./types.js').SavedDescription} saved */
  constructor(session, { path, name, type, bytes, sha256 }) {
    this.#session = session;
    this.#path = path;
    this.name = name;
    this.type = type;
    this.bytes = bytes;
    this.sha256 = sha256;
    this.url = session.resolve(path);
  }

  /** @param {CallOptions} [options] @returns {Promise<Blob>} */
  async blob({ signal, onprogress, ...others } = {}) {
    checkNames("blob()", others, CALL);
    // The service says the length to pages of every origin; the header is for some only.
    const watch = onprogress && (({ done = 0 }) => onprogress({ done, total: this.bytes }));
    const { blob } = await receive(this.url, { request: { credentials: "omit" }, signal, onprogress: watch });
    if (blob.size !== this.bytes) throw new TransferError("The file came in part only.", 200);
    return blob.slice(0, blob.size, this.type);
  }

  /** Saves it where the browser saves what is downloaded. @param {CallOptions} [options] */
  async download(options) {
    saveAs(await this.blob(options), this.name);
  }

  /** Has the service forget it. */
  async release() {
    await this.#session.call("file.release", { path: this.#path });
  }
}

/**
 * Waits for the images of a file; a fault names those of the files before it, too.
 * @param {readonly string[]} before
 * @param {Promise<string[]>} loading
 */
async function behind(before, loading) {
  try {
    return await loading;
  } catch (error) {
    if (!(error instanceof ScanwrightError)) throw error; // the reason of a signal is not ours
    const data = /** @type {{images?: readonly string[]}} */ (error.data ?? {});
    error.data = { ...data, images: [...before, ...(data.images ?? [])] };
    throw error;
  }
}

/**
 * @param {(progress: import('./types.js').Progress) => void} onprogress
 * @param {'upload' | 'load' | 'save'} phase
 * @returns {(progress: import('./types.js').Progress) => void}
 */
function watching(onprogress, phase) {
  return (progress) => onprogress({ ...progress, phase });
}

/**
 * Hands bytes to the browser as a download.
 * @param {Blob} blob
 * @param {string} name
 */
export function saveAs(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download begins after this task; it holds the bytes from then on.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
