// Where thumbnails stand: a grid of equal cells, of which a few are in sight.
//
// All lengths are CSS pixels from the upper left corner of the scrolled content. One
// column is a grid like any other, but for the insertion mark, which lies down there.

/** @typedef {import('./types.js').Point} Point */

/**
 * @typedef {object} Grid
 * @property {number} count
 * @property {number} columns
 * @property {number} rows
 * @property {number} cellWidth
 * @property {number} cellHeight
 * @property {number} gap
 * @property {number} left margin that centres the columns
 * @property {number} height of everything
 */

/**
 * A place between cells: in front of `index`, drawn at the left of `column` in `row`
 * (which may be the end of a row, where the index belongs to the next).
 *
 * @typedef {{index: number, row: number, column: number}} Gap
 */

const SMALLEST = 32;

/**
 * Lay out `count` cells whose pictures fit into a square of `size`.
 *
 * @param {{width: number, count: number, size: number, caption: number, gap: number}} wish
 * @returns {Grid}
 */
export function layOut({ width, count, size, caption, gap }) {
  const cellWidth = Math.max(SMALLEST, Math.min(size, width - 2 * gap));
  const columns = Math.max(1, Math.floor((width - gap) / (cellWidth + gap)));
  const rows = Math.ceil(count / columns);
  const cellHeight = cellWidth + caption;
  const used = columns * (cellWidth + gap) - gap;
  return {
    count,
    columns,
    rows,
    cellWidth,
    cellHeight,
    gap,
    left: Math.max(0, Math.floor((width - used) / 2)),
    height: rows * (cellHeight + gap) + gap,
  };
}

/**
 * The upper left corner of a cell.
 *
 * @param {Grid} grid
 * @param {number} index
 * @returns {Point}
 */
export function place(grid, index) {
  return {
    x: grid.left + (index % grid.columns) * (grid.cellWidth + grid.gap),
    y: grid.gap + Math.floor(index / grid.columns) * (grid.cellHeight + grid.gap),
  };
}

/**
 * The indexes that are in sight, and those of `margin` rows above and below.
 *
 * @param {Grid} grid
 * @param {number} scrollTop
 * @param {number} viewport height of what is in sight
 * @param {number} margin
 * @returns {{first: number, end: number}} `end` is the first index that is not
 */
export function inSight(grid, scrollTop, viewport, margin) {
  const pitch = grid.cellHeight + grid.gap;
  const top = Math.floor((scrollTop - grid.gap) / pitch) - margin;
  const bottom = Math.ceil((scrollTop + viewport) / pitch) + margin;
  const first = Math.max(0, Math.min(top, grid.rows)) * grid.columns;
  const end = Math.min(grid.count, Math.max(0, bottom) * grid.columns);
  return { first: Math.min(first, grid.count), end: Math.max(end, 0) };
}

/**
 * The gap between cells that is nearest to a point.
 *
 * @param {Grid} grid
 * @param {Point} point
 * @returns {Gap}
 */
export function gapAt(grid, { x, y }) {
  const down = (y - grid.gap) / (grid.cellHeight + grid.gap);
  if (grid.columns === 1) {
    const index = clamp(Math.round(down), 0, grid.count);
    return { index, row: index, column: 0 };
  }
  const row = clamp(Math.floor(down), 0, Math.max(0, grid.rows - 1));
  const across = Math.round((x - grid.left) / (grid.cellWidth + grid.gap));
  const inRow = Math.min(grid.columns, grid.count - row * grid.columns);
  const column = clamp(across, 0, Math.max(0, inRow));
  return { index: row * grid.columns + column, row, column };
}

/**
 * The line that shows a gap, `thickness` thick.
 *
 * @param {Grid} grid
 * @param {Gap} gap
 * @param {number} thickness
 */
export function markOf(grid, { row, column }, thickness) {
  const x = grid.left + column * (grid.cellWidth + grid.gap);
  const y = grid.gap + row * (grid.cellHeight + grid.gap);
  const back = (grid.gap + thickness) / 2;
  return grid.columns === 1
    ? { x, y: Math.max(0, y - back), width: grid.cellWidth, height: thickness }
    : { x: Math.max(0, x - back), y, width: thickness, height: grid.cellHeight };
}

/**
 * The index that a key leads to from `index`; null where the key means nothing here.
 *
 * @param {Grid} grid
 * @param {string} key
 * @param {number} index
 * @param {number} viewport height of what is in sight
 * @returns {number | null}
 */
export function stepOf(grid, key, index, viewport) {
  const sight = Math.max(1, Math.floor(viewport / (grid.cellHeight + grid.gap)));
  /** @type {Record<string, number>} */
  const steps = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -grid.columns,
    ArrowDown: grid.columns,
    PageUp: -grid.columns * sight,
    PageDown: grid.columns * sight,
    Home: -Infinity,
    End: Infinity,
  };
  const step = steps[key];
  if (step === undefined || grid.count === 0) return null;
  const target = clamp(index + step, 0, grid.count - 1);
  // A short last row must not turn "down" into "right".
  const isAcross = Math.abs(step) === grid.columns && grid.columns > 1;
  const isSameRow =
    Math.floor(target / grid.columns) === Math.floor(index / grid.columns);
  return isAcross && isSameRow ? index : target;
}

/**
 * How far to scroll so that a cell is in sight, moving no more than is needed.
 *
 * @param {Grid} grid
 * @param {number} index
 * @param {number} scrollTop
 * @param {number} viewport
 */
export function reveal(grid, index, scrollTop, viewport) {
  const top = place(grid, index).y - grid.gap;
  const bottom = top + grid.cellHeight + 2 * grid.gap;
  if (top < scrollTop) return Math.max(0, top);
  return bottom > scrollTop + viewport ? Math.max(0, bottom - viewport) : scrollTop;
}

/**
 * Pixels per frame to scroll by while something is dragged at `y` of the viewport.
 *
 * @param {number} y
 * @param {number} viewport
 */
export function edgeSpeed(y, viewport) {
  const zone = Math.min(56, viewport / 4);
  const pull = (/** @type {number} */ depth) =>
    Math.ceil(Math.min(1, depth / zone) * 18);
  if (y < zone) return -pull(zone - y);
  return y > viewport - zone ? pull(y - viewport + zone) : 0;
}

/**
 * @param {number} value
 * @param {number} lowest
 * @param {number} highest
 */
function clamp(value, lowest, highest) {
  return Math.min(highest, Math.max(lowest, value));
}
