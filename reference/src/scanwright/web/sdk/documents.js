// What orders images: tags, documents, and places that survive the session.

import { idsOf } from "./ids.js";
import { CALL, checkNames, TRANSFER } from "./options.js";

/** @typedef {import('./types.js').CallOptions} CallOptions */
/** @typedef {readonly string[]} Ids */
/** @typedef {import('./ids.js').ImageRefs} Images */

/**
 * @typedef {object} Transfer
 * @property {string} [from] The document that they are in; absent is the open one.
 * @property {Images} [images] Absent is all of it.
 * @property {number} [at] Absent appends.
 */

export class Tags {
  #call;

  /** @param {import('./session.js').Call} call */
  constructor(call) {
    this.#call = call;
  }

  /** @param {Images} images @param {string} tag */
  async add(images, tag) {
    await this.#call("tag.add", { images: idsOf(images), tag });
  }

  /** @param {string} tag @param {Images} [images] Absent is every image of every document. */
  async remove(tag, images) {
    await this.#call("tag.remove", { tag, images: images && idsOf(images) });
  }

  /** @param {string} tag @param {string} name */
  async rename(tag, name) {
    await this.#call("tag.rename", { tag, name });
  }

  /** @param {string | null} [tag] Absent shows all. */
  async filter(tag) {
    await this.#call("tag.filter", { tag: tag ?? undefined });
  }
}

export class Documents {
  #call;

  /** @param {import('./session.js').Call} call */
  constructor(call) {
    this.#call = call;
  }

  /** @param {string} name @returns {Promise<string>} Its id; it is not opened. */
  async create(name) {
    return (await this.#call("document.create", { name })).document;
  }

  /** @param {string} document */
  async open(document) {
    await this.#call("document.open", { document });
  }

  /** @param {string} document @param {string} name */
  async rename(document, name) {
    await this.#call("document.rename", { document, name });
  }

  /** @param {string} document */
  async remove(document) {
    await this.#call("document.remove", { document });
  }

  /**
   * Puts copies into another document.
   * @param {string} to
   * @param {Transfer} [which]
   * @returns {Promise<Ids>}
   */
  async copy(to, which) {
    return (await this.#call("document.copyImages", transferred(to, which))).images;
  }

  /** @param {string} to @param {Transfer} [which] */
  async move(to, which) {
    await this.#call("document.moveImages", transferred(to, which));
  }
}

export class Storages {
  #call;

  /** @param {import('./session.js').Call} call */
  constructor(call) {
    this.#call = call;
  }

  /** @param {{password?: string}} [options] @returns {Promise<string>} Its id. */
  async create({ password, ...others } = {}) {
    checkNames("storage.create()", others, { password: true });
    return (await this.#call("storage.create", { password })).storage;
  }

  /** @param {string} storage @param {{password?: string}} [options] @returns {Promise<boolean>} */
  async exists(storage, { password, ...others } = {}) {
    checkNames("storage.exists()", others, { password: true });
    return (await this.#call("storage.exists", { storage, password })).exists;
  }

  /**
   * Puts images there instead of what is there.
   * @param {string} storage
   * @param {{password?: string, images?: Images} & CallOptions} [options] Absent images are
   *   all of the document.
   */
  async save(storage, { password, images, ...options } = {}) {
    checkNames("storage.save()", options, { password: true, images: true, ...CALL });
    await this.#call("storage.save", { storage, password, images: images && idsOf(images) }, options);
  }

  /**
   * @param {string} storage
   * @param {{password?: string, at?: number} & CallOptions} [options]
   * @returns {Promise<{images: Ids, former: Ids}>}
   */
  async load(storage, { password, at, ...options } = {}) {
    checkNames("storage.load()", options, { password: true, at: true, ...CALL });
    return this.#call("storage.load", { storage, password, at }, options);
  }

  /** @param {string} storage @param {{password?: string}} [options] */
  async remove(storage, { password, ...others } = {}) {
    checkNames("storage.remove()", others, { password: true });
    await this.#call("storage.remove", { storage, password });
  }
}

/** @param {string} to @param {Transfer} [which] */
function transferred(to, which = {}) {
  checkNames("options", which, TRANSFER);
  const { from, images, at } = which;
  return { to, from, images: images && idsOf(images), at };
}
