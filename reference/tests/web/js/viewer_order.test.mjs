import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosen, inDocument, moved, shiftTarget } from '../../../src/scanwright/web/sdk/viewer/order.js';

const order = ['a', 'b', 'c', 'd', 'e'];
const none = { selected: [], anchor: null };

test('a click chooses one page', () => {
  const choice = chosen({ selected: ['a', 'c'], anchor: 'a' }, order, 'd');
  assert.deepEqual(choice, { selected: ['d'], anchor: 'd' });
});

test('with Ctrl a page is added last, or taken away', () => {
  const two = chosen({ selected: ['d'], anchor: 'd' }, order, 'a', { toggle: true });
  assert.deepEqual(two.selected, ['d', 'a']);
  assert.deepEqual(chosen(two, order, 'd', { toggle: true }).selected, ['a']);
});

test('with Shift a range grows and shrinks from where it began', () => {
  const begun = chosen(none, order, 'c');
  const down = chosen(begun, order, 'e', { range: true });
  assert.deepEqual(down.selected, ['c', 'd', 'e']);
  assert.deepEqual(chosen(down, order, 'b', { range: true }).selected, ['c', 'b']);
});

test('with Ctrl and Shift a range is added to what was chosen', () => {
  const choice = { selected: ['a'], anchor: 'c' };
  const both = chosen(choice, order, 'd', { range: true, toggle: true });
  assert.deepEqual(both.selected, ['a', 'c', 'd']);
});

test('an anchor that is gone makes a range a plain choice', () => {
  const choice = { selected: ['x'], anchor: 'x' };
  assert.deepEqual(chosen(choice, order, 'b', { range: true }).selected, ['b']);
});

test('moving counts the place in the order before it', () => {
  assert.deepEqual(moved(order, ['b'], 4), ['a', 'c', 'd', 'b', 'e']);
  assert.deepEqual(moved(order, ['d', 'a'], 5), ['b', 'c', 'e', 'a', 'd']);
  assert.deepEqual(moved(order, ['c'], 2), order);
});

test('moving loses and doubles nothing', () => {
  for (let at = 0; at <= 5; at++)
    for (let mask = 0; mask < 32; mask++) {
      const ids = order.filter((_, bit) => mask & (1 << bit));
      assert.deepEqual(moved(order, ids, at).toSorted(), order);
    }
});

test('shifting by one exchanges neighbours, and stops at the ends', () => {
  assert.deepEqual(moved(order, ['b'], shiftTarget(order, ['b'], 1)), ['a', 'c', 'b', 'd', 'e']);
  assert.deepEqual(moved(order, ['b'], shiftTarget(order, ['b'], -1)), ['b', 'a', 'c', 'd', 'e']);
  assert.equal(shiftTarget(order, ['e'], 1), null);
  assert.equal(shiftTarget(order, ['a', 'b'], -1), null);
  assert.equal(shiftTarget(order, ['x'], 1), null);
  assert.equal(shiftTarget(order, ['b', 'c'], 1), 4);
});

test('a place among visible pages is one of the document', () => {
  assert.equal(inDocument(order, ['b', 'd'], 1), 3);
  assert.equal(inDocument(order, ['b', 'd'], 2), 4);
  assert.equal(inDocument(order, [], 0), 5);
  assert.equal(inDocument(order, order, 5), 5);
});
