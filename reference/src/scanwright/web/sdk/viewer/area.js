// The rectangle on the page: drawn, moved and resized by mouse, finger and keys.

import { make, putAt } from './dom.js';
import {
  HANDLES,
  nudged,
  shifted,
  spanned,
  stretched,
  toFields,
} from './rectangle.js';

/** @typedef {import('./types.js').Area} Area */
/** @typedef {import('./types.js').Point} Point */
/** @typedef {import('./types.js').Size} Size */
/** @typedef {import('./rectangle.js').Handle} Handle */
/** @typedef {import('./wording.js').Say} Say */

/**
 * @typedef {object} Ground
 * @property {HTMLElement} overlay covers the page
 * @property {() => number} scale CSS pixels per image pixel
 * @property {Size} size of the page in image pixels
 * @property {Say} text
 * @property {(area: Area) => void} changed
 */

export class AreaTool {
  /** @type {Area} */
  #area;
  #ground;
  #end = new AbortController();
  #box;
  #help;
  /** What lies outside is darker; clipped by the page, which the handles are not. */
  #shade = make('div', { class: 'shade' });

  /**
   * @param {Ground} ground
   * @param {Area} area to begin with
   */
  constructor(ground, area) {
    this.#ground = ground;
    this.#area = area;
    this.#help = make('span', { class: 'unseen', id: 'area-help' }, ground.text('areaHelp'));
    this.#box = make(
      'div',
      { class: 'area', tabindex: 0, role: 'group', 'aria-describedby': 'area-help' },
      ...HANDLES.map((handle) => make('span', { class: 'handle', 'data-handle': handle })),
    );
    const shades = make('div', { class: 'shades' }, this.#shade);
    ground.overlay.append(shades, this.#box, this.#help);
    ground.overlay.classList.add('drawn');
    const { signal } = this.#end;
    ground.overlay.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    this.#box.addEventListener('keydown', (event) => this.#key(event));
    this.place();
  }

  /** What is inside of the rectangle. */
  get area() {
    return this.#area;
  }

  set area(area) {
    this.#area = area;
    this.place();
  }

  /** The colour that what is inside will have; undefined when it is what is kept. */
  set fill(/** @type {string | undefined} */ fill) {
    this.#shade.classList.toggle('filled', fill !== undefined);
    this.#shade.style.background = fill ?? '';
  }

  /** Draw it where it belongs at the scale that there is now. */
  place() {
    const scale = this.#ground.scale();
    const fields = toFields(this.#area);
    const box = {
      left: fields.left * scale,
      top: fields.top * scale,
      width: fields.width * scale,
      height: fields.height * scale,
    };
    putAt(this.#box, box);
    putAt(this.#shade, box);
    this.#box.setAttribute('aria-label', this.#ground.text('area', fields));
  }

  /** Take it away. */
  leave() {
    this.#end.abort();
    this.#box.remove();
    this.#shade.parentElement?.remove();
    this.#help.remove();
    this.#ground.overlay.classList.remove('drawn');
  }

  /** @param {Area} area */
  #change(area) {
    this.area = area;
    this.#ground.changed(area);
  }

  /** @param {PointerEvent} event @returns {Point} in image pixels */
  #pointOf(event) {
    const box = this.#ground.overlay.getBoundingClientRect();
    const scale = this.#ground.scale();
    return { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale };
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    // Or else the view would pan.
    event.stopPropagation();
    event.preventDefault();
    this.#box.focus({ preventScroll: true });
    this.#follow(event, this.#drag(/** @type {Element} */ (event.target), this.#pointOf(event)));
  }

  /**
   * What moving the pointer means, which is decided where it goes down.
   *
   * @param {Element} target
   * @param {Point} from
   * @returns {(to: Point) => Area}
   */
  #drag(target, from) {
    const [area, { size }] = [this.#area, this.#ground];
    const handle = /** @type {Handle | null} */ (target.getAttribute('data-handle'));
    if (handle !== null) {
      // A handle is larger than the edge that it holds: what is between them stays.
      const x = from.x - (handle.includes('w') ? area.left : area.right);
      const y = from.y - (handle.includes('n') ? area.top : area.bottom);
      return (to) => stretched(area, handle, { x: to.x - x, y: to.y - y }, size);
    }
    if (target !== this.#box) return (to) => spanned(from, to, size);
    return (to) => shifted(area, { x: to.x - from.x, y: to.y - from.y }, size);
  }

  /**
   * @param {PointerEvent} begin
   * @param {(to: Point) => Area} drag
   */
  #follow(begin, drag) {
    const { overlay } = this.#ground;
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, this.#end.signal]);
    overlay.setPointerCapture(begin.pointerId);
    /** @param {PointerEvent} event */
    const move = (event) => {
      if (event.pointerId === begin.pointerId) this.#change(drag(this.#pointOf(event)));
    };
    overlay.addEventListener('pointermove', move, { signal });
    overlay.addEventListener('lostpointercapture', () => end.abort(), { signal });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { size } = this.#ground;
    const coarse = Math.max(1, Math.round(Math.max(size.width, size.height) / 100));
    const step = event.ctrlKey ? 1 : coarse;
    const area = nudged(this.#area, event.key, { step, resize: event.shiftKey }, size);
    if (area === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.#change(area);
  }
}
