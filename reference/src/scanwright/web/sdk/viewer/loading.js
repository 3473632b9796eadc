// Pictures that are wanted, a few at a time; who is no longer wanted lets go at once.

/**
 * What a picture must be able to do; an `HTMLImageElement` is.
 *
 * @typedef {EventTarget & {src: string, removeAttribute: (name: string) => void}} Picture
 */

/** Loads pictures, at most `limit` at once, those first that were asked for last. */
export class Loading {
  /** @type {Map<Picture, string>} */
  #waiting = new Map();
  /** @type {Map<Picture, AbortController>} */
  #running = new Map();
  #limit;

  /** @param {number} limit a browser opens six connections to a host */
  constructor(limit = 6) {
    this.#limit = limit;
  }

  /** How many are being fetched. */
  get running() {
    return this.#running.size;
  }

  /** How many are wanted and not begun. */
  get waiting() {
    return this.#waiting.size;
  }

  /**
   * Fetch `url` into the picture as soon as there is room; instead of what it fetches.
   *
   * @param {Picture} picture
   * @param {string} url
   */
  want(picture, url) {
    this.#release(picture);
    this.#waiting.delete(picture);
    this.#waiting.set(picture, url);
    this.#fill();
  }

  /**
   * It has scrolled away: end its request, and forget what it shows.
   *
   * @param {Picture} picture
   */
  drop(picture) {
    this.#waiting.delete(picture);
    this.#release(picture);
    picture.removeAttribute('src');
    this.#fill();
  }

  #fill() {
    while (this.#running.size < this.#limit) {
      const last = [...this.#waiting].at(-1);
      if (last === undefined) return;
      this.#waiting.delete(last[0]);
      this.#begin(...last);
    }
  }

  /**
   * @param {Picture} picture
   * @param {string} url
   */
  #begin(picture, url) {
    const end = new AbortController();
    const done = () => {
      this.#release(picture);
      this.#fill();
    };
    this.#running.set(picture, end);
    picture.addEventListener('load', done, { signal: end.signal });
    picture.addEventListener('error', done, { signal: end.signal });
    picture.src = url;
  }

  /** @param {Picture} picture */
  #release(picture) {
    this.#running.get(picture)?.abort();
    this.#running.delete(picture);
  }
}
