// What a page may give as a file, without the parts that only browsers have.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";

import { blobsOf } from "../../../src/scanwright/web/sdk/sources.js";

const BYTES = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
const bytesOf = async (blobs) => Buffer.concat(await Promise.all(blobs.map(async (blob) => Buffer.from(await blob.arrayBuffer()))));

const asked = [];
const server = createServer((request, response) => {
  asked.push(request);
  response.writeHead(request.url === "/none.pdf" ? 404 : 200, { "Content-Type": "image/png" }).end(BYTES);
});
await once(server.listen(0, "127.0.0.1"), "listening");
const at = (path) => `http://127.0.0.1:${server.address().port}${path}`;
after(() => server.closeAllConnections() ?? server.close());

const buffer = new Uint8Array(BYTES).buffer;
const inside = new Uint8Array([9, ...BYTES, 9]).subarray(1, 257);
for (const [name, source] of Object.entries({
  "a blob": new Blob([BYTES]),
  "a buffer": buffer,
  "an array of bytes": new Uint8Array(buffer),
  "a part of a buffer": inside,
  "words": new Uint16Array(buffer),
  "a view": new DataView(buffer),
  "base64": { base64: BYTES.toString("base64") },
  "base64 in lines": { base64: BYTES.toString("base64").replace(/.{76}/g, "$&\r\n") },
  "base64 in a data: address": { base64: `data:image/png;base64,${BYTES.toString("base64")}` },
  "a data: address": { url: `data:image/png;base64,${BYTES.toString("base64")}` },
  "several blobs": [new Blob([BYTES.subarray(0, 5)]), new Blob([BYTES.subarray(5)])],
})) {
  test(`${name} is a source`, async () => {
    assert.deepEqual(await bytesOf(await blobsOf(source)), BYTES);
  });
}

test("a data: address says the type, base64 alone none", async () => {
  const [typed] = await blobsOf({ base64: "data:image/png;base64,AAAA" });
  const [plain] = await blobsOf({ base64: "AAAA" });
  assert.deepEqual([typed.type, plain.type], ["image/png", ""]);
});

for (const wrong of ["AAAA", 7, null, undefined, [7], {}, { base64: "ä" }, { base64: "A" }, { base64: null }, { base64: "data:image/png,A" }]) {
  test(`${JSON.stringify(wrong)} is no source`, async () => {
    globalThis.DataTransfer = globalThis.FileList = class {};
    await assert.rejects(blobsOf(wrong), (error) => error instanceof TypeError && /base64/.test(error.message));
  });
}

for (const [path, name] of [["/100%.png", "100%.png"], ["/a%20b.png?x=%", "a b.png"], ["/", ""]]) {
  test(`${path} becomes a file called ${JSON.stringify(name)}`, async () => {
    const [file] = await blobsOf({ url: at(path) });
    assert.deepEqual([file.name, file.type], [name, "image/png"]);
  });
}

test("an address that has no file is named, with the status", async () => {
  const url = at("/none.pdf");
  await assert.rejects(blobsOf({ url }), {
    status: 404,
    message: `The file at ${url} was not sent: the server answered 404.`,
  });
});

test("an address where nobody answers is named, with what may be the matter", async (context) => {
  context.after(() => delete globalThis.location);
  globalThis.location = new URL("http://localhost:8000/");
  const other = createServer();
  await once(other.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${other.address().port}`;
  await new Promise((closed) => other.close(closed));
  const hint = `Perhaps ${origin} does not allow pages of http://localhost:8000 (CORS).`;
  await assert.rejects(blobsOf({ url: `${origin}/a.pdf` }), {
    status: 0,
    message: `The file at ${origin}/a.pdf did not come: nobody answered. ${hint}`,
  });
});

test("an address is fetched as the page says, and tells how far it has come", async () => {
  const seen = [];
  const request = { method: "POST", headers: { Authorization: "Bearer x" }, body: "{}" };
  await blobsOf({ url: at("/a.png"), request }, { onprogress: (progress) => seen.push(progress) });
  const { method, headers } = asked.at(-1);
  assert.deepEqual([method, headers.authorization], ["POST", "Bearer x"]);
  assert.deepEqual([seen[0], seen.at(-1).done], [{ phase: "read", done: 0, total: null }, 256]);
  assert.ok(seen.every(({ phase }) => phase === "read"));
});
