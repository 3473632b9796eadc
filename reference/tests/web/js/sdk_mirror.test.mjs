// The mirror of the buffer: what changes do to it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { frozen, replacement, take } from "../../../src/scanwright/web/sdk/mirror.js";

const image = (id, version = 1) => ({ id, version, tags: ["t"], resolutionDpi: [300, 300] });
const EMPTY = frozen({
  revision: 0, images: [], current: null, selected: [], visible: null, filter: null, document: "d",
  documents: [], canUndo: false, canRedo: false, options: { maximum: 0 },
});
const ids = (state) => state.images.map((each) => each.id).join("");
const of = (...names) => ({ ...EMPTY, images: names.map((name) => image(name)) });

test("new images come where the order says", () => {
  const next = take(of("a", "b"), { revision: 1, action: "add", images: [image("c")], order: ["a", "c", "b"] });
  assert.equal(ids(next), "acb");
  assert.equal(next.revision, 1);
});

test("a changed image keeps its place without an order", () => {
  const next = take(of("a", "b"), { revision: 1, action: "modify", images: [image("a", 2)] });
  assert.deepEqual(next.images.map(({ version }) => version), [2, 1]);
});

test("what is not named stays, and null is a value", () => {
  const state = { ...of("a"), current: "a", filter: "x" };
  const next = take(state, { revision: 1, action: "filter", filter: null, visible: null });
  assert.equal(next.current, "a");
  assert.equal(next.filter, null);
});

test("images that are not touched are the same objects", () => {
  const state = of("a", "b");
  const next = take(state, { revision: 1, action: "shift", order: ["b", "a"] });
  assert.equal(next.images[1], state.images[0]);
});

test("an old change changes nothing", () => {
  const state = { ...of("a"), revision: 7 };
  assert.equal(take(state, { revision: 7, action: "remove", order: [] }), state);
  assert.equal(take(state, { revision: 3, action: "remove", order: [] }), state);
});

test("a gap, an unknown image and one without a place are missed", () => {
  assert.equal(take(EMPTY, { revision: 2, action: "select", selected: [] }), "missed");
  assert.equal(take(EMPTY, { revision: 1, action: "add", order: ["z"] }), "missed");
  assert.equal(take(EMPTY, { revision: 1, action: "add", images: [image("z")] }), "missed");
  const stray = { revision: 1, action: "add", images: [image("z")], order: ["a"] };
  assert.equal(take(of("a"), stray), "missed");
});

test("what comes out is frozen, down to tags", () => {
  const next = take(EMPTY, { revision: 1, action: "add", images: [image("a")], order: ["a"] });
  for (const part of [next, next.images, next.images[0], next.images[0].tags]) assert.ok(Object.isFrozen(part));
});

test("a replacement tells all", () => {
  const told = replacement(frozen({ ...of("a", "b"), revision: 9 }));
  assert.deepEqual([told.action, told.revision, told.order], ["replace", 9, ["a", "b"]]);
  assert.deepEqual(told.options, EMPTY.options);
});

test("a change of the options brings them", () => {
  const options = { insert: "append", maximum: 3, tag: "t" };
  assert.deepEqual(take(of("a"), { revision: 1, action: "options", options }).options, options);
});

test("any run of changes keeps the mirror equal to the model", () => {
  let seed = 42;
  const dice = (sides) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % sides;
  let state = EMPTY;
  let model = [];
  for (let revision = 1; revision <= 400; revision++) {
    const name = `i${revision}`;
    const steps = [
      () => (model.splice(dice(model.length + 1), 0, name), { images: [image(name)], order: [...model] }),
      () => (model.splice(dice(model.length + 1), 1), { order: [...model] }),
      () => (model.reverse(), { order: [...model] }),
    ];
    state = take(state, { revision, action: "add", ...steps[dice(3)]() });
    assert.deepEqual(state.images.map((each) => each.id), model);
  }
});
