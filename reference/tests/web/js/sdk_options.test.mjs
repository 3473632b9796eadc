// Options: a name that nobody reads is refused, wherever options are taken.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Buffer } from "../../../src/scanwright/web/sdk/buffer.js";
import { connect } from "../../../src/scanwright/web/sdk/connect.js";
import { diagnose } from "../../../src/scanwright/web/sdk/diagnosis.js";
import { Documents, Storages, Tags } from "../../../src/scanwright/web/sdk/documents.js";
import { Edits } from "../../../src/scanwright/web/sdk/edit.js";
import { Files } from "../../../src/scanwright/web/sdk/files.js";
import { EDITS } from "../../../src/scanwright/web/sdk/options.js";
import { InstallPrompt } from "../../../src/scanwright/web/sdk/prompt/prompt.js";
import { Scanners } from "../../../src/scanwright/web/sdk/scanners.js";
import { Scanwright } from "../../../src/scanwright/web/sdk/session.js";
import { upload } from "../../../src/scanwright/web/sdk/upload.js";

const RECT = { left: 0, top: 0, right: 5, bottom: 6 };
const EXTRAS = { signal: AbortSignal.timeout(60_000), onprogress: () => {} };
const KEPT = { id: "a", version: 1, path: "images/a/1", tags: ["t"] };
const STATE = { revision: 0, images: [KEPT], document: "d", documents: [] };

/** A session of everything, and what it has asked the service for. */
function session() {
  const calls = [];
  const call = async (method, params, options) => {
    calls.push([method, params, options]);
    return { images: [], scanners: [], path: "", upload: "u", bytes: 0 };
  };
  const link = { state: "connected", call };
  const place = { host: "127.0.0.1", httpPort: 1, httpsPort: 2, secure: false };
  const opened = { base: "/page/x/", service: {}, outcome: "new", buffer: STATE };
  return { made: new Scanwright(link, place, opened), calls };
}

const WRONG = {
  "connect({ port })": [() => connect({ port: 19622 }), /connect\(\): there is no option port\. Known are .*httpPort/],
  "diagnose({ port })": [() => diagnose({ port: 19622 }), /port.*httpPort/],
  "connect's prompt": [() => connect({ prompt: { instalers: "/dist/" } }), /instalers.*installers/],
  "a prompt": [() => new InstallPrompt({ tongue: "de" }), /tongue.*language/],
  "scan({ resolution })": [({ scanners }) => scanners.scan({ resolution: 100 }), /scan\(\).*resolution\. Known are device, settings/],
  "settings of a scan": [({ scanners }) => scanners.scan({ settings: { resolution: 100 } }), /settings.*resolution.*resolutionDpi/],
  "region of a scan": [({ scanners }) => scanners.scan({ settings: { region: { right: 1 } } }), /region.*right.*width/],
  "scan({ discardBlanks })": [({ scanners }) => scanners.scan({ discardBlanks: true }), /discardBlanks.*discardBlank,/],
  "extras of a scan": [({ scanners }) => scanners.scan({}, { onProgress: () => {} }), /scan\.start.*onProgress.*onprogress/],
  "a list": [({ scanners }) => scanners.list({ type: 16 }), /type\. Known are types/],
  "a scanner without device": [({ scanners }) => scanners.open({ devise: "x" }), /open\(\).*device/],
  "the buffer's options": [({ buffer }) => buffer.setOptions({ max: 3 }), /max\. Known are insert, maximum/],
  "an estimate": [({ buffer }) => buffer.estimate([], { type: "image/png", qualty: 1 }), /qualty.*quality/],
  "form of an address": [({ buffer }) => buffer.url(KEPT, { breadth: 4 }), /breadth.*width/],
  "form of an image": [({ buffer }) => buffer.fetch(KEPT, { mime: "image/png" }), /mime.*type/],
  "rectangle of a copy": [({ buffer }) => buffer.copyToClipboard("a", { ...RECT, width: 4 }), /rect.*width.*right/],
  "a rotation": [({ edit }) => edit.rotate(["a"], 90, { keepsize: true }), /rotate\(\).*keepsize\. Known are keepSize, inter/],
  "an angle that is given twice": [({ edit }) => edit.rotate(["a"], 90, { angle: 5 }), /angle\. Known are keepSize/],
  "a crop": [({ edit }) => edit.crop(["a"], { ...RECT, height: 3 }), /rect.*height.*bottom/],
  "an option of another edit": [({ edit }) => edit.gray(["a"], { threshold: 3 }), /gray\(\).*threshold/],
  "tones": [({ edit }) => edit.adjust(["a"], { gamma: 2 }), /gamma.*brightness, contrast/],
  "any edit": [({ edit }) => edit.apply(["a"], { kind: "flip", angle: 3 }), /flip.*angle\. Known are kind/],
  "a blank test": [({ edit }) => edit.isBlank("a", { limit: 2 }), /limit.*threshold/],
  "a skew": [({ edit }) => edit.measureSkew("a", { signal: EXTRAS.signal }), /rect.*signal/],
  "a copy into a document": [({ documents }) => documents.copy("d", { pages: ["a"] }), /pages.*images/],
  "a storage": [({ storage }) => storage.create({ passphrase: "x" }), /passphrase.*password/],
  "what is loaded from a storage": [({ storage }) => storage.load("s", { index: 1 }), /index.*password, at/],
  "load": [({ files }) => files.load(new Blob(["x"]), { dpi: 100 }), /load\(\).*dpi.*resolutionDpi/],
  "an address": [({ files }) => files.load({ url: "http://127.0.0.1:9/", init: {} }), /init.*request/],
  "save({ title })": [({ files }) => files.save(["a"], { type: "application/pdf", title: "x" }), /title\. Known are type/],
  "save's pdf": [({ files }) => files.save(["a"], { type: "application/pdf", pdf: { heading: "x" } }), /pdf.*heading.*title/],
  "save's tiffTags": [({ files }) => files.save(["a"], { type: "image/tiff", tiffTags: [{ tag: 3 }] }), /tag\. Known are number/],
  "save's extras": [({ files }) => files.save(["a"], { type: "image/tiff" }, { filename: "x" }), /filename.*name/],
  "an upload": [() => upload(new Blob(["x"]), { url: "http://127.0.0.1:9/", segmentSize: 4 }), /segmentSize.*segmentBytes/],
};

