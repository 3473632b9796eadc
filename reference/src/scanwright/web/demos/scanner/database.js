// The database: what has been uploaded, with previews.

import { announce, attempt } from "./news.js";
import { date, say, size } from "./texts.js";
import { ask, byId, make, on } from "./ui.js";

/** @typedef {{id: string, name: string, bytes: number, pages: number | null, created: string, preview: string | null}} Entry */

export class DatabasePanel {
  /** @type {Entry[]} */
  #entries = [];
  /** Where older ones begin. @type {string | null} */
  #next = null;
  #base;

  /** @param {string} base Address of the documents. */
  constructor(base) {
    this.#base = base;
    on("refresh", "click", () => this.refresh());
    on("more", "click", () => attempt(() => this.#load(this.#next)));
  }

  /** Lists them anew. */
  async refresh() {
    await attempt(() => this.#load(null));
  }

  /** Shows what is known, in the language of now. */
  relabel() {
    byId("documents").replaceChildren(...this.#entries.map((entry) => this.#row(entry)));
    byId("database-note").textContent = this.#entries.length === 0 ? say("database.none") : "";
    byId("more").hidden = this.#next === null;
  }

  /** @param {string | null} before */
  async #load(before) {
    const listed = await this.#list(before === null ? "" : `?before=${encodeURIComponent(before)}`);
    byId("database").hidden = byId("save-upload").hidden = listed === null;
    if (listed === null) return;
    this.#entries = before === null ? listed.documents : [...this.#entries, ...listed.documents];
    this.#next = listed.next ?? null;
    this.relabel();
  }

  /** Null where the page has no demo server behind it: nothing to list, nor to upload to. @param {string} query */
  async #list(query) {
    try {
      return await (await request(this.#base + query)).json();
    } catch (error) {
      if (/** @type {any} */ (error).status === 404) return null;
      throw error;
    }
  }

  /** @param {Entry} entry */
  #row(entry) {
    const { id, name, pages, bytes, created, preview } = entry;
    const href = `${this.#base}/${id}/content`;
    const picture = preview
      ? make("img", { src: `${this.#base}/${id}/preview`, alt: say("database.preview", { name }), loading: "lazy" })
      : make("span", { className: "no-preview", "aria-hidden": "true" }, kindOf(name));
    const count = pages === null ? "" : say("database.pages", { count: pages });
    const facts = say("database.facts", { pages: count, size: size(bytes), created: date(created) }).trim();
    const download = make("a", { href, download: name, className: "button", "aria-label": say("database.downloadOf", { name }) }, say("database.download"));
    const remove = make("button", { type: "button", "aria-label": say("database.deleteOf", { name }) }, say("database.delete"));
    remove.addEventListener("click", () => attempt(() => this.#remove(entry)));
    const about = make("div", {}, make("h3", {}, name), make("p", { className: "soft" }, facts), make("p", { className: "buttons" }, download, remove));
    return make("li", {}, picture, about);
  }

  /** @param {Entry} entry */
  async #remove({ id, name }) {
    if (!(await ask(say("database.ask", { name }), say("database.delete")))) return;
    await request(`${this.#base}/${id}`, { method: "DELETE" });
    this.#entries = this.#entries.filter((each) => each.id !== id);
    this.relabel();
    announce(say("database.deleted", { name }));
    byId("refresh").focus();
  }
}

/** What stands where there is no picture: the ending of the name. @param {string} name */
function kindOf(name) {
  return (/\.(\w{1,5})$/.exec(name)?.[1] ?? "?").toUpperCase();
}

/** Asks the database; what is no success is an error with its words. @param {string} url @param {RequestInit} [options] */
async function request(url, options) {
  let answer;
  try {
    answer = await fetch(url, options);
  } catch (cause) {
    throw Object.assign(new Error("no answer", { cause }), { status: 0 });
  }
  if (answer.ok) return answer;
  throw Object.assign(new Error(answer.statusText), { status: answer.status, body: await answer.text() });
}
