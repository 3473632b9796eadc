// The pages of the session: a mirror of what the service holds, and what to do with it.

import { copyPicture } from "./clipboard.js";
import { idOf, idsOf } from "./ids.js";
import { frozen, replacement, take } from "./mirror.js";
import { BUFFER, checkNames, checkSave, FORM, RECT } from "./options.js";
import { receive } from "./receiving.js";

/** @typedef {import('./types.js').Image} Image */
/** @typedef {import('./types.js').Change} Change */
/** @typedef {import('./types.js').Rect} Rect */
/** @typedef {import('./ids.js').ImageRef} ImageRef */
/** @typedef {import('./ids.js').ImageRefs} ImageRefs */
/** @typedef {Pick<import('./session.js').Scanwright, 'call' | 'resolve'>} Session */

/** Told as `change`, whose `detail` is what has changed. */
export class Buffer extends EventTarget {
  #session;
  #state;
  /** Changes that came while the whole buffer was asked for. @type {Change[] | null} */
  #queue = null;

  /** @param {Session} session @param {import('./types.js').BufferState} state */
  constructor(session, state) {
    super();
    this.#session = session;
    this.#state = frozen(state);
  }

  /** In their order; the array and the images are frozen. @returns {readonly Image[]} */
  get images() {
    return this.#state.images;
  }

  get current() {
    return this.#state.current;
  }

  /** In the order in which they were selected. */
  get selected() {
    return this.#state.selected;
  }

  /** Ids that the filter shows; null is all. */
  get visible() {
    return this.#state.visible;
  }

  /** The tag that is filtered by. */
  get filter() {
    return this.#state.filter;
  }

  /** Id of the open document. */
  get document() {
    return this.#state.document;
  }

  get documents() {
    return this.#state.documents;
  }

  /** That images of the open document have, each once. */
  get tags() {
    return [...new Set(this.images.flatMap(({ tags }) => tags))];
  }

  get canUndo() {
    return this.#state.canUndo;
  }

  get canRedo() {
    return this.#state.canRedo;
  }

  get options() {
    return this.#state.options;
  }

  /** @param {ImageRef} image @returns {Image | undefined} As it is now. */
  get(image) {
    const id = idOf(image);
    return this.#state.images.find((each) => each.id === id);
  }

  /** @param {ImageRef} image */
  async setCurrent(image) {
    await this.#session.call("buffer.current", { image: idOf(image) });
  }

  /** @param {ImageRefs} images None clears the selection. */
  async select(images) {
    await this.#session.call("buffer.select", { images: idsOf(images) });
  }

  /** @param {ImageRefs} images @param {number} at */
  async move(images, at) {
    await this.#session.call("buffer.move", { images: idsOf(images), at });
  }

  /** @param {ImageRef} first @param {ImageRef} second */
  async swap(first, second) {
    await this.#session.call("buffer.switch", { first: idOf(first), second: idOf(second) });
  }

  /** @param {ImageRefs} images */
  async remove(images) {
    await this.#session.call("buffer.remove", { images: idsOf(images) });
  }

  /**
   * Takes all tags from images; each tag is one step for undo.
   * @param {ImageRefs} [images] Default: all of the open document.
   */
  async clearTags(images = this.images) {
    const chosen = images.flatMap((image) => this.get(image) ?? []);
    for (const tag of new Set(chosen.flatMap(({ tags }) => tags))) {
      const tagged = chosen.filter(({ tags }) => tags.includes(tag)).map(({ id }) => id);
      await this.#session.call("tag.remove", { tag, images: tagged });
    }
  }

  /** @param {ImageRefs} images @param {number} [at] @returns {Promise<readonly string[]>} */
  async duplicate(images, at) {
    const made = await this.#session.call("buffer.duplicate", { images: idsOf(images), at });
    return made.images;
  }

