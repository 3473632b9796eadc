import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as layout from '../../../src/scanwright/web/sdk/viewer/layout.js';

const grid = (more = {}) =>
  layout.layOut({ width: 300, count: 10, size: 80, caption: 20, gap: 10, ...more });

test('as many columns as there is room for, centred', () => {
  const three = grid();
  assert.equal(three.columns, 3);
  assert.equal(three.rows, 4);
  assert.equal(three.left, 20);
  assert.equal(three.height, 4 * 110 + 10);
});

test('a column is never wider than the room, and there is always one', () => {
  const narrow = grid({ width: 60 });
  assert.equal(narrow.columns, 1);
  assert.equal(narrow.cellWidth, 40);
  assert.equal(grid({ width: 0 }).columns, 1);
});

test('no two cells overlap, and all are within the height', () => {
  for (const width of [0, 60, 100, 333, 1900])
    for (const count of [1, 2, 7, 40]) {
      const made = grid({ width, count });
      const seen = new Set();
      for (let index = 0; index < count; index++) {
        const { x, y } = layout.place(made, index);
        seen.add(`${x},${y}`);
        assert.ok(y + made.cellHeight + made.gap <= made.height);
      }
      assert.equal(seen.size, count);
    }
});

test('every cell that touches the viewport is in sight, and few others', () => {
  const made = grid({ count: 1000 });
  for (let top = 0; top < made.height - 500; top += 77) {
    const { first, end } = layout.inSight(made, top, 500, 1);
    for (let index = 0; index < 1000; index++) {
      const { y } = layout.place(made, index);
      if (y + made.cellHeight > top && y < top + 500)
        assert.ok(first <= index && index < end, `${index} at ${top}`);
    }
    assert.ok(end - first <= 3 * (Math.ceil(500 / 110) + 4));
  }
});

test('what is in sight lies in the document, also when it has shrunk', () => {
  assert.deepEqual(layout.inSight(grid({ count: 0 }), 0, 500, 2), { first: 0, end: 0 });
  const { first, end } = layout.inSight(grid({ count: 5 }), 9000, 500, 2);
  assert.ok(first <= 5 && end <= 5);
});

test('the gap in front of a cell is found at its left edge', () => {
  const made = grid();
  for (let index = 0; index < 10; index++) {
    const { x, y } = layout.place(made, index);
    assert.equal(layout.gapAt(made, { x: x + 2, y: y + 30 }).index, index);
    assert.equal(layout.gapAt(made, { x: x + 78, y: y + 30 }).index, index + 1);
  }
});

test('a gap is always one of the document', () => {
  for (const count of [0, 1, 10])
    for (const width of [60, 300])
      for (const at of [-1e6, -5, 0, 50, 1e6]) {
        const { index } = layout.gapAt(grid({ count, width }), { x: at, y: at });
        assert.ok(index >= 0 && index <= count);
      }
});

test('in one column the mark lies between two cells', () => {
  const made = grid({ width: 100 });
  const gap = layout.gapAt(made, { x: 50, y: 10 + 110 * 2 - 3 });
  assert.equal(gap.index, 2);
  const mark = layout.markOf(made, gap, 4);
  assert.equal(mark.width, made.cellWidth);
  assert.ok(mark.y < layout.place(made, 2).y && mark.y > layout.place(made, 1).y);
});

test('the mark at the end of a row stays in that row', () => {
  const made = grid();
  const { x, y } = layout.place(made, 2);
  const gap = layout.gapAt(made, { x: x + 79, y: y + 5 });
  assert.equal(gap.index, 3);
  assert.ok(layout.markOf(made, gap, 4).x > x);
});

test('keys walk the grid and stop at its ends', () => {
  const made = grid();
  const step = (key, from) => layout.stepOf(made, key, from, 220);
  assert.equal(step('ArrowRight', 9), 9);
  assert.equal(step('ArrowLeft', 4), 3);
  assert.equal(step('ArrowDown', 1), 4);
  assert.equal(step('ArrowDown', 8), 9);
  assert.equal(step('ArrowUp', 1), 1);
  assert.equal(step('PageDown', 1), 7);
  assert.equal(step('Home', 7), 0);
  assert.equal(step('End', 0), 9);
  assert.equal(step('x', 0), null);
  assert.equal(layout.stepOf(grid({ count: 0 }), 'End', 0, 220), null);
});

test('scrolling to a cell shows all of it and moves no further', () => {
  const made = grid({ count: 100 });
  assert.equal(layout.reveal(made, 0, 0, 300), 0);
  assert.equal(layout.reveal(made, 30, 0, 300), 10 + 11 * 110 - 300);
  const top = layout.reveal(made, 0, 500, 300);
  assert.equal(top, 0);
  const there = layout.reveal(made, 50, 0, 300);
  assert.equal(layout.reveal(made, 50, there, 300), there);
});

test('dragging near an edge scrolls towards it, the nearer the faster', () => {
  assert.equal(layout.edgeSpeed(250, 500), 0);
  assert.ok(layout.edgeSpeed(1, 500) < layout.edgeSpeed(40, 500));
  assert.ok(layout.edgeSpeed(499, 500) > layout.edgeSpeed(460, 500));
  assert.equal(layout.edgeSpeed(9999, 500), 18);
});
