// The cells that are elements now: those in sight, a few around, and the active one.

import { Cell } from './cell.js';
import { make, putAt } from './dom.js';
import { edgeSpeed, gapAt, inSight, layOut, markOf, place, reveal, stepOf } from './layout.js';
import { Loading } from './loading.js';
import { sizeToAsk } from './zoom.js';

/** @typedef {import('./types.js').ViewerImage} ViewerImage */
/** @typedef {import('./types.js').Point} Point */
/** @typedef {import('./wording.js').Say} Say */

/**
 * What is to be seen.
 *
 * @typedef {object} Scene
 * @property {readonly ViewerImage[]} images those of the list, in order
 * @property {Map<string, number>} numbers of the pages in the document, from 1
 * @property {string | null} active
 * @property {Set<string>} selected
 * @property {readonly string[]} dragged
 * @property {(image: ViewerImage, size: object) => string} url
 * @property {Say} text
 */

const MARGIN_ROWS = 2;
const CAPTION = 28;
const GAP = 12;
const MARK = 4;

export class Strip {
  #loading = new Loading();
  /** @type {Map<string, Cell>} */
  #cells = new Map();
  #grid = layOut({ width: 0, count: 0, size: 0, caption: CAPTION, gap: GAP });
  #list;
  #canvas = make('div', { class: 'canvas', role: 'presentation' });
  /** Where what is dragged would go. */
  mark = make('div', { class: 'mark', hidden: true });

  /** @param {HTMLElement} list that scrolls */
  constructor(list) {
    this.#list = list;
    list.append(this.#canvas);
  }

  /** How many cells there are in a row. */
  get columns() {
    return this.#grid.columns;
  }

  /** What is in sight of the list; never more than a window, whatever its style. */
  get #sight() {
    return Math.min(this.#list.clientHeight, window.innerHeight);
  }

  /**
   * @param {number} count
   * @param {number} size
   */
  layOut(count, size) {
    const width = this.#list.clientWidth;
    this.#grid = layOut({ width, count, size, caption: CAPTION, gap: GAP });
    this.#canvas.style.height = `${this.#grid.height}px`;
  }

  /** @param {Scene} scene */
  render(scene) {
    const { images, active } = scene;
    const { first, end } = inSight(this.#grid, this.#list.scrollTop, this.#sight, MARGIN_ROWS);
    const indexes = images.slice(first, end).map((_, at) => first + at);
    const pinned = images.findIndex(({ id }) => id === active);
    if (pinned >= 0 && pinned < first) indexes.unshift(pinned);
    if (pinned >= end) indexes.push(pinned);
    this.#dismiss(new Set(indexes.map((index) => images[index]?.id)));
    indexes.forEach((index, position) => this.#renderCell(scene, index, position));
  }

  /** Scroll no more than is needed to see a cell. @param {number} index */
  reveal(index) {
    const { scrollTop } = this.#list;
    const top = reveal(this.#grid, index, scrollTop, this.#sight);
    if (top !== scrollTop) this.#list.scrollTop = top;
  }

  /**
   * The index that a key leads to; null where it leads nowhere.
   *
   * @param {string} key
   * @param {number} from
   */
  step(key, from) {
    return stepOf(this.#grid, key, from, this.#sight);
  }

  /**
   * Show the gap that is nearest to a point of the window; return its index.
   *
   * @param {Point} point
   */
  showGap({ x, y }) {
    const box = this.#list.getBoundingClientRect();
    const { scrollTop } = this.#list;
    const gap = gapAt(this.#grid, { x: x - box.left, y: y - box.top + scrollTop });
    const mark = markOf(this.#grid, gap, MARK);
    putAt(this.mark, { ...mark, left: mark.x, top: mark.y - scrollTop });
    this.mark.hidden = this.#grid.count === 0;
    return gap.index;
  }

  /** How fast to scroll while something is dragged there. @param {number} y of the window */
  speed(y) {
    return edgeSpeed(y - this.#list.getBoundingClientRect().top, this.#sight);
  }

  /** Let go of all cells and their requests. */
  clear() {
    this.#dismiss(new Set());
  }

  /** @param {Set<string | undefined>} kept */
  #dismiss(kept) {
    for (const [id, cell] of this.#cells) {
      if (kept.has(id)) continue;
      cell.leave();
      this.#cells.delete(id);
    }
  }

  /**
   * @param {Scene} scene
   * @param {number} index
   * @param {number} position among the cells that are elements
   */
  #renderCell({ images, numbers, active, selected, dragged, url, text }, index, position) {
    const image = images[index];
    if (image === undefined) return;
    const cell = this.#cells.get(image.id) ?? new Cell(image.id, this.#loading);
    this.#cells.set(image.id, cell);
    cell.put(place(this.#grid, index), this.#grid);
    const shown = {
      image,
      url: url(image, this.#sizeOf(image)),
      number: numbers.get(image.id) ?? 0,
      place: index + 1,
      count: images.length,
      isSelected: selected.has(image.id),
      isCurrent: image.id === active,
      isDragged: dragged.includes(image.id),
    };
    cell.show(shown, text);
    const there = this.#canvas.children[position];
    if (there !== cell.element) this.#canvas.insertBefore(cell.element, there ?? null);
  }

  /** @param {ViewerImage} image */
  #sizeOf({ widthPx, heightPx }) {
    const page = { width: widthPx, height: heightPx };
    const scale = this.#grid.cellWidth / Math.max(widthPx, heightPx);
    return sizeToAsk(page, scale, window.devicePixelRatio) ?? {};
  }
}
