// Uploads, held against a server that loses connections, bytes and patience.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";

import { digest } from "../../../src/scanwright/web/sdk/digest.js";
import { TransferError } from "../../../src/scanwright/web/sdk/errors.js";
import { markOf } from "../../../src/scanwright/web/sdk/marks.js";
import { segmentAt, upload } from "../../../src/scanwright/web/sdk/upload.js";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** A receiver by the contract; `mishaps` are taken one by one, by segment. */
class Receiver {
  constructor() {
    this.kept = Buffer.alloc(0);
    this.mishaps = [];
    this.requests = [];
    this.isLost = false;
    /** The SHA-256 that an upload as a whole is answered with. */
    this.whole = undefined;
    this.most = Infinity;
    this.server = createServer((request, response) => this.take(request, response));
  }

  async open() {
    await once(this.server.listen(0, "127.0.0.1"), "listening");
    this.url = `http://127.0.0.1:${this.server.address().port}/uploads`;
    return this;
  }

  async take(request, response) {
    const body = Buffer.concat(await request.toArray());
    const { method, url, headers } = request;
    this.requests.push({ method, url, headers, body });
    const say = (status, said) => response.writeHead(status, { Connection: "close" }).end(JSON.stringify(said));
    if (url === "/whole") return say(this.mishaps.shift() ?? 200, { id: "d", sha256: this.whole });
    if (url === "/uploads") return this.begin(body, say);
    if (method === "GET") return this.isLost ? say(404, {}) : say(200, this.state());
    return this.segment(headers, body, say, response);
  }

  begin(body, say) {
    this.about = JSON.parse(body);
    this.bytes = this.about.bytes;
    this.kept = Buffer.alloc(0);
    return say(201, { upload: "u-1", offset: 0, segmentBytes: 4096 });
  }

  segment(headers, body, say, response) {
    const mishap = this.mishaps.shift();
    if (mishap === "drop") return response.destroy();
    if (mishap === 503 || mishap === 413) return say(mishap, {});
    const [start, end] = headers["content-range"].match(/\d+/g).map(Number);
    if (end < start) return say(400, {});
    const bytes = filePart(body);
    if (bytes.length > this.most) return say(413, {});
    const isRepeated = start + bytes.length === this.kept.length && bytes.equals(this.kept.subarray(start));
    if (isRepeated) return say(200, this.answer());
    if (start !== this.kept.length) return say(409, { offset: this.kept.length });
    const said = headers["x-segment-sha256"] ?? sha256(bytes);
    if (mishap === "damage" || sha256(bytes) !== said) {
      return say(422, { error: "checksum", offset: start });
    }
    this.kept = Buffer.concat([this.kept, bytes]);
    if (mishap === "keep and drop") return response.destroy();
    return say(200, this.answer());
  }

  state() {
    const segmentBytes = this.most === Infinity ? undefined : this.most;
    return { offset: this.kept.length, bytes: this.bytes, segmentBytes };
  }

  answer() {
    const offset = this.kept.length;
    return offset === this.bytes ? { offset, document: { id: "d", sha256: sha256(this.kept) } } : { offset };
  }
}

/** The bytes of the last part of a multipart body. */
function filePart(body) {
  const boundary = body.subarray(0, body.indexOf("\r\n"));
  const begin = body.indexOf("\r\n\r\n", body.lastIndexOf('filename="')) + 4;
  return body.subarray(begin, body.lastIndexOf(boundary) - 2);
}

const open = [];
after(() => open.forEach((each) => each.server.closeAllConnections() ?? each.server.close()));

async function receiver(...mishaps) {
  const made = await new Receiver().open();
  made.mishaps = mishaps;
  open.push(made);
  return made;
}

const BYTES = Buffer.from(Array.from({ length: 10_000 }, (_, place) => (place * 31) % 251));
const blob = () => new Blob([BYTES], { type: "application/pdf" });

test("a segment ends with the file, and its range counts from 0", () => {
  assert.deepEqual(segmentAt(0, 4, 10), { start: 0, end: 4, range: "bytes 0-3/10" });
  assert.deepEqual(segmentAt(8, 4, 10), { start: 8, end: 10, range: "bytes 8-9/10" });
});

test("a digest is that of everybody", async () => {
  assert.equal(await digest(blob()), sha256(BYTES));
});

