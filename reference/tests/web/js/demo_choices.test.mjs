// What the web scanner offers, worked out from what scanners say of themselves.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bareName,
  compressionsOf,
  keptInside,
  nearestResolution,
  papersFor,
  regionOf,
  resolutionsOf,
  saveOptions,
} from "../../../src/scanwright/web/demos/scanner/choices.js";
import { LANGUAGES, keysOf, say, speak } from "../../../src/scanwright/web/demos/scanner/texts.js";

const GLASS = { widthMm: 215.9, heightMm: 297 };

test("a list of resolutions is offered in order", () => {
  assert.deepEqual(resolutionsOf([600, 100, 300]).offered, [100, 300, 600]);
  assert.equal(nearestResolution([600, 100, 300], 190), 100);
});

test("of a range the usual resolutions are offered that it has", () => {
  const range = { minimum: 50, maximum: 400, step: 50 };
  assert.deepEqual(resolutionsOf(range).offered, [100, 150, 200, 300, 400]);
  assert.equal(nearestResolution(range, 190), 200);
  assert.equal(nearestResolution(range, 9999), 400);
  assert.equal(nearestResolution({ ...range, step: 0 }, 190), 190);
});

test("only papers are offered that fit onto the glass, but for a millimetre", () => {
  assert.deepEqual(papersFor(GLASS), ["A4", "A5", "A6", "Letter"]);
  assert.ok(papersFor({ widthMm: 209.5, heightMm: 296.5 }).includes("A4"));
  assert.deepEqual(regionOf("A4", { widthMm: 209.5, heightMm: 400 }), { left: 0, top: 0, width: 209.5, height: 297 });
});

test("a region of one's own is kept inside the glass", () => {
  const wild = { left: 200, top: -5, width: 100, height: 9999 };
  assert.deepEqual(keptInside(wild, GLASS), { left: 200, top: 0, width: 215.9 - 200, height: 297 });
});

test("files have the options of their type alone", () => {
  const values = { type: "image/png", quality: "80", compression: "5", standard: "pdf/a-1b", title: "T", password: "P" };
  assert.deepEqual(saveOptions(values), { type: "image/png" });
  assert.deepEqual(saveOptions({ ...values, type: "image/jpeg" }), { type: "image/jpeg", quality: 80 });
  assert.deepEqual(saveOptions({ ...values, type: "image/tiff" }), { type: "image/tiff", compression: 5, quality: 80 });
});

test("an archive has no password", () => {
  const values = { type: "application/pdf", quality: "80", compression: "0", pageType: "2", title: "T", password: "P" };
  assert.deepEqual(saveOptions({ ...values, standard: "" }).pdf, { pageType: 2, title: "T", password: "P" });
  assert.deepEqual(saveOptions({ ...values, standard: "pdf/a-2b" }).pdf, { pageType: 2, standard: "pdf/a-2b", title: "T" });
});

test("an archive is offered the compressions that it can have", () => {
  const numbers = (type, standard) => compressionsOf(type, standard).map(([number]) => number);
  assert.deepEqual(numbers("application/pdf", ""), [0, 5, 6, 7, 2, 3]);
  assert.deepEqual(numbers("application/pdf", "pdf/a-2b"), [0, 5, 6, 7, 2]);
  assert.deepEqual(numbers("application/pdf", "pdf/a-1b"), [0, 5, 7, 2]);
  // A standard that was chosen for PDF before says nothing of a TIFF.
  assert.ok(numbers("image/tiff", "pdf/a-1b").includes(5));
  assert.deepEqual(numbers("image/png", ""), []);
});

test("the ending of its own type is no part of a name", () => {
  assert.equal(bareName(" report.PDF ", "application/pdf"), "report");
  assert.equal(bareName("page.jpeg", "image/jpeg"), "page");
  assert.equal(bareName("page.tiff", "image/tiff"), "page");
  assert.equal(bareName("report.pdf", "image/png"), "report.pdf");
  assert.equal(bareName(".pdf", "application/pdf"), "scan");
});

test("every language has all the words that are not the same in all", () => {
  const free = new Set(["error.unknown", "error.connect", "database.facts"]);
  for (const [language] of LANGUAGES) {
    const own = keysOf(language);
    const missing = keysOf("en").filter((key) => !own.includes(key) && !free.has(key));
    assert.deepEqual(missing, [], language);
  }
});

test("words take values in, and keys without words stay", () => {
  speak("de");
  assert.equal(say("scan.done", { count: 3 }), "Gescannte Seiten: 3.");
  speak("xx");
  assert.equal(say("scan.done", { count: 3 }), "Scanned pages: 3.");
  assert.equal(say("no.such.key"), "no.such.key");
});