for (const [name, [act, expected]] of Object.entries(WRONG)) {
  test(`a slip is named: ${name}`, async () => {
    const { made, calls } = session();
    const error = await (async () => act(made))().then(() => assert.fail("It was taken."), (reason) => reason);
    assert.ok(error instanceof TypeError, String(error));
    assert.match(error.message, expected);
    assert.deepEqual(calls, []);
  });
}

test("all that is known goes on to the service", async () => {
  const { made, calls } = session();
  const settings = { source: "duplex", pixelType: "bw", bits: 1, resolutionDpi: 75, region: { left: 0, top: 0, width: 9, height: 9 }, brightness: 0, contrast: 0, pageLimit: 3 };
  const params = { device: "d", settings, at: 0, tag: "t", discardBlank: true, deskew: true, autoBorder: true };
  await made.scanners.scan(params, EXTRAS);
  await made.scanners.list({ types: 4, ...EXTRAS });
  await made.scanners.open({ name: "n", type: 4, device: "d", later: "than this package" });
  await made.scanners.open(undefined);
  await made.buffer.setOptions({ insert: "append", maximum: 1, tag: null, diskCache: true });
  const pdf = Object.fromEntries(["title", "author", "subject", "keyWords", "creator", "producer", "password"].map((each) => [each, "x"]));
  const tiffTags = [{ number: 1, value: "x", base64: false }];
  await made.files.save(["a"], { type: "application/pdf", quality: 1, compression: 0, tiffTags, pdf }, { name: "n", ...EXTRAS });
  await made.storage.save("s", { password: "x", images: ["a"], ...EXTRAS });
  await made.storage.exists("s", { password: "x" });
  await made.documents.move("d", { from: "e", images: ["a"], at: 1 });
  await made.edit.measureBlank("a", { method: "blocks", minBlockHeight: 3, ...EXTRAS });
  assert.deepEqual(calls[0], ["scan.start", params, EXTRAS]);
  assert.equal(calls.length, 10);
});

