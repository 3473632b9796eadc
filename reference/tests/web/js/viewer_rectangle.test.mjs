import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as rectangle from '../../../src/scanwright/web/sdk/viewer/rectangle.js';

const size = { width: 200, height: 100 };
const area = { left: 20, top: 10, right: 120, bottom: 60 };

function isWithin({ left, top, right, bottom }) {
  return (
    [left, top, right, bottom].every(Number.isInteger) &&
    0 <= left && left < right && right <= size.width &&
    0 <= top && top < bottom && bottom <= size.height
  );
}

test('every way to make a rectangle gives one of the page', () => {
  const lengths = [-1e9, -3.5, 0, 0.4, 55.5, 99.99, 200, 1e9];
  for (const x of lengths)
    for (const y of lengths) {
      const made = [
        rectangle.spanned({ x, y }, { x: 60, y: 60 }, size),
        rectangle.spanned({ x, y }, { x, y }, size),
        rectangle.shifted(area, { x, y }, size),
        rectangle.fromFields({ left: x, top: y, width: y, height: x }, size),
        ...rectangle.HANDLES.map((each) => rectangle.stretched(area, each, { x, y }, size)),
      ];
      for (const each of made) assert.ok(isWithin(each), JSON.stringify({ x, y, each }));
    }
});

test('numbers that are none become some', () => {
  const empty = { left: NaN, top: NaN, width: NaN, height: NaN };
  assert.ok(isWithin(rectangle.fromFields(empty, size)));
});

test('drawing takes in every pixel that it touches, in any direction', () => {
  const drawn = { left: 10, top: 20, right: 51, bottom: 31 };
  const [a, b] = [{ x: 10.2, y: 20.9 }, { x: 50.1, y: 30.5 }];
  assert.deepEqual(rectangle.spanned(a, b, size), drawn);
  assert.deepEqual(rectangle.spanned(b, a, size), drawn);
});

test('what lies on an edge of a pixel takes in no more, at any scale', () => {
  for (const scale of [0.07, 0.33, 1 / 3, 1.25, 7])
    for (let at = 0; at < 100; at += 7) {
      const from = { x: (at * scale) / scale, y: (at * scale) / scale };
      const to = { x: ((at + 10) * scale) / scale, y: ((at + 9) * scale) / scale };
      const { left, right } = rectangle.spanned(from, to, size);
      assert.deepEqual([left, right], [at, at + 10]);
    }
});

test('moving keeps its size and stops at the edge', () => {
  const far = rectangle.shifted(area, { x: 500, y: -500 }, size);
  assert.deepEqual(far, { left: 100, top: 0, right: 200, bottom: 50 });
});

test('a handle moves its own edges and no others', () => {
  const to = { x: 33.4, y: 44.6 };
  assert.deepEqual(rectangle.stretched(area, 'w', to, size), { ...area, left: 33 });
  assert.deepEqual(rectangle.stretched(area, 's', to, size), { ...area, bottom: 45 });
  assert.deepEqual(rectangle.stretched(area, 'ne', to, size), { ...area, top: 45, right: 33 });
});

test('a handle that is pulled too far leaves one pixel', () => {
  const pulled = rectangle.stretched(area, 'nw', { x: 999, y: 999 }, size);
  assert.deepEqual(pulled, { ...area, left: 119, top: 59 });
});

test('arrows move it, and with resize its lower right corner', () => {
  const by = { step: 5, resize: false };
  assert.deepEqual(rectangle.nudged(area, 'ArrowLeft', by, size), { ...area, left: 15, right: 115 });
  const more = { step: 5, resize: true };
  assert.deepEqual(rectangle.nudged(area, 'ArrowDown', more, size), { ...area, bottom: 65 });
  assert.equal(rectangle.nudged(area, 'a', by, size), null);
});

test('fields and rectangles are two ways to say the same', () => {
  assert.deepEqual(rectangle.fromFields(rectangle.toFields(area), size), area);
  assert.deepEqual(rectangle.toFields(rectangle.whole(size)), { left: 0, top: 0, ...size });
});
