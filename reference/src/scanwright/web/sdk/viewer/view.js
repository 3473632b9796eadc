// <scanwright-view>: the current page, as large as wished.
//
// Whoever draws on the page uses `overlay`, which covers it exactly, and `scale`, the
// CSS pixels that an image pixel is; an event `viewchange` tells when they change.

import { checkNames } from '../options.js';
import { make, putAt } from './dom.js';
import { ViewerElement } from './element.js';
import { panAndZoom } from './gestures.js';
import { Latest } from './latest.js';
import { PagePicture } from './picture.js';
import { enable, iconButton, toolbar } from './toolbar.js';
import { margin, scaleOf, scrollAfter, sizeToAsk, stepped } from './zoom.js';

/** @typedef {import('./types.js').ViewerImage} ViewerImage */
/** @typedef {import('./types.js').Point} Point */
/** @typedef {import('./zoom.js').Zoom} Zoom */

const PADDING = 12;
const PAN = 60;
/** What a thumbnail is about as large as, and so is often here already. */
const PREVIEW = 240;

export class ScanwrightView extends ViewerElement {
  /** @type {Zoom} */
  #zoom = 'fit';
  #scale = 1;
  /** @type {readonly ViewerImage[]} */
  #images = [];
  /** @type {ViewerImage | null} */
  #image = null;
  #picture = new PagePicture((state) => this.#show(state));
  #sheet = make('div');
  #stage = make('div');
  #scroller = make('div');
  #empty = make('p');
  #broken = make('p');
  #where = make('span');
  #percent = make('span');
  /** @type {Record<string, HTMLButtonElement>} */
  #buttons = {};
  #room = new ResizeObserver(() => this.#place());
  /** @type {Latest<string>} */
  #current = new Latest(
    async (id) => this.session?.buffer.setCurrent(id),
    (error) => {
      this.trouble(error);
      this.update();
    },
  );

  /** Covers the page: draw here. Its content stays when the page changes. */
  overlay = make('div', { class: 'overlay' });

  /** The page in view. */
  get image() {
    return this.#image;
  }

  /** CSS pixels per image pixel. */
  get scale() {
    return this.#scale;
  }

  /** `fit`, `width`, or a scale. */
  get zoom() {
    return this.#zoom;
  }

  set zoom(zoom) {
    this.#zoom = zoom;
    this.#place();
  }

  /** Show the next page (1), or the one before (-1). @param {number} by */
  turn(by) {
    const at = this.#images.findIndex(({ id }) => id === this.#image?.id);
    this.#go(this.#images[at + by]);
  }

  /**
   * Zoom so that what is at the anchor stays there; without one, what is in the middle.
   *
   * @param {number} scale
   * @param {Point} [anchor] within the view, CSS pixels
   */
  zoomTo(scale, anchor) {
    if (this.#image === null) return;
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = this.#scroller;
    const [page, box] = [this.#page, { width: clientWidth, height: clientHeight }];
    const [from, to] = [this.#scale, scaleOf(scale, page, box)];
    const scroll = { x: scrollLeft, y: scrollTop };
    const middle = { x: clientWidth / 2, y: clientHeight / 2 };
    const target = scrollAfter({ scroll, anchor: anchor ?? middle, from, to, page, box });
    this.zoom = to;
    this.#scroller.scrollTo({ left: target.x, top: target.y, behavior: 'instant' });
  }

  /**
   * Show how the page would look. Empty values show it as it is.
   *
   * @param {{filter?: string, transform?: string}} [look] CSS
   */
  preview(look = {}) {
    checkNames('preview()', look, { filter: true, transform: true });
    const { filter = '', transform = '' } = look;
    this.#picture.element.style.filter = filter;
    this.#picture.element.style.transform = transform;
    this.#sheet.classList.toggle('turned', transform !== '');
  }

  /** @override */
  build() {
    this.#sheet = make('div', { class: 'sheet' }, this.#picture.element, this.overlay);
    this.#stage = make('div', { class: 'stage' }, this.#sheet);
    this.#scroller = make(
      'div',
      { class: 'scroller', tabindex: 0, role: 'group', 'aria-label': this.text('view') },
      this.#stage,
    );
    this.#empty = make('p', { class: 'empty' }, this.text('noPage'));
    this.#broken = make('p', { class: 'empty', hidden: true }, this.text('notShown'));
    this.#scroller.addEventListener('keydown', (event) => this.#key(event));
    panAndZoom(this.#scroller, (factor, at) => this.zoomTo(this.#scale * factor, at));
    this.#room.disconnect();
    this.#room.observe(this.#scroller);
    const frame = make('div', { class: 'frame' }, this.#scroller, this.#empty, this.#broken);
    return [this.#navigation(), frame];
  }

  /** @override */
  update() {
    const buffer = this.session?.buffer;
    const visible = buffer?.visible ? new Set(buffer.visible) : null;
    const images = buffer?.images ?? [];
    this.#images = visible ? images.filter(({ id }) => visible.has(id)) : images;
    const wished = this.#current.over(buffer?.current ?? '');
    const image = this.#images.find(({ id }) => id === wished) ?? this.#images[0] ?? null;
    const isOther = image?.id !== this.#image?.id;
    this.#image = image;
    this.#empty.hidden = image !== null;
    this.#stage.hidden = image === null;
    if (image === null) {
      this.#picture.clear();
      this.#show('shown');
    }
    this.#place();
    if (isOther) this.#scroller.scrollTo({ left: 0, top: 0, behavior: 'instant' });
    this.#label();
  }

  /** @override */
  leave() {
    this.#room.disconnect();
    this.#picture.clear();
    this.#image = null;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    if (this.#scroller.isConnected) this.#room.observe(this.#scroller);
  }

  get #page() {
    return { width: this.#image?.widthPx ?? 1, height: this.#image?.heightPx ?? 1 };
  }

  #place() {
    const image = this.#image;
    if (image === null) return this.#changed();
    const [page, inner] = [this.#page, this.#inner];
    this.#scale = scaleOf(this.#zoom, page, inner);
    const width = page.width * this.#scale;
    const height = page.height * this.#scale;
    const { clientWidth, clientHeight } = this.#scroller;
    const [left, top] = [margin(width, clientWidth), margin(height, clientHeight)];
    putAt(this.#stage, { left: 0, top: 0, width: width + left, height: height + top });
    putAt(this.#sheet, { left, top, width, height });
    this.#sheet.classList.toggle('coarse', this.#scale >= 3);
    const size = sizeToAsk(page, this.#scale, window.devicePixelRatio);
    const url = this.session?.buffer.url(image, size ?? {}) ?? '';
    this.#picture.show({ id: image.id, url, alt: this.#name, preview: this.#preview(image) });
    this.#changed();
  }

  /** @param {ViewerImage} image */
  #preview(image) {
    const { width, height } = this.#page;
    const size = sizeToAsk(this.#page, PREVIEW / Math.max(width, height), 1);
    return this.session?.buffer.url(image, size ?? {}) ?? '';
  }

  /** The room for a page that is fitted: with a margin, and never with scroll bars. */
  get #inner() {
    const { offsetWidth, offsetHeight, clientWidth } = this.#scroller;
    const width = this.#zoom === 'width' ? clientWidth : offsetWidth;
    return { width: width - 2 * PADDING, height: offsetHeight - 2 * PADDING };
  }

  #changed() {
    const percent = Math.round(this.#scale * window.devicePixelRatio * 100);
    this.#percent.textContent = this.text('zoomed', { percent });
    this.tell('viewchange', { image: this.#image, scale: this.#scale });
  }

  get #at() {
    return this.#images.findIndex(({ id }) => id === this.#image?.id);
  }

  get #name() {
    const count = this.#images.length;
    return this.text('pageOf', { number: this.#at + 1, count });
  }

  #label() {
    const has = this.#image !== null;
    this.#where.textContent = has ? `${this.#at + 1} / ${this.#images.length}` : '–';
    for (const [name, button] of Object.entries(this.#buttons)) {
      const isFirst = name === 'previous' && this.#at <= 0;
      const isLast = name === 'next' && this.#at >= this.#images.length - 1;
      enable(button, has && !isFirst && !isLast);
    }
  }

  /** @param {ViewerImage | undefined} image */
  #go(image) {
    if (image === undefined || image === this.#image) return;
    this.#current.want(image.id);
    this.update();
    this.announce(this.#name);
  }

  /** @param {'loading' | 'shown' | 'broken'} state */
  #show(state) {
    this.#sheet.setAttribute('aria-busy', String(state === 'loading'));
    this.#broken.hidden = state !== 'broken';
  }

  #navigation() {
    /** @type {Record<'previous' | 'next' | 'zoomOut' | 'zoomIn' | 'fit' | 'fitWidth' | 'actualSize', () => void>} */
    const presses = {
      previous: () => this.turn(-1),
      next: () => this.turn(1),
      zoomOut: () => this.zoomTo(stepped(this.#scale, -1)),
      zoomIn: () => this.zoomTo(stepped(this.#scale, 1)),
      fit: () => (this.zoom = 'fit'),
      fitWidth: () => (this.zoom = 'width'),
      actualSize: () => this.zoomTo(1 / window.devicePixelRatio),
    };
    const names = /** @type {(keyof typeof presses)[]} */ (Object.keys(presses));
    const made = names.map((name) => iconButton(name, this.text(name), presses[name]));
    names.forEach((name, at) => (this.#buttons[name] = /** @type {any} */ (made[at])));
    this.#where = make('span', { class: 'where' });
    this.#percent = make('span', { class: 'percent' });
    const [previous, next, ...zooms] = /** @type {HTMLElement[]} */ (made);
    return toolbar(this.text('navigation'), [
      /** @type {HTMLElement[]} */ ([previous, this.#where, next]),
      [...zooms.slice(0, 1), this.#percent, ...zooms.slice(1)],
    ]);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target !== this.#scroller) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { scrollWidth, clientWidth } = this.#scroller;
    const isWide = scrollWidth > clientWidth;
    /** @type {Record<string, () => void>} */
    const commands = {
      '+': () => this.zoomTo(stepped(this.#scale, 1)),
      '=': () => this.zoomTo(stepped(this.#scale, 1)),
      '-': () => this.zoomTo(stepped(this.#scale, -1)),
      0: () => (this.zoom = 'fit'),
      1: () => this.zoomTo(1 / window.devicePixelRatio),
      ArrowLeft: () => (isWide ? this.#pan(-PAN, 0) : this.turn(-1)),
      ArrowRight: () => (isWide ? this.#pan(PAN, 0) : this.turn(1)),
      ArrowUp: () => this.#pan(0, -PAN),
      ArrowDown: () => this.#pan(0, PAN),
      PageUp: () => this.turn(-1),
      PageDown: () => this.turn(1),
      Home: () => this.#go(this.#images[0]),
      End: () => this.#go(this.#images.at(-1)),
    };
    const command = commands[event.key];
    if (command === undefined) return;
    event.preventDefault();
    command();
  }

  /**
   * @param {number} left
   * @param {number} top
   */
  #pan(left, top) {
    this.#scroller.scrollBy({ left, top });
  }
}
