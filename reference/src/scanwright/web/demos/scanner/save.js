// Saving: files of every type, on this computer or in the database.

import { EXTENSIONS, PAGE_TYPES, bareName, compressionsOf, holdsSeveral, saveOptions } from "./choices.js";
import { announce, attempt, explain, isAbort, work } from "./news.js";
import { say, size } from "./texts.js";
import { byId, offer, on } from "./ui.js";

const SEGMENT_BYTES = 4 * 2 ** 20;
const QUIET_MS = 300;
/** Chromium drops, without a word, what a page downloads beyond ten files a second. */
const BETWEEN_DOWNLOADS_MS = 125;
const TYPE_NAMES = Object.freeze({
  "application/pdf": "PDF",
  "image/tiff": "TIFF",
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/bmp": "BMP",
});
const FIELDS = Object.freeze({
  type: "save-type",
  compression: "compression",
  quality: "quality",
  standard: "standard",
  pageType: "page-type",
  title: "pdf-title",
  author: "pdf-author",
  subject: "pdf-subject",
  keyWords: "pdf-keywords",
  password: "pdf-password",
});

/** @typedef {{signal: AbortSignal, onprogress: (progress: any) => void}} Extras */
/** One file that is to be made, behind the pages of one that is there. @typedef {{images: string[], options: any, name: string, append?: File, file?: any}} Part */

export class SavePanel {
  /** @type {any} */
  #session = null;
  /** What is to be uploaded yet; the first has its file, once that is made. @type {Part[]} */
  #left = [];
  #isSending = false;
  #timer = 0;
  #asked = 0;
  #uploads;
  #onuploaded;

  /** @param {string} uploads Address of the database's uploads. @param {() => void} onuploaded */
  constructor(uploads, onuploaded) {
    this.#uploads = uploads;
    this.#onuploaded = onuploaded;
    on("save", "submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    on("save", "input", () => this.#changed());
    on("save-upload", "click", () => byId(/** @type {any} */ ("save")).reportValidity() && this.#upload());
    on("resume", "click", () => this.#send());
    on("give-up", "click", () => this.#giveUp());
    this.relabel();
  }

  /** @param {any} session */
  attach(session) {
    this.#session = session;
    session.buffer.addEventListener("change", () => this.#changed());
    session.addEventListener("lost", () => this.#giveUp());
    this.#changed();
  }

  /** The language has changed. */
  relabel() {
    offer(byId(/** @type {any} */ ("save-type")), Object.entries(TYPE_NAMES));
    const standards = ["pdf/a-1b", "pdf/a-2b", "pdf/a-3b"].map((name) => [name, name.toUpperCase().replace("B", "b")]);
    offer(byId(/** @type {any} */ ("standard")), [["", say("save.noStandard")], ...standards]);
    offer(byId(/** @type {any} */ ("page-type")), PAGE_TYPES.map(([number, paper, isLying]) => [number, paperName(paper, isLying)]));
    this.#changed();
  }

  /** Shows the options of the type, and how large the file would be. */
  #changed() {
    const type = byId("save-type").value;
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-types]"))) {
      place.hidden = !(place.dataset.types ?? "").split(" ").includes(type);
      for (const field of place.querySelectorAll("input, select")) /** @type {any} */ (field).disabled = place.hidden;
    }
    const compressions = compressionsOf(type, byId("standard").value);
    offer(byId(/** @type {any} */ ("compression")), compressions.map(([number, name]) => [number, word(name)]), 0);
    const isArchive = type === "application/pdf" && byId("standard").value !== "";
    byId("pdf-password").disabled ||= isArchive;
    byId("password-note").hidden = !isArchive;
    this.#offerPages();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#estimate(), QUIET_MS);
  }

  #offerPages() {
    const { images = [], selected = [], current = null } = this.#session?.buffer ?? {};
    const choices = [["all", say("which.all", { count: images.length })]];
    if (selected.length > 0) choices.push(["selected", say("which.selected", { count: selected.length })]);
    if (current !== null) choices.push(["current", say("which.current")]);
    offer(byId(/** @type {any} */ ("save-pages")), /** @type {any} */ (choices), "all");
  }

  get #pages() {
    const { images, selected, current } = this.#session.buffer;
    const which = byId("save-pages").value;
    if (which === "selected") return images.map((/** @type {any} */ image) => image.id).filter((/** @type {string} */ id) => selected.includes(id));
    return which === "current" ? [current] : images.map((/** @type {any} */ image) => image.id);
  }

  /** The TIFF that pages go behind. @returns {File | undefined} */
  get #begun() {
    return byId("save-type").value === "image/tiff" ? byId("append").files?.[0] : undefined;
  }

