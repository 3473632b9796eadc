// Bytes that come by HTTP: progress, ends, and what goes wrong on the way.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";

import { TransferError } from "../../../src/scanwright/web/sdk/errors.js";
import { SavedFile } from "../../../src/scanwright/web/sdk/files.js";
import { fetchPackage, WrongFile } from "../../../src/scanwright/web/sdk/prompt/download.js";
import { receive } from "../../../src/scanwright/web/sdk/receiving.js";

const BYTES = Buffer.alloc(300_000, "scan");
const ANSWERS = {
  "/file": (response) => response.writeHead(200, { "Content-Length": BYTES.length, "Content-Type": "image/png" }).end(BYTES),
  "/chunked": (response) => response.writeHead(200).end(BYTES),
  "/packed": (response) => response.writeHead(200, { "Content-Encoding": "identity", "Content-Length": BYTES.length }).end(BYTES),
  "/none": (response) => response.writeHead(404).end(BYTES),
  "/moved": (response) => response.writeHead(302, { Location: "/file" }).end(),
  "/cut": (response) => response.writeHead(200, { "Content-Length": 2 * BYTES.length }).write(BYTES, () => response.destroy()),
  "/endless": (response) => response.writeHead(200).write(BYTES),
};
const asked = [];
const server = createServer((request, response) => {
  asked.push(request);
  ANSWERS[request.url](response);
});
await once(server.listen(0, "127.0.0.1"), "listening");
const at = (path) => `http://127.0.0.1:${server.address().port}${path}`;
after(() => server.closeAllConnections() ?? server.close());

for (const onprogress of [undefined, () => {}]) {
  test(`bytes come as they are, ${onprogress ? "watched" : "unwatched"}`, async () => {
    const { blob, url } = await receive(at("/moved"), { onprogress });
    assert.deepEqual(Buffer.from(await blob.arrayBuffer()), BYTES);
    assert.deepEqual([blob.type, url], ["image/png", at("/file")]);
  });

  for (const [path, status] of [["/none", 404], ["/cut", 0]]) {
    test(`${path} is an error with its status, ${onprogress ? "watched" : "unwatched"}`, async () => {
      const isTold = (error) => error instanceof TransferError && error.status === status;
      await assert.rejects(receive(at(path), { onprogress }), isTold);
    });
  }
}

for (const [path, expected] of [["/file", BYTES.length], ["/chunked", null], ["/packed", null]]) {
  test(`progress of ${path} ends with all, of a total that is known or none`, async () => {
    const seen = [];
    await receive(at(path), { onprogress: (progress) => seen.push(progress) });
    assert.deepEqual(seen.at(-1), { done: BYTES.length, total: expected });
    assert.ok(seen.every(({ done }, place) => done > (seen[place - 1]?.done ?? 0)));
  });
}

test("nobody there is status 0", async () => {
  await assert.rejects(receive("http://127.0.0.1:1/"), (error) => error instanceof TransferError && error.status === 0);
});

test("a signal ends it with its reason, also the one of the request", async () => {
  for (const wrap of [(signal) => ({ signal }), (signal) => ({ request: { signal } })]) {
    const stop = new AbortController();
    const onprogress = () => stop.abort(new Error("enough"));
    await assert.rejects(receive(at("/endless"), { ...wrap(stop.signal), onprogress }), /enough/);
  }
});

test("what is asked for is asked as the page says", async () => {
  await receive(at("/file"), { request: { method: "POST", headers: { "X-Case": "7" }, body: "x" } });
  assert.deepEqual([asked.at(-1).method, asked.at(-1).headers["x-case"]], ["POST", "7"]);
});

test("a file that was saved tells how far it has come", async () => {
  const session = { resolve: (path) => at(`/${path}`), call: async () => ({}) };
  const saved = (bytes) => new SavedFile(session, { path: "chunked", name: "a", type: "application/pdf", bytes, sha256: "" });
  const seen = [];
  const blob = await saved(BYTES.length).blob({ onprogress: (progress) => seen.push(progress) });
  assert.deepEqual(seen.at(-1), { done: BYTES.length, total: BYTES.length });
  assert.equal(blob.type, "application/pdf");
  await assert.rejects(saved(7).blob(), TransferError);
});

test("a package that is longer than announced is not taken to its end", async () => {
  const offer = { url: at("/endless"), bytes: 1000, sha256: "0".repeat(64) };
  await assert.rejects(fetchPackage(offer), WrongFile);
});
