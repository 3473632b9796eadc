// A rectangle on a page: drawn, moved, resized; in whole pixels of the image.
//
// The screen shows a page at some scale (CSS pixels per image pixel). Whatever happens
// on the screen is brought to image pixels first, so that no zoom level loses any.

/** @typedef {import('./types.js').Area} Area */
/** @typedef {import('./types.js').Point} Point */
/** @typedef {import('./types.js').Size} Size */
/** @typedef {'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w' | 'nw'} Handle */

/** @type {readonly Handle[]} */
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

/**
 * Everything.
 *
 * @param {Size} size
 * @returns {Area}
 */
export function whole({ width, height }) {
  return { left: 0, top: 0, right: width, bottom: height };
}

/**
 * The pixels that lie between two points, at least one, none outside of the page.
 *
 * @param {Point} from
 * @param {Point} to
 * @param {Size} size of the page
 * @returns {Area}
 */
export function spanned(from, to, size) {
  const [left, right] = spannedAlong(from.x, to.x, size.width);
  const [top, bottom] = spannedAlong(from.y, to.y, size.height);
  return { left, top, right, bottom };
}

/**
 * @param {number} a
 * @param {number} b
 * @param {number} length
 * @returns {[number, number]}
 */
function spannedAlong(a, b, length) {
  // What a screen pixel lies on to within a hundredth is meant to be its edge.
  const low = Math.floor(Math.min(a, b) + 0.01);
  const high = Math.ceil(Math.max(a, b) - 0.01);
  const start = clamp(low, 0, length - 1);
  return [start, clamp(high, start + 1, length)];
}

/**
 * Moved by whole pixels, and stopped by the edges of the page.
 *
 * @param {Area} area
 * @param {Point} by
 * @param {Size} size
 * @returns {Area}
 */
export function shifted(area, by, size) {
  const dx = clamp(Math.round(by.x), -area.left, size.width - area.right);
  const dy = clamp(Math.round(by.y), -area.top, size.height - area.bottom);
  return {
    left: area.left + dx,
    top: area.top + dy,
    right: area.right + dx,
    bottom: area.bottom + dy,
  };
}

/**
 * With the edges that the handle holds at `to`; the others stay, and it never turns over.
 *
 * @param {Area} area
 * @param {Handle} handle
 * @param {Point} to
 * @param {Size} size
 * @returns {Area}
 */
export function stretched(area, handle, to, size) {
  const [x, y] = [Math.round(to.x), Math.round(to.y)];
  return {
    left: handle.includes('w') ? clamp(x, 0, area.right - 1) : area.left,
    top: handle.includes('n') ? clamp(y, 0, area.bottom - 1) : area.top,
    right: handle.includes('e') ? clamp(x, area.left + 1, size.width) : area.right,
    bottom: handle.includes('s') ? clamp(y, area.top + 1, size.height) : area.bottom,
  };
}

/** @type {Record<string, Point>} */
const DIRECTIONS = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/**
 * What an arrow key makes of it: moved, or with its lower right corner moved.
 *
 * @param {Area} area
 * @param {string} key
 * @param {{step: number, resize: boolean}} manner
 * @param {Size} size
 * @returns {Area | null} null where the key is no arrow
 */
export function nudged(area, key, { step, resize }, size) {
  const direction = DIRECTIONS[key];
  if (direction === undefined) return null;
  const by = { x: direction.x * step, y: direction.y * step };
  if (!resize) return shifted(area, by, size);
  return stretched(area, 'se', { x: area.right + by.x, y: area.bottom + by.y }, size);
}

/**
 * From numbers that somebody typed, brought into the page.
 *
 * @param {{left: number, top: number, width: number, height: number}} fields
 * @param {Size} size
 * @returns {Area}
 */
export function fromFields({ left, top, width, height }, size) {
  const x = clamp(Math.round(left) || 0, 0, size.width - 1);
  const y = clamp(Math.round(top) || 0, 0, size.height - 1);
  return {
    left: x,
    top: y,
    right: x + clamp(Math.round(width) || 1, 1, size.width - x),
    bottom: y + clamp(Math.round(height) || 1, 1, size.height - y),
  };
}

/**
 * @param {Area} area
 * @returns {{left: number, top: number, width: number, height: number}}
 */
export function toFields({ left, top, right, bottom }) {
  return { left, top, width: right - left, height: bottom - top };
}

/**
 * @param {number} value
 * @param {number} lowest
 * @param {number} highest
 */
function clamp(value, lowest, highest) {
  return Math.min(highest, Math.max(lowest, value));
}
