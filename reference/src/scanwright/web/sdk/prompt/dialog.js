// The dialog: what is seen, and what its buttons tell.

import { contentFor, filled, LASTING } from "./content.js";
import { button, commandLine, element } from "./elements.js";
import { installPart } from "./install.js";
import { promptStyle } from "./style.js";

/** @typedef {import('../types.js').Problem} Problem */

/**
 * @typedef {object} DialogOptions
 * @property {import('./texts/index.js').Texts} texts
 * @property {import('../types.js').Language} language
 * @property {import('./platform.js').Platform} platform
 * @property {string | import('../types.js').Manifest} installers
 * @property {string | undefined} command
 * @property {Element} container
 * @property {() => void} onreconnect
 * @property {() => void} onclose By the user, in whatever way.
 */

export class Dialog {
  #options;
  #host = document.createElement("scanwright-prompt");
  #ended = new AbortController();
  /** @type {import('../types.js').Reason | null} */
  #reason = null;
  #title = element("h2", { id: "title", tabindex: "-1", autofocus: true });
  #lead = element("p", { id: "lead" });
  #steps = element("ul", {});
  #status = element("p", { class: "soft", role: "status", part: "status" });
  #dialog;
  /** @type {HTMLElement | null} */
  #install = null;

  /** @param {DialogOptions} options */
  constructor(options) {
    this.#options = options;
    const { texts, language, container } = options;
    const close = button("✕", () => this.#dialog.close(), { class: "close", "aria-label": texts.close });
    const reconnect = button(texts.reconnect, () => this.#reconnect(), { class: "main", part: "reconnect" });
    this.#dialog = /** @type {HTMLDialogElement} */ (
      element(
        "dialog",
        { lang: language, "aria-labelledby": "title", "aria-describedby": "lead", part: "dialog" },
        element("div", { class: "head" }, this.#title, close),
        this.#lead,
        this.#steps,
        element("div", { class: "foot" }, this.#status, reconnect),
      )
    );
    this.#dialog.addEventListener("close", () => this.#close());
    const root = this.#host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [promptStyle()];
    root.append(this.#dialog);
    container.append(this.#host);
  }

  /**
   * Shows this; nothing moves when it is what is shown already.
   * @param {Problem} problem
   */
  show(problem) {
    const { texts } = this.#options;
    const isFirst = this.#reason === null;
    if (problem.reason === this.#reason) return;
    this.#reason = problem.reason;
    this.#fill(contentFor(problem, this.#options.platform, texts));
    this.#host.dataset.reason = problem.reason;
    if (isFirst) this.#dialog.showModal();
    const news = isFirst ? [] : [`${this.#title.textContent}.`];
    if (!LASTING.has(problem.reason)) news.push(texts.watching);
    this.say(news.join(" "));
  }

  /** @param {string} text Read out, when it is another one. */
  say(text) {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  /** Takes it away. */
  remove() {
    this.#ended.abort();
    this.#dialog.close();
    this.#host.remove();
  }

  /** @param {import('./content.js').Content} content */
  #fill({ title, lead, steps, installs }) {
    this.#title.textContent = title;
    this.#lead.textContent = lead;
    this.#steps.replaceChildren(...steps.map((step) => this.#step(step)));
    this.#steps.hidden = steps.length === 0;
    // It stays once it was there: a download may be under way in it.
    if (installs && this.#install === null) {
      this.#install = installPart({ ...this.#options, say: (text) => this.say(text), signal: this.#ended.signal });
      this.#steps.after(this.#install);
    }
    if (this.#install) this.#install.hidden = !installs;
  }

  /** @param {import('./content.js').Step} step */
  #step({ text, command, link }) {
    const { texts } = this.#options;
    const item = element("li", {}, text);
    if (command) item.append(commandLine(command, texts, (words) => this.say(words)));
    if (link) {
      const name = filled(texts.newTab, { link });
      item.append(" ", element("a", { href: link, target: "_blank", rel: "noreferrer noopener" }, name));
    }
    return item;
  }

  #reconnect() {
    this.say(this.#options.texts.looking);
    this.#options.onreconnect();
  }

  #close() {
    if (!this.#ended.signal.aborted) this.#options.onclose();
  }
}
