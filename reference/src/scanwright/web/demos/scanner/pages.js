// The pages: documents, tags, what is shown of them, and undo.

import { announce, attempt } from "./news.js";
import { say } from "./texts.js";
import { allow, ask, byId, entitle, meant, offer, on } from "./ui.js";

export class PagesPanel {
  /** @type {any} */
  #session = null;

  constructor() {
    const acts = {
      undo: () => this.#undo("undo", "pages.undone"),
      redo: () => this.#undo("redo", "pages.redone"),
      "select-all": () => this.#buffer.select(this.#shown),
      duplicate: () => this.#buffer.duplicate(meant(this.#buffer)),
      remove: () => this.#each("pages.removed", (ids) => this.#buffer.remove(ids)),
      "document-rename": () => this.#named((name) => this.#session.documents.rename(this.#buffer.document, name)),
      "document-remove": () => this.#removeDocument(),
      "move-to": () => this.#each("pages.moved", (ids) => this.#session.documents.move(byId("target").value, { images: ids })),
      "copy-to": () => this.#each("pages.copied", (ids) => this.#session.documents.copy(byId("target").value, { images: ids })),
      "tag-remove": () => this.#tag("pages.untagged", (ids, tag) => this.#session.tags.remove(tag, ids)),
    };
    for (const [id, act] of Object.entries(acts)) on(id, "click", () => attempt(act));
    on("document", "change", () => attempt(() => this.#openDocument(byId("document").value)));
    on("filter", "change", () => attempt(() => this.#session.tags.filter(byId("filter").value || null)));
    on("tag-form", "submit", (event) => {
      event.preventDefault();
      attempt(() => this.#tag("pages.tagged", (ids, tag) => this.#session.tags.add(ids, tag)));
    });
    on("document-form", "submit", (event) => {
      event.preventDefault();
      attempt(() => this.#named(async (name) => this.#openDocument(await this.#session.documents.create(name))));
    });
  }

  /** @param {any} session */
  attach(session) {
    this.#session = session;
    session.buffer.addEventListener("change", () => this.relabel());
    session.addEventListener("reconnected", () => this.relabel());
    this.relabel();
  }

  /** Shows what the buffer is now. */
  relabel() {
    if (!this.#session) return;
    const { documents, document: open, images, canUndo, canRedo, filter } = this.#buffer;
    const named = documents.map(({ id, name, count }) => [id, `${name} (${count})`]);
    choose("document", named, open);
    offer(byId(/** @type {any} */ ("target")), named.filter(([id]) => id !== open));
    const tags = [...new Set(images.flatMap(({ tags: own }) => own))].sort();
    if (filter && !tags.includes(filter)) tags.push(filter);
    offer(byId(/** @type {any} */ ("tags")), tags.map((tag) => [tag, tag]));
    choose("filter", [["", say("pages.everything")], ...tags.map((tag) => [tag, tag])], filter ?? "");
    this.#allow({ canUndo, canRedo, isEmpty: images.length === 0, isOnly: documents.length < 2 });
  }

  /** @param {{canUndo: boolean, canRedo: boolean, isEmpty: boolean, isOnly: boolean}} can */
  #allow({ canUndo, canRedo, isEmpty, isOnly }) {
    const off = {
      undo: !canUndo,
      redo: !canRedo,
      "select-all": isEmpty,
      duplicate: isEmpty,
      remove: isEmpty,
      "tag-add": isEmpty,
      "tag-remove": isEmpty,
      "document-remove": isOnly,

      "move-to": isOnly || isEmpty,
      "copy-to": isOnly || isEmpty,
    };
    for (const [id, isOff] of Object.entries(off)) allow(id, !isOff);
    byId("target").disabled = isOnly;
  }

  get #buffer() {
    return this.#session.buffer;
  }

  get #shown() {
    return this.#buffer.visible ?? this.#buffer.images.map(({ id }) => id);
  }

  /** @param {'undo' | 'redo'} kind @param {string} key */
  async #undo(kind, key) {
    await this.#buffer[kind]();
    announce(say(key));
  }

  /** @param {string} key @param {(ids: string[]) => Promise<any>} act */
  async #each(key, act) {
    const ids = meant(this.#buffer);
    if (ids.length === 0) return;
    await act(ids);
    announce(say(key, { count: ids.length }));
  }

  /** @param {string} key @param {(ids: string[], tag: string) => Promise<any>} act */
  async #tag(key, act) {
    const tag = byId("tag").value.trim();
    if (!tag) return void byId("tag").reportValidity();
    await this.#each(key, (ids) => act(ids, tag));
  }

  /** @param {(name: string) => Promise<any>} act */
  async #named(act) {
    const name = byId("document-name").value.trim();
    if (!name) return void byId("document-name").reportValidity();
    await act(name);
    byId("document-name").value = "";
  }

  /** @param {string} id */
  async #openDocument(id) {
    await this.#session.documents.open(id);
    const { name } = this.#buffer.documents.find((each) => each.id === id) ?? { name: "" };
    announce(say("pages.opened", { name }));
  }

  async #removeDocument() {
    const { documents, document: open } = this.#buffer;
    const { name, count } = documents.find(({ id }) => id === open);
    const question = say("pages.askRemove", { name, count });
    if (count > 0 && !(await ask(question, say("pages.removeDocument")))) return;
    await this.#session.documents.remove(open);
  }
}

/** Offers choices of which the service has chosen one. @param {string} id @param {any[]} choices @param {string} value */
function choose(id, choices, value) {
  offer(byId(/** @type {any} */ (id)), choices);
  byId(id).value = value;
  entitle(/** @type {any} */ (byId(id)));
}
