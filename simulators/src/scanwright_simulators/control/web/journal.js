// The journal as it is written. What somebody reads stays where it is.

import { $, attribute, h, text } from "./elements.js";

const KEPT = 2000;
const SHOWN = 400;

export class JournalView {
  entries = [];
  waiting = 0;
  isPaused = false;
  isDue = false;
  device = "";

  constructor() {
    for (const id of ["journal-filter", "journal-own", "journal-near"]) $(id).addEventListener("input", () => this.render());
    $("journal-pause").addEventListener("click", () => this.pause());
    $("journal-clear").addEventListener("click", () => {
      this.entries = [];
      this.render();
    });
  }

  select(device) {
    this.device = device;
    this.render();
  }

  add(entry) {
    if (entry.what === "reset") this.entries = this.entries.filter((known) => known.device !== entry.device);
    this.entries.push(entry);
    if (this.entries.length > KEPT) this.entries.splice(0, this.entries.length - KEPT);
    if (this.isPaused) {
      this.waiting += 1;
      this.note();
    } else this.soon();
  }

  // A feeder in a hurry writes hundreds of entries a second: one look a frame will do.
  soon() {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      this.render();
    });
  }

  pause() {
    this.isPaused = !this.isPaused;
    this.waiting = 0;
    attribute($("journal-pause"), "aria-pressed", String(this.isPaused));
    text($("journal-pause"), this.isPaused ? "Go on" : "Pause");
    this.render();
  }

  fits(entry) {
    if ($("journal-own").checked && entry.device && entry.device !== this.device) return false;
    if ($("journal-near").checked && !entry.near.length) return false;
    const word = $("journal-filter").value.trim().toLowerCase();
    return `${entry.device} ${entry.source} ${entry.what} ${entry.text} ${entry.near.join(" ")}`.toLowerCase().includes(word);
  }

  render() {
    const log = $("log");
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    const fitting = this.entries.filter((entry) => this.fits(entry));
    const shown = fitting.slice(-SHOWN);
    const isOfAll = !$("journal-own").checked;
    log.classList.toggle("of-all", isOfAll);
    const present = new Map([...log.children].map((item) => [item.dataset.key, item]));
    log.replaceChildren(...shown.map((entry) => present.get(String(entry.seq)) ?? make(entry)));
    if (isAtEnd && !this.isPaused) log.scrollTop = log.scrollHeight;
    this.hidden = fitting.length - shown.length;
    this.isEmpty = !shown.length;
    this.note();
  }

  note() {
    const parts = [];
    if (this.isPaused) parts.push(`Paused, ${this.waiting} new.`);
    if (this.hidden) parts.push(`${this.hidden} older entries are not shown.`);
    if (this.isEmpty) parts.push("Nothing to show: what hosts ask and what becomes of it appears here.");
    text($("journal-note"), parts.join(" "));
  }
}

function make(entry) {
  const near = entry.near.map((words) => h("span", { class: "near" }, h("b", {}, "near "), words));
  return h(
    "li",
    { "data-key": entry.seq, "data-what": entry.what, "data-source": entry.source },
    h("span", { class: "time" }, entry.t_s.toFixed(3)),
    h("span", { class: "device" }, entry.device || "all"),
    h("span", { class: "source" }, entry.source),
    h("span", { class: "text" }, entry.text, ...near),
  );
}
