// The picture of the page in view: the old one stays until the new one is there.
//
// Of a page that was not in view before, a small picture is shown while it is waited for.

import { make } from './dom.js';

/** `preview` is the address of a small picture. */
/** @typedef {{id: string, url: string, alt: string, preview: string}} Wanted */

/** What comes sooner needs no preview. */
const SOON_MS = 120;

export class PagePicture {
  #shown = make('img', { alt: '', hidden: true });
  /** @type {HTMLImageElement | null} */
  #coming = null;
  #id = '';
  #url = '';
  #timer = 0;
  #changed;

  /**
   * The element in which the picture stands.
   *
   * @param {(state: 'loading' | 'shown' | 'broken') => void} changed
   */
  constructor(changed) {
    this.#changed = changed;
    this.element = make('div', { class: 'picture' }, this.#shown);
  }

  /** @param {Wanted} wanted */
  show({ id, url, alt, preview }) {
    this.#shown.alt = alt;
    if (this.#coming) this.#coming.alt = alt;
    if (url === this.#url) return;
    // Another page's picture would be a lie; an older one of this page is a preview.
    if (id !== this.#id) this.#shown.hidden = true;
    this.#id = id;
    this.#url = url;
    this.#load(url, alt);
    if (this.#shown.hidden) this.#timer = window.setTimeout(() => this.#underlay(preview), SOON_MS);
  }

  /** End what is being fetched, and show nothing. */
  clear() {
    this.#stop();
    this.#id = '';
    this.#url = '';
    this.#shown.hidden = true;
    this.#shown.removeAttribute('src');
  }

  /**
   * @param {string} url
   * @param {string} alt
   */
  #load(url, alt) {
    this.#stop();
    const next = make('img', { alt, draggable: 'false' });
    this.#coming = next;
    this.#changed('loading');
    next.addEventListener('load', () => this.#arrive(next));
    next.addEventListener('error', () => {
      if (next !== this.#coming) return;
      this.#underlay('');
      this.#changed('broken');
    });
    next.src = url;
  }

  /** @param {HTMLImageElement} next */
  #arrive(next) {
    if (next !== this.#coming) return;
    this.#coming = null;
    this.#shown.replaceWith(next);
    this.#shown.removeAttribute('src');
    this.#shown = next;
    // What lies below stays: a large picture takes a while to be drawn, too.
    clearTimeout(this.#timer);
    this.#changed('shown');
  }

  /** @param {string} url of what lies below the picture; '' is nothing */
  #underlay(url) {
    clearTimeout(this.#timer);
    this.element.style.backgroundImage = url && `url("${url}")`;
  }

  #stop() {
    this.#underlay('');
    this.#coming?.removeAttribute('src');
    this.#coming = null;
  }
}
