// Addresses, the answer of /hello, frames of the channel, patience.

import assert from "node:assert/strict";
import { test } from "node:test";

import { channelOf, isLoopback, managerOf, originOf, placeOf, portsFrom } from "../../../src/scanwright/web/sdk/address.js";
import { parseFrame } from "../../../src/scanwright/web/sdk/channel.js";
import { parseHello, readHello } from "../../../src/scanwright/web/sdk/hello.js";
import { delayAfter, pause } from "../../../src/scanwright/web/sdk/patience.js";

test("the page decides whether TLS is used", () => {
  assert.equal(channelOf(placeOf({}, "https:")), "wss://127.0.0.1:18623/channel");
  assert.equal(channelOf(placeOf({}, "http:")), "ws://127.0.0.1:18622/channel");
  assert.equal(channelOf(placeOf({ secure: true }, "http:")), "wss://127.0.0.1:18623/channel");
});

test("an IPv6 address stands in brackets", () => {
  assert.equal(originOf(placeOf({ host: "::1", httpPort: 80 }, "http:"), false), "http://[::1]:80");
});

test("the manager lies three ports above", () => {
  assert.equal(managerOf(placeOf({ httpPort: 30000 }, "http:")), "http://127.0.0.1:30003");
});

const USUAL = { httpPort: 18622, httpsPort: 18623 };
const SITE = "http://localhost:8000";

for (const [module, page, expected] of [
  ["http://127.0.0.1:19622/sdk/address.js", SITE, { httpPort: 19622, httpsPort: 19623 }],
  ["http://localhost:19622/sdk/address.js", SITE, { httpPort: 19622, httpsPort: 19623 }],
  ["http://[::1]:19622/sdk/address.js", SITE, { httpPort: 19622, httpsPort: 19623 }],
  ["https://127.0.0.1:19623/sdk/address.js", "https://site.example", { httpPort: 19622, httpsPort: 19623 }],
  // A copy of the package beside the page, on a server of the page's own.
  ["http://localhost:8000/sdk/address.js", SITE, USUAL],
  ["http://127.0.0.1:8000/static/sdk/address.js", SITE, USUAL],
  ["http://127.0.0.1:8000/sdk/bundle.js", SITE, USUAL],
  ["https://cdn.example:444/sdk/address.js", SITE, USUAL],
  ["http://127.0.0.1.example:19622/sdk/address.js", SITE, USUAL],
  ["file:///sdk/address.js", SITE, USUAL],
  [undefined, undefined, USUAL],
]) {
  test(`from ${module} on ${page} the service is at ${expected.httpPort}`, () => {
    assert.deepEqual(portsFrom(module, page), expected);
  });
}

test("ports of the module count as long as nothing is named", () => {
  const ports = { httpPort: 19622, httpsPort: 19623 };
  const found = (options) => placeOf(options, "http:", ports);
  assert.deepEqual([found({}).httpPort, found({ secure: true }).httpsPort], [19622, 19623]);
  assert.deepEqual([found({ httpPort: 7 }).httpPort, found({ httpPort: 7 }).httpsPort], [7, 18623]);
  assert.equal(found({ host: "localhost" }).httpPort, 18622);
  assert.equal(placeOf({}, "http:").httpPort, 18622);
});

test("a port that is none is refused", () => {
  for (const httpPort of [0, 65536, 1.5, NaN, "80"]) {
    assert.throws(() => placeOf({ httpPort }, "http:"), RangeError);
  }
});

test("names of this machine are known without looking them up", () => {
  const own = ["127.0.0.1", "127.8.0.1", "localhost", "LOCALHOST", "app.localhost", "::1", "[::1]"];
  const others = ["127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "app.example.com", "128.0.0.1"];
  assert.deepEqual(own.filter((host) => !isLoopback(host)), []);
  assert.deepEqual(others.filter(isLoopback), []);
});

const HELLO = { service: "scanwright", version: "0.1.0", instance: "i", protocols: [1], origin: "allowed" };

test("the answer of the service is recognised", () => {
  const { service: _, ...said } = HELLO;
  assert.deepEqual(parseHello(JSON.stringify({ ...HELLO, more: 1 })), said);
});

for (const [name, value] of Object.entries({
  service: "other", version: 1, instance: null, protocols: ["1"], origin: "maybe",
})) {
  test(`an answer with another ${name} is not ours`, () => {
    assert.equal(parseHello(JSON.stringify({ ...HELLO, [name]: value })), null);
  });
}

test("what is no JSON object is not ours", () => {
  for (const text of ["", "<html>", "null", "1", "[]", '"x"']) assert.equal(parseHello(text), null);
});

test("an answer without end is left alone", async () => {
  const endless = new ReadableStream({ pull: (control) => control.enqueue(new Uint8Array(1000)) });
  assert.equal(await readHello(new Response(endless)), null);
});

test("an answer with an error status is not ours", async () => {
  assert.equal(await readHello(new Response(JSON.stringify(HELLO), { status: 500 })), null);
});

test("a result, an error and an event are told apart", () => {
  const frame = (rest) => parseFrame(JSON.stringify({ jsonrpc: "2.0", ...rest }));
  assert.deepEqual(frame({ id: 1, result: null }), { kind: "result", id: 1, result: null });
  const error = { code: -1032, message: "m", data: 5 };
  assert.deepEqual(frame({ id: 2, error }), { kind: "error", id: 2, ...error });
  assert.deepEqual(frame({ method: "m" }), { kind: "event", name: "m", params: {} });
});

test("what is no frame is null", () => {
  const wrong = ["", "{", "null", "[]", "7", '{"id":1,"result":1}', '{"jsonrpc":"2.0"}'];
  wrong.push('{"jsonrpc":"2.0","id":1}', '{"jsonrpc":"2.0","id":"x","result":1}');
  wrong.push('{"jsonrpc":"2.0","id":1,"error":{}}', '{"jsonrpc":"2.0","id":1,"method":"m"}');
  for (const text of wrong) assert.equal(parseFrame(text), null, text);
});

test("delays grow up to a limit, and chance only shortens them", () => {
  const pace = { firstMs: 100, factor: 2, mostMs: 1000 };
  assert.deepEqual([0, 1, 2, 3, 4, 9999].map((n) => delayAfter(n, pace)), [100, 200, 400, 800, 1000, 1000]);
  assert.equal(delayAfter(0, pace, 1), 75);
});

test("a pause ends at once with the reason of its signal", async () => {
  const stop = new AbortController();
  const waiting = pause(3_600_000, stop.signal);
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
  await assert.rejects(pause(3_600_000, stop.signal), /enough/);
});
