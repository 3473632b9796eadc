// Edits: each is one step for undo. Ids stay, versions change.

import { idOf, idsOf } from "./ids.js";
import { BLANK, CALL, checkEdit, checkNames, EDITS, RECT } from "./options.js";

/** @typedef {import('./types.js').CallOptions} CallOptions */
/** @typedef {import('./types.js').Edit} Values */
/** @typedef {import('./types.js').Rect} Rect */
/** @typedef {import('./ids.js').ImageRef} ImageRef */
/** @typedef {import('./ids.js').ImageRefs} Images */

export class Edits {
  #call;

  /** @param {import('./session.js').Call} call */
  constructor(call) {
    this.#call = call;
  }

  /**
   * @param {Images} images @param {Values} edit @param {CallOptions} [options]
   * @returns {Promise<{skipped: string[]}>} Images that were removed, or given another page, meanwhile.
   */
  async apply(images, edit, options) {
    checkEdit(edit);
    return this.#call("edit.apply", { images: idsOf(images), edit }, options);
  }

  /**
   * @param {Images} images
   * @param {number} angle Degrees clockwise; multiples of 90 lose nothing.
   * @param {Pick<Values, 'keepSize' | 'interpolation' | 'fill'> & CallOptions} [options]
   */
  async rotate(images, angle, options) {
    await this.#do(images, { kind: "rotate", angle }, options);
  }

  /** Exchanges top and bottom. @param {Images} images @param {CallOptions} [options] */
  async flip(images, options) {
    await this.#do(images, { kind: "flip" }, options);
  }

  /** Exchanges left and right. @param {Images} images @param {CallOptions} [options] */
  async mirror(images, options) {
    await this.#do(images, { kind: "mirror" }, options);
  }

  /** @param {Images} images @param {Rect} rect @param {CallOptions} [options] */
  async crop(images, rect, options) {
    checkNames("rect", rect, RECT);
    const { left, top, right, bottom } = rect;
    await this.#do(images, { kind: "crop", left, top, right, bottom }, options);
  }

  /** @param {Images} images @param {Rect} rect @param {Pick<Values, 'fill'> & CallOptions} [options] */
  async erase(images, rect, options) {
    checkNames("rect", rect, RECT);
    const { left, top, right, bottom } = rect;
    await this.#do(images, { kind: "erase", left, top, right, bottom }, options);
  }

  /**
   * @param {Images} images
   * @param {number} width
   * @param {number} height
   * @param {Pick<Values, 'interpolation'> & CallOptions} [options]
   */
  async resize(images, width, height, options) {
    await this.#do(images, { kind: "resize", width, height }, options);
  }

  /**
   * Cuts off on the right, or adds there.
   * @param {Images} images
   * @param {number} width
   * @param {Pick<Values, 'fill'> & CallOptions} [options]
   */
  async setWidth(images, width, options) {
    await this.#do(images, { kind: "setWidth", width }, options);
  }

  /**
   * @param {Images} images
   * @param {number} x
   * @param {number} y
   * @param {Pick<Values, 'resample' | 'interpolation'> & CallOptions} [options]
   */
  async setDpi(images, x, y, options) {
    await this.#do(images, { kind: "setDpi", x, y }, options);
  }

  /** @param {Images} images @param {1 | 4 | 8 | 16 | 24 | 48} bitsPerPixel @param {CallOptions} [options] */
  async setDepth(images, bitsPerPixel, options) {
    await this.#do(images, { kind: "setDepth", bitsPerPixel }, options);
  }

  /** @param {Images} images @param {CallOptions} [options] */
  async gray(images, options) {
    await this.#do(images, { kind: "gray" }, options);
  }

  /**
   * @param {Images} images
   * @param {Pick<Values, 'threshold'> & CallOptions} [options] Without a threshold, the
   *   one that separates the tones of the page best.
   */
  async blackAndWhite(images, options) {
    await this.#do(images, { kind: "blackAndWhite" }, options);
  }

  /** @param {Images} images @param {CallOptions} [options] */
  async invert(images, options) {
    await this.#do(images, { kind: "invert" }, options);
  }

  /**
   * @param {Images} images
   * @param {{brightness?: number, contrast?: number}} tones From -1000 to 1000.
   * @param {CallOptions} [options]
   */
  async adjust(images, tones, options) {
    checkNames("adjust()", tones, { brightness: true, contrast: true });
    const { brightness = 0, contrast = 0 } = tones;
    await this.#do(images, { kind: "adjust", brightness, contrast }, options);
  }

  /** @param {Images} images @param {Pick<Values, 'fill'> & CallOptions} [options] */
  async deskew(images, options) {
    await this.#do(images, { kind: "deskew" }, options);
  }

  /** @param {Images} images @param {CallOptions} [options] */
  async autoBorder(images, options) {
    await this.#do(images, { kind: "autoBorder" }, options);
  }

  /**
   * @param {ImageRef} image
   * @param {Rect} [rect] Default: the whole page.
   * @param {CallOptions} [options]
   * @returns {Promise<number>} Degrees to rotate by, clockwise, so that it is straight.
   */
  async measureSkew(image, rect, options) {
    checkNames("rect", rect, RECT);
    return (await this.#measure(image, { kind: "skew", ...rect }, options)).angle ?? 0;
  }

  /**
   * @param {ImageRef} image
   * @param {import('./types.js').BlankTest & CallOptions} [test]
   * @returns {Promise<boolean>}
   */
  async isBlank(image, test) {
    return (await this.measureBlank(image, test)).isBlank;
  }

  /**
   * @param {ImageRef} image
   * @param {import('./types.js').BlankTest & CallOptions} [test]
   * @returns {Promise<import('./types.js').MeasuredBlank>} The verdict, and what it rests on.
   */
  async measureBlank(image, { signal, onprogress, ...test } = {}) {
    checkNames("isBlank()", test, BLANK);
    const measured = await this.#measure(image, { kind: "blank", ...test }, { signal, onprogress });
    return { isBlank: false, ...measured };
  }

  /** @param {ImageRef} image @param {CallOptions} [options] @returns {Promise<Rect | null>} */
  async findBorder(image, options) {
    return (await this.#measure(image, { kind: "border" }, options)).area ?? null;
  }

  /** @param {Images} images @param {Values} edit @param {Partial<Values> & CallOptions} [options] */
  async #do(images, edit, { signal, onprogress, ...values } = {}) {
    const { kind } = edit;
    // What is given before the options is not taken from them as well.
    const free = Object.entries(EDITS[kind]).filter(([name]) => !(name in edit));
    checkNames(`${kind}()`, values, { ...Object.fromEntries(free), ...CALL });
    await this.apply(images, { ...values, ...edit }, { signal, onprogress });
  }

  /**
   * @param {ImageRef} image
   * @param {object} analysis
   * @param {CallOptions} [options]
   * @returns {Promise<import('./types.js').Measured>}
   */
  async #measure(image, analysis, options) {
    return this.#call("edit.measure", { image: idOf(image), analysis }, options);
  }
}
