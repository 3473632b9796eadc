// The session of a page with the service: the object that `connect` resolves to.

import { originOf } from "./address.js";
import { Buffer } from "./buffer.js";
import { Documents, Storages, Tags } from "./documents.js";
import { Edits } from "./edit.js";
import { Files } from "./files.js";
import { CALL, checkNames } from "./options.js";
import { Scanners } from "./scanners.js";
import { upload } from "./upload.js";

/**
 * @typedef {(method: string, params?: object, options?: import('./types.js').CallOptions) =>
 *   Promise<any>} Call
 */

/**
 * Events, each a CustomEvent: `disconnected` {reason}, `reconnected` {outcome}, `lost`
 * {images, documents, reason} after a reconnect that found the session gone, `disklow`
 * {freeBytes, neededBytes}, `stopping`.
 */
export class Scanwright extends EventTarget {
  #link;
  #origin;
  #base;
  #service;

  /**
   * @param {import('./link.js').Link} link
   * @param {import('./address.js').Place} place
   * @param {import('./types.js').OpenResult} opened
   */
  constructor(link, place, opened) {
    super();
    this.#link = link;
    this.#origin = originOf(place, place.secure);
    this.#base = opened.base;
    this.#service = Object.freeze(opened.service);
    /** How the session began: `resumed` has the pages of before a reload. */
    this.outcome = opened.outcome;
    /** @type {Call} */
    const call = (method, params, options) => this.call(method, params, options);
    this.buffer = new Buffer(this, opened.buffer);
    this.scanners = new Scanners(call);
    this.edit = new Edits(call);
    this.tags = new Tags(call);
    this.documents = new Documents(call);
    this.storage = new Storages(call);
    this.files = new Files(this);
    this.upload = upload;
    link.hooks = this.#hooks();
  }

  /** What the service is; it changes when another one comes back. */
  get service() {
    return this.#service;
  }

  /** @returns {'connected' | 'reconnecting' | 'closed'} */
  get state() {
    return this.#link.state;
  }

  /**
   * Asks the service anything. While reconnecting, calls wait; they are rejected with
   * DisconnectedError when the session does not come back.
   * @param {string} method
   * @param {object} [params]
   * @param {import('./types.js').CallOptions} [options] Aborting cancels the call.
   * @returns {Promise<any>}
   */
  async call(method, params, options) {
    checkNames(method, options, CALL);
    return this.#link.call(method, params, options);
  }

  /** The address of what lies below the session's base. @param {string} path */
  resolve(path) {
    return this.#origin + this.#base + path;
  }

  /** Ends the session; its pages are wiped. */
  async close() {
    await this.#link.close();
  }

  /** @returns {import('./link.js').LinkHooks} */
  #hooks() {
    return {
      onevent: (name, params) => this.#hear(name, params),
      onresumed: (opened) => this.#comeBack(opened),
      ondisconnected: (reason) => this.#tell("disconnected", { reason }),
    };
  }

  /** @param {string} name @param {any} params */
  #hear(name, params) {
    if (name === "buffer.changed") this.buffer.take(params);
    else if (name === "disk.low") this.#tell("disklow", params);
    else if (name === "service.stopping") this.#tell("stopping", null);
    // Others are of a later minor version: nothing that this one has to know.
  }

  /** @param {import('./types.js').OpenResult} opened */
  #comeBack({ outcome, base, service, buffer }) {
    const { images, documents: all, document: open } = this.buffer;
    const documents = held(all, open, images);
    const isOther = service.instance !== this.#service.instance;
    const hadPages = images.length > 0 || documents.some(({ count }) => count > 0);
    this.#base = base;
    this.#service = Object.freeze(service);
    this.outcome = outcome;
    this.buffer.replace(buffer);
    this.#tell("reconnected", { outcome });
    if (outcome === "resumed" || !hadPages) return;
    this.#tell("lost", { images, documents, reason: isOther ? "service-restarted" : "session-ended" });
  }

  /** @param {string} name @param {object | null} detail */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/**
 * @typedef {import('./types.js').Document & {images: readonly string[]}} HeldDocument With the
 *   ids of its images, in their order.
 */

/**
 * What all documents hold; of the open one the buffer has the images, of others the service
 * tells the ids.
 * @param {readonly (import('./types.js').Document & {images?: readonly string[]})[]} documents
 * @param {string} open
 * @param {readonly import('./types.js').Image[]} images Of the open document.
 * @returns {readonly HeldDocument[]}
 */
function held(documents, open, images) {
  const ids = images.map(({ id }) => id);
  return documents.map((each) => ({ ...each, images: each.id === open ? ids : (each.images ?? []) }));
}