test("a whole file goes out with its fields before it", async () => {
  const server = await receiver();
  const done = await upload(blob(), { url: server.url.replace("uploads", "whole"), name: "a.pdf", fields: { case: "7" } });
  assert.deepEqual(done, { status: 200, body: { id: "d" } });
  const [{ body }] = server.requests;
  assert.deepEqual(filePart(body), BYTES);
  assert.ok(body.indexOf('name="case"') < body.indexOf('name="RemoteFile"; filename="a.pdf"'));
});

test("any status of 2xx is a success, and no other one", async () => {
  const server = await receiver(204, 400);
  const url = server.url.replace("uploads", "whole");
  assert.equal((await upload(blob(), { url })).status, 204);
  await assert.rejects(upload(blob(), { url }), (error) => error instanceof TransferError && error.status === 400);
});

test("segments arrive in order, each with its checksum, and progress ends with all", async () => {
  const server = await receiver();
  const seen = [];
  const onprogress = ({ done, total }) => seen.push([done, total]);
  const done = await upload(blob(), { url: server.url, name: "a.pdf", segmentBytes: 3000, onprogress });
  assert.equal(done.body.document.sha256, sha256(BYTES));
  assert.deepEqual(server.about, { name: "a.pdf", type: "application/pdf", bytes: 10_000, sha256: sha256(BYTES) });
  assert.deepEqual(seen.map(([at]) => at), [0, 3000, 6000, 9000]);
});

test("the server may want smaller segments", async () => {
  const server = await receiver();
  await upload(blob(), { url: server.url, segmentBytes: 1e6 });
  assert.deepEqual(server.kept, BYTES);
  assert.equal(server.requests.length, 4);
});

for (const mishaps of [["drop"], ["keep and drop"], [503, 503], ["damage"], [undefined, undefined, "keep and drop"], [undefined, "drop", "damage", "keep and drop"]]) {
  test(`after ${mishaps.map(String)} the bytes are whole`, async () => {
    const server = await receiver(...mishaps);
    const done = await upload(blob(), { url: server.url, segmentBytes: 4000 });
    assert.equal(done.body.document.sha256, sha256(BYTES));
    assert.deepEqual(server.kept, BYTES);
  });
}

for (const wrong of ["text", null, undefined, 7, {}, [], new ArrayBuffer(3)]) {
  test(`${String(wrong)} is no file to upload`, async () => {
    await assert.rejects(upload(wrong, { url: "http://127.0.0.1:9/" }), (error) => error instanceof TypeError && /Blob/.test(error.message));
  });
}

for (const options of [undefined, null, {}, { url: "" }, { url: undefined }]) {
  test(`${JSON.stringify(options)} says not where to upload to`, async () => {
    await assert.rejects(upload(blob(), options), (error) => error instanceof TypeError && /url/.test(error.message));
  });
}

test("an address may be a URL", async () => {
  const server = await receiver();
  await upload(blob(), { url: new URL(server.url), segmentBytes: 4000 });
  assert.deepEqual(server.kept, BYTES);
});

/** An address where nobody listens. */
async function deadUrl() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}/documents`;
}

test("no answer names the address, and what a server of another origin may not allow", async (context) => {
  const url = await deadUrl();
  const message = async (options) => (await upload(blob(), { url, ...options }).catch((error) => error)).message;
  context.after(() => delete globalThis.location);
  globalThis.location = new URL("http://localhost:8000/scan");
  const hint = ` Perhaps ${new URL(url).origin} does not allow pages of http://localhost:8000 (CORS).`;
  assert.equal(await message({}), `Nobody answered at ${url}.${hint}`);
  assert.equal(await message({ segmentBytes: 9, resume: false }), `Nobody answered at ${url}.${hint}`);
  globalThis.location = new URL(url);
  assert.equal(await message({}), `Nobody answered at ${url}.`);
});

test("an empty file has no segments", async () => {
  await assert.rejects(upload(new Blob([]), { url: "http://127.0.0.1:9/", segmentBytes: 10 }), RangeError);
});

test("without resume the first interruption ends it", async () => {
  const server = await receiver("drop");
  await assert.rejects(upload(blob(), { url: server.url, segmentBytes: 4000, resume: false }), TransferError);
});

test("a refusal is final", async () => {
  const server = await receiver(413);
  await assert.rejects(upload(blob(), { url: server.url, segmentBytes: 4000 }), (error) => error.status === 413);
  assert.equal(server.requests.length, 2);
});

