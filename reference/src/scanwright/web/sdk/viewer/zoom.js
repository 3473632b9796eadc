// How large a page is shown, where it is scrolled to, and how much of it to ask for.
//
// A scale is CSS pixels per image pixel. `fit` and `width` are not numbers but wishes:
// they hold when the window or the page changes.

/** @typedef {import('./types.js').Point} Point */
/** @typedef {import('./types.js').Size} Size */
/** @typedef {'fit' | 'width' | number} Zoom */

export const SMALLEST = 0.02;
export const LARGEST = 16;
const STEPS = [
  0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3,
  4, 6, 8, 12, 16,
];
/** Pictures of fewer different sizes are kept by the browser and by the service. */
const SIZES = [160, 240, 360, 540, 800, 1200, 1800, 2700, 4000];

/**
 * The scale that a wish means for a page in a box.
 *
 * @param {Zoom} zoom
 * @param {Size} page in image pixels
 * @param {Size} box in CSS pixels
 */
export function scaleOf(zoom, page, box) {
  if (typeof zoom === 'number') return clamp(zoom, SMALLEST, LARGEST);
  const across = Math.max(1, box.width) / page.width;
  const down = Math.max(1, box.height) / page.height;
  const scale = zoom === 'width' ? across : Math.min(across, down);
  return Math.min(LARGEST, Math.max(scale, 1 / Math.max(page.width, page.height)));
}

/**
 * The next larger (`direction` 1) or smaller (-1) of the usual scales.
 *
 * @param {number} scale
 * @param {number} direction
 */
export function stepped(scale, direction) {
  const slack = 1.01;
  const next =
    direction > 0
      ? STEPS.find((step) => step > scale * slack)
      : STEPS.findLast((step) => step < scale / slack);
  return next ?? (direction > 0 ? LARGEST : Math.min(scale, SMALLEST));
}

/**
 * Where to scroll so that what is at `anchor` of the box stays there.
 *
 * @param {{scroll: Point, anchor: Point, from: number, to: number, page: Size, box: Size}} zooming
 * @returns {Point}
 */
export function scrollAfter({ scroll, anchor, from, to, page, box }) {
  /** @type {(at: number, place: number, length: number, room: number) => number} */
  const along = (at, place, length, room) => {
    const pixel = (at + place - margin(length * from, room)) / from;
    return Math.max(0, pixel * to + margin(length * to, room) - place);
  };
  return {
    x: along(scroll.x, anchor.x, page.width, box.width),
    y: along(scroll.y, anchor.y, page.height, box.height),
  };
}

/**
 * What centres a length in the room that there is.
 *
 * @param {number} length
 * @param {number} room
 */
export function margin(length, room) {
  return Math.max(0, (room - length) / 2);
}

/**
 * The size to ask the service for, to show a page at this scale; null is all of it.
 *
 * @param {Size} page
 * @param {number} scale in CSS pixels
 * @param {number} density device pixels per CSS pixel
 * @returns {Size | null}
 */
export function sizeToAsk(page, scale, density) {
  const longer = Math.max(page.width, page.height);
  const wanted = longer * scale * density;
  const size = SIZES.find((each) => each >= wanted);
  if (size === undefined || size > longer * 0.8) return null;
  const ratio = size / longer;
  return {
    width: Math.max(1, Math.round(page.width * ratio)),
    height: Math.max(1, Math.round(page.height * ratio)),
  };
}

/**
 * @param {number} value
 * @param {number} lowest
 * @param {number} highest
 */
function clamp(value, lowest, highest) {
  return Math.min(highest, Math.max(lowest, value));
}