  get #options() {
    return saveOptions(Object.fromEntries(Object.entries(FIELDS).map(([name, id]) => [name, byId(id).value])));
  }

  async #estimate() {
    const asked = ++this.#asked;
    const isReady = this.#session && this.#pages.length > 0 && byId(/** @type {any} */ ("save")).checkValidity();
    if (!isReady) return void (byId("estimate").value = "–");
    try {
      const found = await this.#session.buffer.estimate(this.#pages, this.#options);
      const bytes = typeof found === "number" ? found : found.bytes;
      if (asked === this.#asked) byId("estimate").value = size(bytes + (this.#begun?.size ?? 0));
    } catch {
      // Saving says what is wrong; a guess that fails is none.
      if (asked === this.#asked) byId("estimate").value = "–";
    }
  }

  /** What the form asks for: one file, or one of each page where the type holds one page. @returns {Part[]} */
  get #parts() {
    const [pages, options, append] = [this.#pages, this.#options, this.#begun];
    const name = bareName(byId("save-name").value, options.type);
    const parts = holdsSeveral(options.type) ? [pages] : pages.map((id) => [id]);
    const extension = EXTENSIONS[/** @type {keyof typeof EXTENSIONS} */ (options.type)];
    return parts.map((images, index) => {
      const number = parts.length > 1 ? `-${String(index + 1).padStart(String(parts.length).length, "0")}` : "";
      return { images, options, append, name: `${name}${number}.${extension}` };
    });
  }

  /** @param {Part} part @param {object} extras */
  #make({ images, options, append, name }, extras) {
    return this.#session.files.save(images, options, { name, append, ...extras });
  }

  /** One file after the other: the service keeps a few only, so each is released before the next one is made. */
  async #save() {
    const parts = this.#parts;
    const saveAll = async (/** @type {Extras} */ { signal, onprogress }) => {
      for (const [done, part] of parts.entries()) {
        if (done > 0) await new Promise((resolve) => setTimeout(resolve, BETWEEN_DOWNLOADS_MS));
        const tell = parts.length > 1 ? () => onprogress({ done, total: parts.length }) : onprogress;
        const file = await this.#make(part, { signal, onprogress: tell });
        try {
          await file.download({ signal });
        } finally {
          await forget(file);
        }
        announce(say("save.saved", { name: file.name }));
      }
    };
    await attempt(() => work(say("save.doing"), saveAll));
  }

  async #upload() {
    this.#left.push(...this.#parts);
    if (!this.#isSending) await this.#send();
  }

  /** Makes and sends what is left; what has arrived of a file is not sent again. */
  async #send() {
    this.#interrupted(false);
    this.#isSending = true;
    try {
      while (this.#left.length > 0) await this.#sendOne(this.#left[0]);
    } catch (error) {
      explain(error);
      const isMade = this.#left[0]?.file !== undefined;
      // A file that could not be made would stand in the way of the next upload.
      if (!isMade) return this.#giveUp();
      this.#interrupted(true);
      if (!isAbort(error)) byId("resume").focus();
    } finally {
      this.#isSending = false;
    }
    return undefined;
  }

  /** @param {Part} part */
  async #sendOne(part) {
    const file = (part.file ??= await work(say("save.doing"), (extras) => this.#make(part, extras)));
    await work(say("save.uploading", { name: file.name }), (extras) => this.#session.upload(file, this.#how(file, extras)));
    this.#left = this.#left.filter((each) => each !== part);
    await forget(file);
    announce(say("save.uploaded", { name: file.name }));
    this.#onuploaded();
  }

  /** @param {any} file @param {object} extras */
  #how(file, extras) {
    return { url: this.#uploads, segmentBytes: SEGMENT_BYTES, resume: true, name: file.name, ...extras };
  }

  #giveUp() {
    for (const { file } of this.#left.splice(0)) if (file) forget(file);
    this.#interrupted(false);
  }

  /** @param {boolean} isInterrupted */
  #interrupted(isInterrupted) {
    byId("interrupted").hidden = !isInterrupted;
  }
}

/** Has the service forget a file; one that is gone already is forgotten. @param {any} file */
function forget(file) {
  return file.release().catch(() => {});
}

/** @param {any} name */
function word(name) {
  return name.startsWith("save.") ? say(name) : name;
}

/** @param {any} paper @param {any} isLying */
function paperName(paper, isLying) {
  if (paper === null) return say("save.ownSize");
  return isLying ? say("save.reverse", { paper }) : paper;
}
