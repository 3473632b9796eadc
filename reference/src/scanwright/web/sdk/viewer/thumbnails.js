// <scanwright-thumbnails>: all pages at a glance; chosen, sorted, removed.
//
// Only the cells in sight are elements, whatever the number of pages. The list has the
// focus and points to its active option, which therefore is always an element, too.

import { make } from './dom.js';
import { ViewerElement } from './element.js';
import { takeFiles } from './files.js';
import { Latest } from './latest.js';
import { chosen, inDocument, moved, shiftTarget } from './order.js';
import { Reorder } from './reorder.js';
import { Strip } from './strip.js';

/** @typedef {import('./types.js').ViewerImage} ViewerImage */
/** @typedef {import('./types.js').Point} Point */

const SIZES = { min: 72, max: 320, initial: 128 };

export class ScanwrightThumbnails extends ViewerElement {
  /** @type {readonly ViewerImage[]} */
  #images = [];
  /** @type {string[]} */
  #ids = [];
  /** @type {Map<string, number>} */
  #numbers = new Map();
  #size = SIZES.initial;
  #frame = 0;
  /** @type {string | null} */
  #active = null;
  /** @type {string | null} */
  #anchor = null;
  /** Where a drag would go, among the visible pages. @type {number | null} */
  #target = null;
  /** @type {readonly string[]} */
  #dragged = [];
  #isMoving = false;
  #room = new ResizeObserver(() => this.update());
  #list = make('div');
  #strip = new Strip(this.#list);
  #badge = make('div');
  #empty = make('p');
  #summary = make('span');
  /** @type {Reorder | null} */
  #reorder = null;
  /** @type {Latest<string>} */
  #current = new Latest(
    async (id) => this.session?.buffer.setCurrent(id),
    (error) => this.#settled(error),
  );
  /** @type {Latest<readonly string[]>} */
  #chosen = new Latest(
    async (ids) => this.session?.buffer.select([...ids]),
    (error) => this.#settled(error),
  );

  /** The side of the square that a picture fits into, in CSS pixels. */
  get size() {
    return this.#size;
  }

  set size(size) {
    this.#size = Math.min(SIZES.max, Math.max(SIZES.min, size));
    this.update();
  }

  /** @override */
  build() {
    this.#strip.clear();
    this.#badge = make('div', { class: 'badge', hidden: true, 'aria-hidden': 'true' });
    this.#list = make('div', {
      class: 'list',
      role: 'listbox',
      tabindex: 0,
      'aria-multiselectable': 'true',
      'aria-label': this.text('pages'),
    });
    this.#strip = new Strip(this.#list);
    this.#empty = make('p', { class: 'empty' }, this.text('noPages'));
    this.#listen();
    const parts = [this.#list, this.#empty, this.#strip.mark];
    const frame = make('div', { class: 'frame' }, ...parts);
    takeFiles(frame, {
      over: (point) => (this.#target = this.#strip.showGap(point)),
      leave: () => this.#hideTarget(),
      drop: (files, point) => this.#import(files, point),
      isWelcome: () => !this.isFixed,
    });
    return [frame, this.#badge, this.#footer()];
  }

  /** @override */
  update() {
    const buffer = this.session?.buffer;
    const images = buffer?.images ?? [];
    const visible = buffer?.visible ? new Set(buffer.visible) : null;
    this.#numbers = new Map(images.map(({ id }, index) => [id, index + 1]));
    this.#images = visible ? images.filter(({ id }) => visible.has(id)) : images;
    this.#ids = this.#images.map(({ id }) => id);
    const before = this.#active;
    const current = this.#current.over(buffer?.current ?? '');
    this.#active = this.#ids.includes(current) ? current : (this.#ids[0] ?? null);
    this.#strip.layOut(this.#images.length, this.#size);
    this.#empty.hidden = this.#images.length > 0;
    if (this.#active !== before) this.#reveal();
    this.#render();
  }

  /** @override */
  leave() {
    this.#room.disconnect();
    this.#reorder?.cancel();
    cancelAnimationFrame(this.#frame);
    this.#strip.clear();
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    if (this.#list.isConnected) this.#room.observe(this.#list);
  }

  #footer() {
    const { min, max } = SIZES;
    const label = this.text('thumbnailSize');
    const range = make('input', { type: 'range', min, max, step: 8, 'aria-label': label });
    range.title = label;
    range.value = String(this.#size);
    range.addEventListener('input', () => (this.size = range.valueAsNumber));
    this.#summary = make('span', { class: 'summary' });
    return make('div', { class: 'footer' }, this.#summary, range);
  }

  #listen() {
    const list = this.#list;
    list.addEventListener('scroll', () => this.#soon(), { passive: true });
    list.addEventListener('click', (event) => this.#click(event));
    list.addEventListener('dblclick', () => this.tell('open', { image: this.#active }));
    list.addEventListener('keydown', (event) => this.#key(event));
    this.#room.disconnect();
    this.#room.observe(list);
    this.#reorder = new Reorder(list, {
      begin: (id) => this.#beginDrag(id),
      over: (point) => this.#dragOver(point),
      drop: () => this.#dropDragged(),
      cancel: () => this.#leaveDrag(),
      speed: (y) => this.#strip.speed(y),
    });
  }

  #soon() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#render());
  }

  #render() {
    const selected = new Set(this.#selected);
    this.#strip.render({
      images: this.#images,
      numbers: this.#numbers,
      active: this.#active,
      selected,
      dragged: this.#dragged,
      url: (image, size) => this.session?.buffer.url(image, size) ?? '',
      text: this.text,
    });
    this.#pointToActive();
    this.#summarise(selected.size);
  }

  #pointToActive() {
    const list = this.#list;
    if (this.#active === null) list.removeAttribute('aria-activedescendant');
    else list.setAttribute('aria-activedescendant', `image-${this.#active}`);
  }

  /** @param {number} count */
  #summarise(count) {
    const total = this.#images.length;
    this.#summary.textContent =
      count > 0
        ? this.text('summarySelected', { total, count })
        : this.text('summary', { count: total });
  }

  get #selected() {
    const selected = this.#chosen.over(this.session?.buffer.selected ?? []);
    return selected.filter((id) => this.#numbers.has(id));
  }

  /** @param {unknown} error */
  #settled(error) {
    // Another call that went well is no reason to hide what went wrong.
    if (error !== undefined) this.trouble(error);
    this.update();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {Element} */ (event.target);
    const id = target.closest('[data-image]')?.getAttribute('data-image');
    if (!id) return;
    this.trouble(undefined);
    const isCheck = target.closest('.check') !== null;
    const toggle = isCheck || event.ctrlKey || event.metaKey;
    this.#choose(id, { toggle, range: event.shiftKey });
  }

  /**
   * @param {string} id
   * @param {{toggle?: boolean, range?: boolean}} keys
   */
  #choose(id, keys) {
    const before = { selected: this.#selected, anchor: this.#anchor ?? this.#active };
    const { selected, anchor } = chosen(before, this.#ids, id, keys);
    this.#anchor = anchor;
    this.#select(selected);
    this.#goTo(id);
  }

  /** @param {readonly string[]} ids */
  #select(ids) {
    const before = this.#selected;
    if (ids.length === before.length && ids.every((id, at) => id === before[at])) return;
    this.#chosen.want(ids);
    if (ids.length !== 1) this.announce(this.text('selectedNow', { count: ids.length }));
  }

  /** @param {string} id */
  #goTo(id) {
    if (id !== this.#active) this.#current.want(id);
    this.#active = id;
    this.#reveal();
    this.#render();
  }

  #reveal() {
    if (this.#active !== null) this.#strip.reveal(this.#ids.indexOf(this.#active));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    this.trouble(undefined);
    const isTaken = event.altKey ? this.#shift(event) : this.#command(event);
    if (isTaken) event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  #command(event) {
    const isControl = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') return this.#escape();
    if (this.#active === null) return false;
    if (event.key === ' ') this.#choose(this.#active, { toggle: true });
    else if (event.key === 'Enter') this.tell('open', { image: this.#active });
    else if (event.key === 'Delete') void this.#remove();
    else if (isControl && event.key.toLowerCase() === 'a') this.#select(this.#ids);
    else return this.#walk(event, isControl);
    return true;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {boolean} isControl
   */
  #walk(event, isControl) {
    const index = this.#ids.indexOf(this.#active ?? '');
    const next = this.#strip.step(event.key, index);
    const id = next === null ? undefined : this.#ids[next];
    if (id === undefined) return false;
    if (isControl && !event.shiftKey) this.#goTo(id);
    else this.#choose(id, { range: event.shiftKey, toggle: isControl });
    return true;
  }

  #escape() {
    if (this.#reorder?.isDragging) this.#reorder.cancel();
    else if (this.#selected.length > 0) this.#select([]);
    else return false;
    return true;
  }

  async #remove() {
    const ids = this.#handled(this.#active ?? '');
    if (this.isFixed || ids.length === 0) return;
    const isGone = await this.#ask(this.session?.buffer.remove(ids));
    if (isGone) this.announce(this.text('removedSome', { count: ids.length }));
  }

  /**
   * What is done to a page is done to all that are selected with it, in their order.
   *
   * @param {string} id
   */
  #handled(id) {
    const selected = new Set(this.#selected);
    return selected.has(id) ? this.#ids.filter((each) => selected.has(each)) : [id];
  }

  /** @param {KeyboardEvent} event */
  #shift(event) {
    const row = this.#strip.columns;
    /** @type {Record<string, number>} */
    const steps = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -row,
      ArrowDown: row,
      Home: -this.#ids.length,
      End: this.#ids.length,
    };
    const by = steps[event.key];
    if (by === undefined || this.#active === null || this.isFixed) return false;
    const ids = this.#handled(this.#active);
    const at = shiftTarget(this.#ids, ids, by);
    if (at !== null) void this.#move(ids, at);
    return true;
  }

  /**
   * @param {readonly string[]} ids
   * @param {number} at among the visible pages
   */
  async #move(ids, at) {
    const buffer = this.session?.buffer;
    // The key repeats: each step is counted from the order that the one before made.
    if (buffer === undefined || this.#isMoving) return;
    const document = buffer.images.map(({ id }) => id);
    const target = inDocument(document, this.#ids, at);
    const after = moved(document, ids, target);
    const first = ids[0] ?? '';
    const [from, to] = [document.indexOf(first) + 1, after.indexOf(first) + 1];
    if (after.every((id, index) => id === document[index])) return;
    this.#isMoving = true;
    const isDone = await this.#ask(buffer.move([...ids], target));
    this.#isMoving = false;
    if (!isDone) return;
    const key = ids.length === 1 ? 'movedOne' : 'movedSome';
    this.announce(this.text(key, { from, to, count: ids.length }));
    this.#reveal();
  }

  /** @param {Promise<unknown> | undefined} call */
  async #ask(call) {
    try {
      await call;
      this.trouble(undefined);
      return true;
    } catch (error) {
      this.trouble(error);
      return false;
    }
  }

  /** @param {string} id */
  #beginDrag(id) {
    if (this.isFixed) return false;
    this.#dragged = this.#handled(id);
    const count = this.#dragged.length;
    const number = this.#numbers.get(id) ?? 0;
    this.#badge.textContent = this.text(count === 1 ? 'dragOne' : 'dragSome', { count, number });
    this.#badge.hidden = false;
    this.#list.focus({ preventScroll: true });
    this.#render();
    this.announce(this.text('dragBegun'));
    return true;
  }

  /** @param {Point} point */
  #dragOver({ x, y }) {
    this.#badge.style.transform = `translate(${x + 12}px, ${y + 12}px)`;
    this.#target = this.#strip.showGap({ x, y });
  }

  #dropDragged() {
    const [ids, target] = [this.#dragged, this.#target];
    this.#endDrag();
    if (target !== null) void this.#move(ids, target);
  }

  #leaveDrag() {
    this.#endDrag();
    this.announce(this.text('dragLeft'));
  }

  #endDrag() {
    this.#dragged = [];
    this.#badge.hidden = true;
    this.#hideTarget();
    this.#render();
  }

  #hideTarget() {
    this.#target = null;
    this.#strip.mark.hidden = true;
  }

  /**
   * @param {File[]} files
   * @param {Point} point
   */
  #import(files, point) {
    const visible = this.#strip.showGap(point);
    const document = this.session?.buffer.images.map(({ id }) => id) ?? [];
    const at = inDocument(document, this.#ids, visible);
    this.#hideTarget();
    this.tell('import', { files, at });
  }
}
