// Files into the buffer: what is told when one of several cannot be taken.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";

import { CallError, TransferError } from "../../../src/scanwright/web/sdk/errors.js";
import { Files } from "../../../src/scanwright/web/sdk/files.js";

/** Takes uploads as the service does: what is empty is refused, with the reason. */
const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  const said = body === "" ? { code: -1001, message: "The file is empty." } : { upload: body };
  response.writeHead(body === "" ? 400 : body === "gone" ? 500 : 201).end(JSON.stringify(said));
});
await once(server.listen(0, "127.0.0.1"), "listening");
after(() => server.closeAllConnections() ?? server.close());

/** Files whose bytes say what comes of them: ids, or a fault behind ids. */
function files() {
  const call = async (method, { upload, replace }) => {
    const [text, fault] = upload.split("!");
    const images = text.split(",").filter(Boolean).map((id) => (replace ? `${id} for ${replace}` : id));
    if (fault === undefined) return { images };
    throw new CallError(method, -1005, "It is damaged.", fault === "bare" ? null : { images, page: 3 });
  };
  return new Files({ call, resolve: () => `http://127.0.0.1:${server.address().port}/uploads` });
}

const blobs = (...texts) => texts.map((text) => new Blob([text]));
const failure = (texts) => files().load(blobs(...texts)).then(() => assert.fail("It was taken."), (error) => error);

test("images come in the order of their files", async () => {
  assert.deepEqual(await files().load(blobs("a,b", "c")), ["a", "b", "c"]);
});

test("a fault names the images of the files before it, and its own", async () => {
  const error = await failure(["a,b", "c!damaged", "d"]);
  assert.ok(error instanceof CallError);
  assert.deepEqual(error.data, { images: ["a", "b", "c"], page: 3 });
  assert.deepEqual((await failure(["a", "!bare"])).data, { images: ["a"] });
  assert.deepEqual((await failure(["!bare"])).data, { images: [] });
});

test("a file that is not taken says why, and names the images before it", async () => {
  const error = await failure(["a", "", "b"]);
  assert.ok(error instanceof TransferError);
  assert.equal(error.message, "The service did not take the file: The file is empty.");
  assert.deepEqual([error.status, error.data], [400, { images: ["a"] }]);
});

test("an answer without a reason is no more than that", async () => {
  assert.equal((await failure(["gone"])).message, "The service did not take the file.");
});

test("the reason of a signal stays as it is", async () => {
  const reason = Object.freeze(new Error("enough"));
  const signal = AbortSignal.abort(reason);
  await assert.rejects(files().load(blobs("a"), { signal }), (error) => error === reason);
});

test("an image may be replaced by its id, or by itself", async () => {
  for (const replace of ["x", { id: "x", version: 3 }]) {
    assert.deepEqual(await files().load(blobs("a", "b"), { replace }), ["a for x", "b"]);
  }
});
