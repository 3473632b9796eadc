// Importing: chosen files, dropped ones, the clipboard, and addresses.

import { announce, explain, isAbort, trouble, work } from "./news.js";
import { say } from "./texts.js";
import { byId, on, words } from "./ui.js";

/** @typedef {{at?: number, context?: string}} How */

export class ImportPanel {
  /** @type {any} */
  #session = null;

  constructor() {
    on("files", "change", async () => {
      await this.#load([...(byId("files").files ?? [])]);
      byId("files").value = "";
    });
    on("paste", "click", () => this.#load([{ clipboard: true }], { context: "clipboard" }));
    on("fetch", "submit", (event) => {
      event.preventDefault();
      this.#fetch(byId("address").value.trim());
    });
    on("viewer", "import", ({ detail }) => this.#load(detail.files, { at: detail.at }));
    document.addEventListener("paste", (event) => this.#paste(event));
    document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    document.addEventListener("drop", (event) => this.#drop(event));
  }

  /** @param {any} session */
  attach(session) {
    this.#session = session;
  }

  /** @param {string} address */
  async #fetch(address) {
    if (!URL.canParse(address, location.href)) return explain(new TypeError(address), "fetch");
    await this.#load([{ url: new URL(address, location.href).href }], { context: "fetch" });
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || !this.#session) return;
    event.preventDefault();
    this.#load(files);
  }

  /** @param {DragEvent} event */
  #drop(event) {
    if (event.defaultPrevented || !hasFiles(event)) return;
    event.preventDefault();
    if (this.#session) this.#load([...(event.dataTransfer?.files ?? [])]);
  }

  /** Loads one source after the other; a bad one does not keep the others out. @param {any[]} sources @param {How} [how] */
  async #load(sources, { at, context } = {}) {
    if (sources.length === 0) return;
    /** Names, by what is wrong with them. @type {Map<string, string[]>} */
    const failed = new Map();
    let count = 0;
    const loadAll = async (/** @type {any} */ extras) => {
      for (const source of sources) {
        try {
          const place = at === undefined ? at : at + count;
          count += (await this.#session.files.load(source, { ...this.#options, at: place, ...extras })).length;
        } catch (error) {
          if (isAbort(error)) throw error;
          const reason = reasonOf(error, context);
          failed.set(reason, [...(failed.get(reason) ?? []), source.name ?? ""]);
        }
      }
    };
    try {
      await work(say("import.doing"), loadAll);
      announce(count > 0 ? say("import.done", { count }) : "");
    } catch (error) {
      explain(error);
      if (count > 0) announce(say("cancelled.kept", { count }));
    }
    if (failed.size > 0) trouble([...failed].map(([reason, names]) => told(names, reason)).join("\n"));
    else if (count === 0) trouble(say("import.nothing"));
  }

  get #options() {
    const password = byId("pdf-open").value;
    return { resolutionDpi: Number(byId("pdf-dpi").value) || 200, ...(password && { password }) };
  }
}

/** What is wrong with a file, in words that fit here, or else in those of the page. @param {unknown} error @param {string} [context] */
function reasonOf(error, context) {
  const key = `error.import.${/** @type {any} */ (error)?.code}`;
  const here = say(key, { field: say("import.password"), panel: say("import.title") });
  return here === key ? words(error, context) : here;
}

/** @param {string[]} names @param {string} reason */
function told(names, reason) {
  const known = names.filter(Boolean).join(", ");
  return known ? `${known}: ${reason}` : reason;
}

/** Whether files are brought to the page; a field that takes files takes them itself. @param {DragEvent} event */
function hasFiles(event) {
  const isField = event.target instanceof HTMLInputElement && event.target.type === "file";
  return !isField && (event.dataTransfer?.types.includes("Files") ?? false);
}