for (const [kind, names] of Object.entries(EDITS)) {
  test(`${kind} takes all that it has, and extras`, async () => {
    const { made, calls } = session();
    const edit = { ...Object.fromEntries(Object.keys(names).map((name) => [name, 1])), kind };
    await made.edit.apply(["a"], edit, EXTRAS);
    assert.deepEqual(calls, [["edit.apply", { images: ["a"], edit }, EXTRAS]]);
  });
}

test("an edit that is not known yet is for the service to judge", async () => {
  const { made, calls } = session();
  await made.edit.apply(["a"], { kind: "later", strength: 3 });
  assert.equal(calls.length, 1);
});

/** What an image is given for, as [what is done, the params that have to come of it]. */
const TAKERS = {
  setCurrent: [(s, image) => s.buffer.setCurrent(image), { image: "a" }],
  select: [(s, image) => s.buffer.select([image]), { images: ["a"] }],
  move: [(s, image) => s.buffer.move([image], 0), { images: ["a"], at: 0 }],
  swap: [(s, image) => s.buffer.swap(image, "b"), { first: "a", second: "b" }],
  remove: [(s, image) => s.buffer.remove([image]), { images: ["a"] }],
  clearTags: [(s, image) => s.buffer.clearTags([image]), { tag: "t", images: ["a"] }],
  duplicate: [(s, image) => s.buffer.duplicate([image]), { images: ["a"], at: undefined }],
  estimate: [(s, image) => s.buffer.estimate([image], { type: "image/png" }), { images: ["a"], options: { type: "image/png" } }],
  invert: [(s, image) => s.edit.invert([image]), { images: ["a"], edit: { kind: "invert" } }],
  findBorder: [(s, image) => s.edit.findBorder(image), { image: "a", analysis: { kind: "border" } }],
  isBlank: [(s, image) => s.edit.isBlank(image), { image: "a", analysis: { kind: "blank" } }],
  measureSkew: [(s, image) => s.edit.measureSkew(image), { image: "a", analysis: { kind: "skew" } }],
  "tags.add": [(s, image) => s.tags.add([image], "x"), { images: ["a"], tag: "x" }],
  "tags.remove": [(s, image) => s.tags.remove("x", [image]), { images: ["a"], tag: "x" }],
  "documents.copy": [(s, image) => s.documents.copy("d", { images: [image] }), { to: "d", from: undefined, images: ["a"], at: undefined }],
  "documents.move": [(s, image) => s.documents.move("d", { images: [image] }), { to: "d", from: undefined, images: ["a"], at: undefined }],
  "storage.save": [(s, image) => s.storage.save("s", { images: [image] }), { storage: "s", password: undefined, images: ["a"] }],
  "files.save": [(s, image) => s.files.save([image], { type: "image/png" }), { images: ["a"], options: { type: "image/png" }, name: undefined }],
};

for (const [name, [act, expected]] of Object.entries(TAKERS)) {
  test(`${name} takes an image as well as its id`, async () => {
    for (const image of ["a", KEPT, { id: "a" }]) {
      const { made, calls } = session();
      await act(made, image);
      assert.deepEqual(calls[0][1], expected);
    }
  });
}

test("an id, or what has no more than one, is found in the buffer", () => {
  const { made } = session();
  const url = made.buffer.url(KEPT, { width: 4 });
  assert.ok(url.endsWith("/page/x/images/a/1?width=4"));
  for (const image of ["a", { id: "a" }]) assert.equal(made.buffer.url(image, { width: 4 }), url);
  assert.equal(made.buffer.get(KEPT), made.buffer.get("a"));
  assert.throws(() => made.buffer.url({ id: "b" }), RangeError);
});

test("parts that are made by themselves are no less strict", async () => {
  const call = async () => ({});
  await assert.rejects(new Scanners(call).scan({ x: 1 }), TypeError);
  await assert.rejects(new Edits(call).flip([], { x: 1 }), TypeError);
  await assert.rejects(new Documents(call).copy("d", { x: 1 }), TypeError);
  await assert.rejects(new Storages(call).create({ x: 1 }), TypeError);
  await assert.rejects(new Files({ call }).load(new Blob([]), { x: 1 }), TypeError);
  await assert.rejects(new Buffer({ call }, STATE).setOptions({ x: 1 }), TypeError);
  await new Tags(call).filter();
});