  /** @returns {Promise<boolean>} Whether there was something to take back. */
  async undo() {
    return (await this.#session.call("buffer.undo")).done;
  }

  /** @returns {Promise<boolean>} */
  async redo() {
    return (await this.#session.call("buffer.redo")).done;
  }

  /** @param {import('./types.js').BufferOptions} options Those that are not named stay. */
  async setOptions(options) {
    checkNames("setOptions()", options, BUFFER);
    const settled = await this.#session.call("buffer.options", options);
    this.#state = frozen({ ...this.#state, options: settled });
    return this.options;
  }

  /**
   * @param {ImageRefs} images
   * @param {import('./types.js').SaveOptions} options
   * @returns {Promise<number>} About how many bytes a file of them would have.
   */
  async estimate(images, options) {
    checkSave(options);
    return (await this.#session.call("buffer.estimate", { images: idsOf(images), options })).bytes;
  }

  /**
   * The address of an image, for `src`; scaled and converted as asked.
   * @param {ImageRef} image
   * @param {import('./types.js').ImageForm} [form]
   */
  url(image, form = {}) {
    checkNames("url()", form, FORM);
    const known = isWhole(image) ? image : this.get(image);
    if (known === undefined) throw new RangeError(`There is no image ${idOf(image)}.`);
    const url = new URL(this.#session.resolve(known.path));
    for (const name of /** @type {const} */ (["width", "height", "type"])) {
      if (form[name] !== undefined) url.searchParams.set(name, String(form[name]));
    }
    return url.href;
  }

  /**
   * @param {ImageRef} image
   * @param {import('./types.js').ImageForm & {signal?: AbortSignal}} [form]
   * @returns {Promise<Blob>}
   */
  async fetch(image, { signal, ...form } = {}) {
    const request = /** @type {const} */ ({ credentials: "omit" });
    return (await receive(this.url(image, form), { request, signal, what: "The image" })).blob;
  }

  /**
   * Puts an image, or a part of it, into the clipboard of the system, as PNG. Browsers want
   * this to follow from what the user does; where they cannot, it rejects with ScanwrightError.
   * @param {ImageRef} image
   * @param {Rect} [rect]
   */
  async copyToClipboard(image, rect) {
    checkNames("rect", rect, RECT);
    await copyPicture(() => this.fetch(image, { type: "image/png" }), rect);
  }

  /**
   * The same, and takes away what was copied: erases the part, or removes the image.
   * @param {ImageRef} image
   * @param {Rect} [rect]
   */
  async cut(image, rect) {
    await this.copyToClipboard(image, rect);
    if (rect === undefined) return this.remove([image]);
    const { left, top, right, bottom } = rect;
    const edit = { kind: "erase", left, top, right, bottom };
    await this.#session.call("edit.apply", { images: [idOf(image)], edit });
    return undefined;
  }

  /**
   * Takes in what the service told; for the session only.
   * @param {Change} change
   */
  take(change) {
    if (this.#queue) return void this.#queue.push(change);
    const next = take(this.#state, change);
    if (next === "missed") return void this.#askForAll(change);
    if (next === this.#state) return undefined;
    this.#state = next;
    this.#tell(frozen(change));
    return undefined;
  }

  /**
   * Begins anew with this state; for the session only.
   * @param {import('./types.js').BufferState} state
   */
  replace(state) {
    this.#queue = null;
    this.#state = frozen(state);
    this.#tell(replacement(this.#state));
  }

  /** @param {Change} missed */
  async #askForAll(missed) {
    const queue = [missed];
    this.#queue = queue;
    try {
      const state = await this.#session.call("buffer.state");
      if (this.#queue !== queue) return; // begun anew in the meantime
      this.replace(state);
      queue.forEach((change) => this.take(change));
    } catch {
      // The connection ended; the next one brings the whole buffer, or there is none.
      if (this.#queue === queue) this.#queue = null;
    }
  }

  /** @param {Change} detail */
  #tell(detail) {
    this.dispatchEvent(new CustomEvent("change", { detail }));
  }
}

/**
 * Whether it has the address of an image with it, which is that of its version.
 * @param {ImageRef} image
 * @returns {image is Image}
 */
function isWhole(image) {
  return typeof image === "object" && image !== null && "path" in image;
}
