// Dragging thumbnails to another place: by mouse at once, by finger after a long press.
//
// idle -> pressed (a button or finger is down on a cell)
// pressed -> dragging (the mouse has moved, or the finger has rested)
// pressed -> idle (let go: a click; or the finger has moved: it scrolls)
// dragging -> idle (let go: moved; Escape or a cancelled pointer: left as it was)

/** @typedef {import('./types.js').Point} Point */

const REST_MS = 400;
const MOUSE_SLACK = 5;
const FINGER_SLACK = 10;

/**
 * Who shows the drag and does the move. Points are of the window.
 *
 * @typedef {object} Dragging
 * @property {(id: string) => boolean} begin false where it may not be dragged
 * @property {(point: Point) => void} over
 * @property {() => void} drop
 * @property {() => void} cancel
 * @property {(y: number) => number} speed pixels per frame to scroll by
 */

/** @typedef {{id: string, pointer: number, from: Point, at: Point, isFinger: boolean}} Press */

export class Reorder {
  /** @type {Press | null} */
  #press = null;
  #isDragging = false;
  #timer = 0;
  #frame = 0;
  #list;
  #dragging;

  /**
   * @param {HTMLElement} list the scrolled list of cells with `data-image`
   * @param {Dragging} dragging
   */
  constructor(list, dragging) {
    this.#list = list;
    this.#dragging = dragging;
    list.addEventListener('pointerdown', (event) => this.#down(event));
    list.addEventListener('pointermove', (event) => this.#move(event));
    list.addEventListener('pointerup', (event) => this.#up(event));
    list.addEventListener('pointercancel', () => this.cancel());
    list.addEventListener('lostpointercapture', () => this.cancel());
    // Only this keeps the list from scrolling under a finger that drags.
    list.addEventListener('touchmove', (event) => this.#keepStill(event), {
      passive: false,
    });
    list.addEventListener('contextmenu', (event) => {
      if (this.#press?.isFinger) event.preventDefault();
    });
    list.addEventListener('click', (event) => this.#swallow(event), { capture: true });
  }

  /** Whether something hangs on the pointer. */
  get isDragging() {
    return this.#isDragging;
  }

  /** Leave everything as it was. */
  cancel() {
    const wasDragging = this.#isDragging;
    this.#end();
    if (wasDragging) this.#dragging.cancel();
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.#hasDragged = false;
    if (this.#press !== null) return this.cancel();
    const cell = /** @type {Element} */ (event.target).closest('[data-image]');
    const id = cell?.getAttribute('data-image');
    if (!id || event.button !== 0) return;
    const at = { x: event.clientX, y: event.clientY };
    const isFinger = event.pointerType === 'touch';
    this.#press = { id, pointer: event.pointerId, from: at, at, isFinger };
    if (isFinger) this.#timer = setTimeout(() => this.#begin(), REST_MS);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const press = this.#press;
    if (press === null || press.pointer !== event.pointerId) return;
    press.at = { x: event.clientX, y: event.clientY };
    if (this.#isDragging) return this.#dragging.over(press.at);
    const way = Math.hypot(press.at.x - press.from.x, press.at.y - press.from.y);
    if (press.isFinger && way > FINGER_SLACK) this.#end();
    if (!press.isFinger && way > MOUSE_SLACK) this.#begin();
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (this.#press?.pointer !== event.pointerId) return;
    const wasDragging = this.#isDragging;
    this.#end();
    if (wasDragging) this.#dragging.drop();
  }

  #begin() {
    const press = this.#press;
    if (press === null) return;
    if (!this.#dragging.begin(press.id)) return this.#end();
    this.#isDragging = true;
    this.#hasDragged = true;
    this.#list.setPointerCapture(press.pointer);
    this.#dragging.over(press.at);
    this.#frame = requestAnimationFrame(() => this.#scroll());
  }

  #end() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    const press = this.#press;
    this.#press = null;
    this.#isDragging = false;
    if (press !== null && this.#list.hasPointerCapture(press.pointer))
      this.#list.releasePointerCapture(press.pointer);
  }

  #scroll() {
    const press = this.#press;
    if (press === null) return;
    const by = this.#dragging.speed(press.at.y);
    if (by !== 0) {
      this.#list.scrollTop += by;
      this.#dragging.over(press.at);
    }
    this.#frame = requestAnimationFrame(() => this.#scroll());
  }

  /** @param {TouchEvent} event */
  #keepStill(event) {
    if (this.#isDragging && event.cancelable) event.preventDefault();
  }

  #hasDragged = false;

  // The click that ends a drag chooses nothing.
  /** @param {MouseEvent} event */
  #swallow(event) {
    if (this.#hasDragged) event.stopImmediatePropagation();
    this.#hasDragged = false;
  }
}
