// The link to a session: what becomes of calls that come while it is gone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DisconnectedError } from "../../../src/scanwright/web/sdk/errors.js";
import { Link } from "../../../src/scanwright/web/sdk/link.js";

const PLACE = { host: "127.0.0.1", httpPort: 18622, httpsPort: 18623, secure: false };

globalThis.document = new EventTarget();
globalThis.window = new EventTarget();

/** A service in memory: the sockets that were opened, what was called, and how sessions end. */
class Service {
  sockets = [];
  methods = [];
  outcome = "new";
  isHolding = false;

  /** WebSockets to it; the newest one at the end. */
  get socketClass() {
    const service = this;
    return class {
      static OPEN = 1;
      readyState = 0;

      constructor() {
        service.sockets.push(this);
        if (!service.isHolding) queueMicrotask(() => this.open());
      }

      open() {
        this.readyState = 1;
        this.onopen();
      }

      send(text) {
        const { id, method } = JSON.parse(text);
        service.methods.push(method);
        const { outcome } = service;
        const result = method === "session.open" ? { holder: "h", session: "s", outcome } : { of: method };
        queueMicrotask(() => this.onmessage?.({ data: JSON.stringify({ jsonrpc: "2.0", id, result }) }));
      }

      close(code = 1006) {
        this.readyState = 3;
        this.onclose?.({ code, reason: "" });
      }
    };
  }
}

/** A link that is open, and has just lost its connection. */
async function interrupted() {
  const service = new Service();
  globalThis.WebSocket = service.socketClass;
  const link = new Link(PLACE, { storage: null, reconnect: true });
  await link.open();
  service.isHolding = true;
  service.sockets[0].close();
  assert.equal(link.state, "reconnecting");
  return { service, link };
}

/** The connection is there again. */
function back(service, outcome) {
  Object.assign(service, { outcome, isHolding: false });
  service.sockets.at(-1).open();
}

test("a call waits for its session to be taken up again", async () => {
  const { service, link } = await interrupted();
  const waiting = link.call("scanner.list");
  back(service, "resumed");
  assert.deepEqual(await waiting, { of: "scanner.list" });
});

for (const outcome of ["new", "unknown", "elsewhere"]) {
  test(`a call is not made in another session: ${outcome}`, async () => {
    const { service, link } = await interrupted();
    const signal = AbortSignal.timeout(60_000);
    const waiting = Promise.allSettled([link.call("scan.start"), link.call("edit.apply", {}, { signal })]);
    back(service, outcome);
    for (const { reason } of await waiting) {
      assert.ok(reason instanceof DisconnectedError);
      assert.equal(reason.reason, "session-lost");
    }
    assert.deepEqual(await link.call("scanner.list"), { of: "scanner.list" });
    assert.deepEqual(service.methods, ["session.open", "session.open", "scanner.list"]);
  });
}

test("a call that waits is told why the link was closed, or that it was cancelled", async () => {
  const { link } = await interrupted();
  const stop = new AbortController();
  const cancelled = assert.rejects(link.call("scan.start", {}, { signal: stop.signal }), /enough/);
  stop.abort(new Error("enough"));
  await cancelled;
  const waiting = link.call("scan.start");
  await link.close();
  await assert.rejects(waiting, (error) => error.reason === "closed-by-page");
});
