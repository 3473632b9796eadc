import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ICONS } from '../../../src/scanwright/web/sdk/viewer/icons.js';
import { TEXTS } from '../../../src/scanwright/web/sdk/viewer/texts.js';
import { GROUPS, TOOLS } from '../../../src/scanwright/web/sdk/viewer/tools.js';
import { languageOf, speaker } from '../../../src/scanwright/web/sdk/viewer/wording.js';

const places = (text) =>
  [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

test('every text is there in every language, with the same values', () => {
  for (const [language, texts] of Object.entries(TEXTS)) {
    assert.deepEqual(Object.keys(texts).toSorted(), Object.keys(TEXTS.en).toSorted());
    for (const [key, text] of Object.entries(texts)) {
      const wanted = new Set(places(TEXTS.en[key]));
      assert.deepEqual(new Set(places(text)), wanted, `${language} ${key}`);
    }
  }
});

test('every tool has a name, a drawing and a place in the toolbar', () => {
  assert.deepEqual(GROUPS.flat().toSorted(), Object.keys(TOOLS).toSorted());
  for (const name of Object.keys(TOOLS)) {
    assert.ok(TEXTS.en[name], name);
    assert.ok(ICONS[name], name);
  }
});

test('the first language that is spoken is chosen, else English', () => {
  assert.equal(languageOf(['pt-BR', 'de-CH', 'fr']), 'de');
  assert.equal(languageOf(['xx', 'constructor']), 'en');
});

test('numbers choose between one and many', () => {
  const say = speaker('en');
  assert.equal(say('summary', { count: 1 }), '1\u00a0page');
  assert.equal(say('summary', { count: 0 }), '0\u00a0pages');
  assert.equal(speaker('fr')('summary', { count: 0 }), '0\u00a0page');
});

test('a page can replace texts', () => {
  const say = speaker('de', { undo: 'Zurück' });
  assert.equal(say('undo'), 'Zurück');
  assert.equal(say('crop'), 'Zuschneiden');
});
