import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as zoom from '../../../src/scanwright/web/sdk/viewer/zoom.js';

const page = { width: 2480, height: 3508 };
const box = { width: 800, height: 600 };

test('a fitted page touches the box in one direction and exceeds it in none', () => {
  for (const each of [page, { width: 4000, height: 10 }, { width: 1, height: 90000 }]) {
    const scale = zoom.scaleOf('fit', each, box);
    assert.ok(each.width * scale <= box.width + 1 || each.width * scale <= 1);
    assert.ok(each.height * scale <= box.height + 1);
  }
  assert.equal(zoom.scaleOf('width', page, box), 800 / 2480);
});

test('a box without room gives a scale that can be divided by', () => {
  assert.ok(zoom.scaleOf('fit', page, { width: -24, height: 0 }) > 0);
});

test('steps go up to the largest and down to the smallest scale', () => {
  let scale = zoom.SMALLEST;
  for (let step = 0; step < 40; step++) {
    const next = zoom.stepped(scale, 1);
    assert.ok(next > scale || next === zoom.LARGEST);
    if (next < zoom.LARGEST) assert.equal(zoom.stepped(next, -1), scale);
    scale = next;
  }
  assert.equal(scale, zoom.LARGEST);
});

test('smaller never means larger, also below the smallest step', () => {
  assert.ok(zoom.stepped(0.01, -1) <= 0.01);
});

test('the pixel under the pointer stays under it', () => {
  const anchor = { x: 123, y: 456 };
  const scroll = { x: 700, y: 900 };
  const pixel = (at, from) => ({ x: (at.x + anchor.x) / from, y: (at.y + anchor.y) / from });
  for (const to of [0.8, 1.5, 4]) {
    const after = zoom.scrollAfter({ scroll, anchor, from: 1, to, page, box });
    const [was, is] = [pixel(scroll, 1), pixel(after, to)];
    assert.ok(Math.abs(was.x - is.x) < 1e-6 && Math.abs(was.y - is.y) < 1e-6);
  }
});

test('a page that was centred is zoomed around the pointer, too', () => {
  const anchor = { x: 400, y: 300 };
  const from = zoom.scaleOf('fit', page, box);
  const after = zoom.scrollAfter({ scroll: { x: 0, y: 0 }, anchor, from, to: 1, page, box });
  assert.ok(Math.abs(after.x + 400 - page.width / 2) < 1e-6);
  assert.ok(Math.abs(after.y + 300 - page.height / 2) < 1e-6);
});

test('a picture is asked for that is large enough, in the ratio of the page', () => {
  const asked = zoom.sizeToAsk(page, 0.1, 1);
  assert.deepEqual(asked, { width: 255, height: 360 });
  assert.equal(zoom.sizeToAsk(page, 0.1, 2)?.height, 800);
});

test('all of the page is asked for where less would be blurred or no less', () => {
  assert.equal(zoom.sizeToAsk(page, 1, 1), null);
  assert.equal(zoom.sizeToAsk({ width: 150, height: 150 }, 1, 1), null);
});

test('small changes of the scale ask for the same picture', () => {
  const sizes = new Set();
  for (let scale = 0.05; scale < 1.5; scale += 0.001)
    sizes.add(JSON.stringify(zoom.sizeToAsk(page, scale, 1)));
  assert.ok(sizes.size <= 10);
});