test("damage without end is given up", async () => {
  const server = await receiver(...Array(50).fill("damage"));
  await assert.rejects(upload(blob(), { url: server.url, segmentBytes: 4000 }), (error) => error.status === 422);
});

test("an upload ends with the reason of its signal", async () => {
  const server = await receiver();
  const stop = new AbortController();
  const onprogress = ({ done }) => done > 0 && stop.abort(new Error("enough"));
  await assert.rejects(upload(blob(), { url: server.url, segmentBytes: 2000, signal: stop.signal, onprogress }), /enough/);
  assert.ok(server.kept.length < BYTES.length);
});

/** A storage that outlives reloads. */
function storage(context) {
  const kept = new Map();
  globalThis.localStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
  context.after(() => delete globalThis.localStorage);
  return kept;
}

/** Uploads until a first segment is there. */
async function interrupted(file, server, segmentBytes) {
  const stop = new AbortController();
  const onprogress = ({ done }) => done > 0 && stop.abort();
  await upload(file, { url: server.url, segmentBytes, signal: stop.signal, onprogress }).catch(() => {});
  assert.ok(server.kept.length > 0 && server.kept.length < BYTES.length);
}

const begun = ({ requests }) => requests.filter(({ url, method }) => url === "/uploads" && method === "POST").length;

test("after a reload it goes on where it was", async (context) => {
  const kept = storage(context);
  const server = await receiver();
  await interrupted(blob(), server, 2000);
  await upload(blob(), { url: server.url, segmentBytes: 2000 });
  assert.deepEqual(server.kept, BYTES);
  assert.equal(begun(server), 1);
  assert.equal(kept.size, 0);
});

test("what goes on after a reload has segments of the size that the server takes", async (context) => {
  storage(context);
  const server = await receiver();
  server.most = 4096;
  await interrupted(blob(), server, 1e6);
  await upload(blob(), { url: server.url, segmentBytes: 1e6 });
  assert.deepEqual(server.kept, BYTES);
  assert.equal(begun(server), 1);
});

for (const [before, then] of [[3000, 4096], [4096, 3000], [3333, 7000], [4000, 9999]]) {
  test(`segments of ${then} bytes follow those of ${before}`, async (context) => {
    storage(context);
    const server = await receiver();
    await interrupted(blob(), server, before);
    server.kept = BYTES.subarray(0, before * Math.floor(9999 / before));
    await upload(blob(), { url: server.url, segmentBytes: then });
    assert.deepEqual(server.kept, BYTES);
    assert.equal(begun(server), 1);
  });
}

test("a file without a digest is known by its name, size and date", async (context) => {
  storage(context);
  const { crypto } = globalThis;
  Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
  context.after(() => Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true }));
  const file = (lastModified) => new File([BYTES], "a.pdf", { lastModified });
  const server = await receiver();
  await interrupted(file(1), server, 2000);
  await upload(file(1), { url: server.url, segmentBytes: 2000 });
  assert.deepEqual(server.kept, BYTES);
  assert.equal(begun(server), 1);
  await interrupted(file(1), server, 2000);
  await upload(file(2), { url: server.url, segmentBytes: 2000 });
  assert.equal(begun(server), 3);
});

test("a blob that nothing tells from others has no mark", () => {
  assert.equal(markOf("/uploads", blob()), null);
  assert.notEqual(markOf("/uploads", blob(), "1".repeat(64)), markOf("/uploads", blob(), "2".repeat(64)));
});

test("a server that says another checksum has another file", async () => {
  const server = await receiver();
  const url = server.url.replace("uploads", "whole");
  for (const right of [undefined, "etag-1", sha256(BYTES), sha256(BYTES).toUpperCase()]) {
    server.whole = right;
    assert.equal((await upload(blob(), { url })).body.id, "d");
  }
  server.whole = sha256("another");
  const isTold = ({ name, status, body }) => name === "TransferError" && status === 200 && body.includes(server.whole);
  await assert.rejects(upload(blob(), { url }), isTold);
});

test("what is uploaded is fetched without its progress", async () => {
  const server = await receiver();
  const asked = [];
  const file = { name: "a.pdf", sha256: sha256(BYTES), blob: async (options) => (asked.push(options), blob()) };
  const seen = [];
  const onprogress = ({ done }) => seen.push(done);
  await upload(file, { url: server.url, segmentBytes: 4000, onprogress });
  assert.equal(asked[0].onprogress, undefined);
  assert.deepEqual(seen, [0, 4000, 8000]);
});
