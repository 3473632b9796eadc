// What the buffer and the edits ask the service, and how they tell what it answers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Buffer } from "../../../src/scanwright/web/sdk/buffer.js";
import { within } from "../../../src/scanwright/web/sdk/clipboard.js";
import { Edits } from "../../../src/scanwright/web/sdk/edit.js";
import { ScanwrightError } from "../../../src/scanwright/web/sdk/errors.js";

function buffer(tags) {
  const calls = [];
  const call = async (method, params) => void calls.push([method, params]);
  const images = Object.entries(tags).map(([id, own]) => ({ id, version: 1, path: id, tags: own }));
  const made = new Buffer({ call, resolve: (path) => `http://127.0.0.1:1/${path}` }, { revision: 0, images });
  return { made, calls };
}

test("tags are those of the images, each once", () => {
  assert.deepEqual(buffer({ a: ["x", "y"], b: [], c: ["y", "z"] }).made.tags, ["x", "y", "z"]);
});

test("clearing takes each tag from the images that have it, and from no others", async () => {
  const { made, calls } = buffer({ a: ["x", "y"], b: ["y"], c: ["z"] });
  await made.clearTags(["a", "b", "unknown"]);
  assert.deepEqual(calls, [
    ["tag.remove", { tag: "x", images: ["a"] }],
    ["tag.remove", { tag: "y", images: ["a", "b"] }],
  ]);
  await made.clearTags();
  assert.deepEqual(calls.at(-1), ["tag.remove", { tag: "z", images: ["c"] }]);
});

test("a new change of the options is there before its listeners are told", () => {
  const { made } = buffer({});
  const options = { maximum: 3 };
  let seen;
  made.addEventListener("change", ({ detail }) => (seen = [detail.action, made.options.maximum]));
  made.take({ revision: 1, action: "options", options });
  assert.deepEqual(seen, ["options", 3]);
});

test("a browser without a clipboard for pictures is told so, and nothing is cut", async () => {
  const { made, calls } = buffer({ a: [] });
  for (const attempt of [made.copyToClipboard("a"), made.cut("a"), made.cut("a", { left: 0, top: 0, right: 1, bottom: 1 })]) {
    await assert.rejects(attempt, (error) => error instanceof ScanwrightError && /browser/.test(error.message));
  }
  assert.deepEqual(calls, []);
});

test("of a rectangle counts what lies in the picture", () => {
  const picture = { width: 100, height: 50 };
  const rect = (left, top, right, bottom) => ({ left, top, right, bottom });
  assert.deepEqual(within(rect(10, 20, 30, 45), picture), { left: 10, top: 20, width: 20, height: 25 });
  assert.deepEqual(within(rect(-5, -5, 999, 999), picture), { left: 0, top: 0, width: 100, height: 50 });
  for (const none of [rect(5, 5, 5, 9), rect(100, 0, 120, 9), rect(9, 9, 1, 20), rect(0, 0, NaN, 9)]) {
    assert.throws(() => within(none, picture), RangeError);
  }
});

test("a blank test brings its measure, or the verdict alone", async () => {
  const asked = [];
  const answer = { isBlank: true, deviation: 0.25 };
  const edits = new Edits(async (method, params, options) => (asked.push([method, params, options]), answer));
  const { signal } = new AbortController();
  assert.deepEqual(await edits.measureBlank("a", { method: "deviation", maxStdDev: 1, signal }), answer);
  assert.equal(await edits.isBlank("a"), true);
  assert.deepEqual(asked[0], [
    "edit.measure",
    { image: "a", analysis: { kind: "blank", method: "deviation", maxStdDev: 1 } },
    { signal, onprogress: undefined },
  ]);
});
