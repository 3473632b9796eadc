// Stands in for the SDK in tests of the demos: a session in memory that records its calls.
//
// `window.fake` steers it: `fake.calls`, `fake.hold` (scans wait, and the files after the
// first `fake.free`), `fake.refuse` (an error for the next call of a name),
// `fake.tell(name, detail)`. `?closed` lets nobody connect, `?searching` never ends the
// search for scanners, `?outcome=` is how the session begins. `window.problem` is what
// keeps the page from the service.

import { saveAs } from "./files.js";
import { upload } from "./upload.js";

export { InstallPrompt } from "./prompt/prompt.js";

export async function diagnose() {
  return window.problem ?? { reason: null };
}

const DESCRIPTION = {
  inputs: [
    { source: "flatbed", widthMm: 215.9, heightMm: 297, depths: [{ pixelType: "colour", bits: 8 }, { pixelType: "gray", bits: 8 }, { pixelType: "gray", bits: 16 }], resolutionsDpi: { minimum: 50, maximum: 1200, step: 1 } },
    { source: "feeder", widthMm: 215.9, heightMm: 355.6, depths: [{ pixelType: "bw", bits: 1 }], resolutionsDpi: [200, 300] },
    { source: "duplex", widthMm: 215.9, heightMm: 355.6, depths: [{ pixelType: "bw", bits: 1 }], resolutionsDpi: [200, 300] },
  ],
  brightness: { minimum: -1000, maximum: 1000, step: 1 },
  contrast: null,
  feederLoaded: true,
};
const SCANNERS = [{ name: "Office", type: 1, device: "one" }, { name: "Glass", type: 1, device: "two" }];
const MOST_FILES = 32;
const SETTINGS = { source: "flatbed", pixelType: "colour", bits: 8, resolutionDpi: 200, region: null, brightness: 0, contrast: 0, pageLimit: null };

class Fake extends EventTarget {
  calls = [];
  hold = null;
  free = 0;
  /** A device that never answers. */
  mute = null;
  /** What a scanner waits for before it says what it can. */
  thought = null;
  kept = new Set();
  refuse = {};
  /** Codes that files are refused with, by their names. */
  bad = {};
  outcome = wish("outcome") ?? "new";
  state = "connected";
  service = { version: "0", instance: "i" };
  upload = upload;
  #ids = 0;

