// The session of a page: what it says was lost, and what its documents ask the service for.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Documents } from "../../../src/scanwright/web/sdk/documents.js";
import { Scanwright } from "../../../src/scanwright/web/sdk/session.js";

const PLACE = { host: "127.0.0.1", httpPort: 18622, httpsPort: 18623, secure: false };
const image = (id) => ({ id, version: 1, path: `images/${id}/1`, tags: [] });
const EMPTY = {
  revision: 0, images: [], current: null, selected: [], visible: null, filter: null, document: "d",
  documents: [{ id: "d", name: "One", count: 0 }], canUndo: false, canRedo: false, options: {},
};
const opened = (buffer, instance = "i") => ({
  base: "/page/x/", service: { version: "0.1.0", instance }, outcome: "unknown", buffer,
});

/** A session on a link that the test leads, and what it has told of `lost`. */
function begun(buffer) {
  const link = { state: "connected" };
  const session = new Scanwright(link, PLACE, opened(buffer));
  const lost = [];
  session.addEventListener("lost", ({ detail }) => lost.push(detail));
  return { link, lost };
}

test("what is lost is named, of every document", () => {
  const documents = [
    { id: "d", name: "One", count: 2 }, { id: "e", name: "Two", count: 1, images: ["c"] }, { id: "f", name: "Three", count: 0 },
  ];
  const { link, lost } = begun({ ...EMPTY, images: [image("a"), image("b")], documents });
  link.hooks.onresumed(opened(EMPTY, "another"));
  assert.equal(lost.length, 1);
  assert.equal(lost[0].reason, "service-restarted");
  assert.deepEqual(lost[0].images.map(({ id }) => id), ["a", "b"]);
  assert.deepEqual(lost[0].documents, [
    { id: "d", name: "One", count: 2, images: ["a", "b"] },
    { id: "e", name: "Two", count: 1, images: ["c"] },
    { id: "f", name: "Three", count: 0, images: [] },
  ]);
});

test("pages of a document that is not open are a loss, too", () => {
  const documents = [{ id: "d", name: "One", count: 0 }, { id: "e", name: "Two", count: 1, images: ["c"] }];
  const { link, lost } = begun({ ...EMPTY, documents });
  link.hooks.onresumed(opened(EMPTY));
  assert.deepEqual(lost.map(({ reason, documents: all }) => [reason, all[1].images]), [["session-ended", ["c"]]]);
});

test("where nothing was, nothing is lost", () => {
  const { link, lost } = begun(EMPTY);
  link.hooks.onresumed(opened(EMPTY));
  assert.deepEqual(lost, []);
});

test("images are copied and moved out of the document that is named", async () => {
  const asked = [];
  const documents = new Documents(async (method, params) => (asked.push([method, params]), { images: ["n"] }));
  assert.deepEqual(await documents.copy("to", { from: "e", images: ["c"], at: 0 }), ["n"]);
  await documents.move("to", { from: "e" });
  assert.deepEqual(asked, [
    ["document.copyImages", { to: "to", from: "e", images: ["c"], at: 0 }],
    ["document.moveImages", { to: "to", from: "e", images: undefined, at: undefined }],
  ]);
});
