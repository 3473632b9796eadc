// One thumbnail: an option of the list, with its picture, number and tags.

import { make } from './dom.js';

/** @typedef {import('./types.js').ViewerImage} ViewerImage */
/** @typedef {import('./loading.js').Loading} Loading */
/** @typedef {import('./wording.js').Say} Say */

/**
 * What a cell shows. `number` counts in the document, `place` and `count` in the list.
 *
 * @typedef {object} Shown
 * @property {ViewerImage} image
 * @property {string} url
 * @property {number} number
 * @property {number} place
 * @property {number} count
 * @property {boolean} isSelected
 * @property {boolean} isCurrent
 * @property {boolean} isDragged
 */

export class Cell {
  #picture = make('img', { alt: '', draggable: 'false', decoding: 'async' });
  #number = make('span', { class: 'number' });
  #tags = make('span', { class: 'tags' });
  #loading;
  #url = '';
  #state = '';

  /** @param {string} id of the image @param {Loading} loading */
  constructor(id, loading) {
    this.#loading = loading;
    this.#picture.addEventListener('error', () => this.#mark('broken'));
    this.#picture.addEventListener('load', () => this.#mark('loaded'));
    this.element = make(
      'div',
      { class: 'cell', role: 'option', id: `image-${id}`, 'data-image': id },
      make('span', { class: 'paper' }, this.#picture),
      make('span', { class: 'caption' }, this.#number, this.#tags),
      // Space does the same for whoever has keys; so this is for fingers alone.
      make('span', { class: 'check', 'aria-hidden': 'true' }),
    );
  }

  /**
   * @param {Shown} shown
   * @param {Say} text
   */
  show(shown, text) {
    const { image, number } = shown;
    const tags = image.tags.join(', ');
    this.#fetch(shown.url);
    const name = text(tags ? 'pageTagged' : 'page', { number, tags });
    const states = {
      'aria-label': name,
      'aria-selected': String(shown.isSelected),
      'aria-current': String(shown.isCurrent),
      'aria-posinset': String(shown.place),
      'aria-setsize': String(shown.count),
    };
    // While the list scrolls, most cells stay what they are: leave them alone.
    const state = [...Object.values(states), number, tags, shown.isDragged].join('|');
    if (state === this.#state) return;
    this.#state = state;
    for (const [attribute, value] of Object.entries(states))
      this.element.setAttribute(attribute, value);
    this.element.classList.toggle('dragged', shown.isDragged);
    this.element.title = tags;
    this.#number.textContent = String(number);
    this.#tags.textContent = tags;
  }

  /**
   * @param {{x: number, y: number}} place
   * @param {{cellWidth: number, cellHeight: number}} grid
   */
  put({ x, y }, { cellWidth, cellHeight }) {
    const { style } = this.element;
    const transform = `translate(${x}px, ${y}px)`;
    if (style.transform === transform && style.width === `${cellWidth}px`) return;
    style.transform = transform;
    style.width = `${cellWidth}px`;
    style.height = `${cellHeight}px`;
  }

  /** It has scrolled away. */
  leave() {
    this.#loading.drop(this.#picture);
    this.element.remove();
  }

  /** @param {string} url */
  #fetch(url) {
    if (url === this.#url) return;
    this.#url = url;
    this.#loading.want(this.#picture, url);
  }

  /** @param {'loaded' | 'broken'} state */
  #mark(state) {
    this.element.classList.remove('loaded', 'broken');
    this.element.classList.add(state);
  }
}
