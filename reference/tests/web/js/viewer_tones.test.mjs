import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adjusted, blackAndWhite, shift } from '../../../src/scanwright/web/sdk/viewer/tones.js';

const clip = (tone) => Math.min(1, Math.max(0, tone));

// What a browser makes of a filter: Filter Effects Module Level 1, section 9.
function seen(filter, tone) {
  for (const [, name, amount] of filter.matchAll(/(\w+)\(([\d.e+-]+)\)/g)) {
    if (name === 'contrast') tone = clip((tone - 0.5) * amount + 0.5);
    if (name === 'brightness') tone = clip(tone * amount);
  }
  return tone;
}

const TONES = Array.from({ length: 52 }, (_, at) => (at * 5) / 255);

test('a shift adds to each tone', () => {
  for (const by of [-1, -0.5, -0.003, 0, 0.2, 1])
    for (const tone of TONES)
      assert.ok(Math.abs(seen(shift(by), tone) - clip(tone + by)) < 1e-4, `${tone} ${by}`);
});

test('an adjustment looks as the service will make it', () => {
  for (const brightness of [-1000, -300, 0, 10, 1000])
    for (const contrast of [-1000, -500, 0, 300, 990]) {
      const slope = (1000 + contrast) / (1000 - contrast);
      for (const tone of TONES) {
        const wanted = clip(clip((tone - 0.5) * slope + 0.5) + brightness / 1000);
        const shown = seen(adjusted(brightness, contrast), tone);
        assert.ok(Math.abs(shown - wanted) < 1e-3, `${tone} ${brightness} ${contrast}`);
      }
    }
});

test('no adjustment is no filter', () => {
  assert.equal(adjusted(0, 0), 'none');
});

test('white is what is at least the threshold', () => {
  for (const threshold of [0, 1, 128, 200, 255])
    for (let tone = 0; tone < 256; tone++) {
      const white = seen(blackAndWhite(threshold), tone / 255);
      assert.equal(white, tone >= threshold ? 1 : 0, `${tone} at ${threshold}`);
    }
});
