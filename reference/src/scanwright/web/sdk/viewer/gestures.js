// Moving and zooming a scrolled page by mouse, wheel and fingers.
//
// One pointer drags the page, two pinch it. The browser's own gestures are switched off
// there by `touch-action: none`; scroll bars and the plain wheel stay the browser's.

/** @typedef {import('./types.js').Point} Point */

/**
 * @param {HTMLElement} scroller
 * @param {(factor: number, anchor: Point) => void} zoomBy anchor: within the scroller
 */
export function panAndZoom(scroller, zoomBy) {
  /** @type {Map<number, Point>} */
  const pointers = new Map();

  /** @param {number} clientX @param {number} clientY */
  const within = (clientX, clientY) => {
    const box = scroller.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  };

  /** @param {PointerEvent} event */
  const down = (event) => {
    if (event.button !== 0 || pointers.size === 2) return;
    // On its scroll bars the scroller is not to be dragged.
    const at = within(event.clientX, event.clientY);
    if (at.x > scroller.clientWidth || at.y > scroller.clientHeight) return;
    pointers.set(event.pointerId, at);
    scroller.setPointerCapture(event.pointerId);
    scroller.classList.add('held');
  };

  /** @param {PointerEvent} event */
  const move = (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const at = within(event.clientX, event.clientY);
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId);
    pointers.set(event.pointerId, at);
    const share = other ? 2 : 1;
    scroller.scrollLeft -= (at.x - before.x) / share;
    scroller.scrollTop -= (at.y - before.y) / share;
    if (other) pinch(before, at, other[1]);
  };

  /** @type {(before: Point, at: Point, other: Point) => void} */
  const pinch = (before, at, other) => {
    const [was, is] = [distance(before, other), distance(at, other)];
    if (was < 1 || is < 1) return;
    zoomBy(is / was, { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 });
  };

  /** @param {PointerEvent} event */
  const up = (event) => {
    pointers.delete(event.pointerId);
    scroller.classList.toggle('held', pointers.size > 0);
  };

  /** @param {WheelEvent} event */
  const wheel = (event) => {
    // A pinch on a touch pad comes as a wheel with Ctrl.
    if (!event.ctrlKey) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 30;
    const by = Math.max(-100, Math.min(100, event.deltaY * unit));
    zoomBy(Math.exp(-by / 200), within(event.clientX, event.clientY));
  };

  scroller.addEventListener('pointerdown', down);
  scroller.addEventListener('pointermove', move);
  scroller.addEventListener('lostpointercapture', up);
  scroller.addEventListener('pointercancel', up);
  scroller.addEventListener('wheel', wheel, { passive: false });
}

/**
 * @param {Point} a
 * @param {Point} b
 */
function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