  buffer = Object.assign(new EventTarget(), {
    images: [], current: null, selected: [], visible: null, filter: null, document: "d1", documents: [{ id: "d1", name: "First", count: 0 }], canUndo: false, canRedo: false, options: {},
    get: (id) => this.buffer.images.find((image) => image.id === id),
    url: (image) => picture(typeof image === "string" ? image : image.id),
    fetch: async () => new Blob(),
    setCurrent: this.act("setCurrent", (current) => ({ current })),
    select: this.act("select", (selected) => ({ selected: [...selected] })),
    move: this.act("move"),
    swap: this.act("swap"),
    remove: this.act("remove", (ids) => this.without(ids)),
    duplicate: this.act("duplicate", (ids) => this.more(ids.length)),
    undo: this.act("undo", () => ({ canUndo: false, canRedo: true })),
    redo: this.act("redo", () => ({ canUndo: true, canRedo: false })),
    setOptions: this.act("setOptions"),
    estimate: this.act("estimate", null, () => 123_456),
  });
  scanners = {
    list: this.act("list", null, (extras) => wish("searching") === null ? SCANNERS : never(extras)),
    open: this.act("open", null, async (device, extras) => {
      if (device === this.mute) await never(extras);
      await this.thought;
      return { scanner: { device }, description: DESCRIPTION, settings: SETTINGS };
    }),
    close: this.act("close"),
    scan: this.act("scan", null, (params, extras) => this.#scan(params, extras)),
  };
  tags = {
    add: this.act("tag.add", (ids, tag) => ({ images: this.buffer.images.map((image) => (ids.includes(image.id) ? { ...image, tags: [...image.tags, tag] } : image)) })),
    remove: this.act("tag.remove"),
    rename: this.act("tag.rename"),
    filter: this.act("tag.filter", (filter) => ({ filter })),
  };
  documents = {
    create: this.act("document.create", (name) => ({ documents: [...this.buffer.documents, { id: "d2", name, count: 0 }] }), () => "d2"),
    open: this.act("document.open", (document) => ({ document })),
    rename: this.act("document.rename"),
    remove: this.act("document.remove"),
    move: this.act("document.move"),
    copy: this.act("document.copy"),
  };
  files = {
    load: async (source, { signal, ...options }) => {
      const bad = this.bad[source.name];
      if (bad) throw Object.assign(new Error("in English"), { code: bad });
      if (this.hold && this.buffer.images.length > 0) await aborted(signal);
      return this.#load(source, options);
    },
    save: this.act("save", null, (images, options, extras) => this.#save(options, extras)),
  };
  #load = this.act("load", () => this.more(1), () => [this.buffer.images.at(-1).id]);
  edit = new Proxy({}, { get: (_, name) => this.act(`edit.${String(name)}`) });

  /** A call that is recorded, may be refused, and may change the buffer. */
  act(name, change, answer) {
    return async (...params) => {
      this.calls.push([name, ...JSON.parse(JSON.stringify(params.map(plain)))]);
      const error = this.refuse[name];
      if (error) {
        delete this.refuse[name];
        throw Object.assign(new Error(error.message), error);
      }
      if (change) this.change(change(...params));
      return answer?.(...params);
    };
  }

  change(changes) {
    Object.assign(this.buffer, changes);
    const { images, document } = this.buffer;
    this.buffer.documents = this.buffer.documents.map((each) => (each.id === document ? { ...each, count: images.length } : each));
    this.buffer.current ??= images[0]?.id ?? null;
    this.buffer.dispatchEvent(new CustomEvent("change", { detail: { action: "replace", images } }));
  }

  more(count) {
    const images = Array.from({ length: count }, () => ({
      id: String(++this.#ids).padStart(12, "0"), version: 1, path: "p", widthPx: 210, heightPx: 297, pixelType: "gray", bits: 8, resolutionDpi: [25, 25], bytes: 1, tags: [],
    }));
    return { images: [...this.buffer.images, ...images], canUndo: true };
  }

  without(ids) {
    const images = this.buffer.images.filter(({ id }) => !ids.includes(id));
    return { images, selected: [], current: images[0]?.id ?? null };
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** The service keeps so many files and no more. */
  async #save({ type }, { name, signal, onprogress }) {
    if (this.kept.size >= MOST_FILES) throw Object.assign(new Error("too many files"), { code: -1011 });
    onprogress({ done: 0, total: 1 });
    if (this.hold && this.kept.size + this.released >= this.free) await Promise.race([this.hold, aborted(signal)]);
    this.kept.add(name);
    return file(this, name, type);
  }

  get released() {
    return this.calls.filter(([called]) => called === "release").length;
  }

  async #scan(params, { signal, onprogress }) {
    onprogress({ done: 0, total: null });
    this.change(this.more(1));
    onprogress({ done: 1, total: 2 });
    if (this.hold) await Promise.race([this.hold, aborted(signal)]);
    this.change(this.more(1));
    return { images: this.buffer.images.map(({ id }) => id), discarded: params.discardBlank ? 1 : 0 };
  }
}

export class CallError extends Error {}

export async function connect(options) {
  window.asked = plain(options);
  if (wish("closed") !== null) {
    throw Object.assign(new Error("The service was not found: install it."), { reason: "not-installed" });
  }
  window.fake = new Fake();
  return window.fake;
}

function file(fake, name, type) {
  const bytes = new TextEncoder().encode("a file of the fake session ".repeat(400_000));
  return {
    name, type, bytes: bytes.length, sha256: undefined, url: "",
    blob: async () => new Blob([bytes], { type }),
    download: fake.act("download", null, (named) => saveAs(new Blob([named]), named)).bind(null, name),
    release: fake.act("release", null, (released) => fake.kept.delete(released)).bind(null, name),
  };
}

function plain(value) {
  if (value instanceof Blob) return { file: value.name ?? null, bytes: value.size };
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).filter(([, each]) => typeof each !== "function" && !(each instanceof AbortSignal)).map(([key, each]) => [key, plain(each)]));
  }
  return value;
}

function aborted(signal) {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
}

function never({ signal } = {}) {
  return aborted(signal);
}

function wish(name) {
  return new URLSearchParams(location.search).get(name);
}

function picture(id) {
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="210" height="297"><rect width="210" height="297" fill="white"/><text x="20" y="150" font-size="30">${Number(id)}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(text)}`;
}
