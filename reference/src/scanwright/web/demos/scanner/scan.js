// Scanning: which scanner, with which of its options, and then the scan itself.

import { keptInside, nearestResolution, papersFor, regionOf, resolutionsOf } from "./choices.js";
import { rememberScanner, rememberedScanner } from "./memory.js";
import { announce, explain, isAbort, trouble, work } from "./news.js";
import { say } from "./texts.js";
import { allow, byId, offer, on } from "./ui.js";

const REGION = ["left", "top", "width", "height"];

export class ScanPanel {
  /** @type {any} */
  #session = null;
  /** @type {any} What the chosen scanner has said of itself. */
  #open = null;
  /** What each one has said last: while another tab uses it, it says nothing. @type {Map<string, any>} */
  #known = new Map();
  #isScanning = false;
  /** The last question; only its answer is taken. @type {AbortController | null} */
  #question = null;
  /** Ends when no question is on its way to the scanner any more. */
  #asked = Promise.resolve();

  constructor() {
    on("look-again", "click", () => this.#look());
    on("scanner-cancel", "click", () => this.#question?.abort());
    on("scanner", "change", () => {
      rememberScanner(byId("scanner").value);
      this.#choose();
    });
    on("source", "change", () => this.#offerInput());
    on("paper", "change", () => this.#offerRegion());
    on("scan", "submit", (event) => {
      event.preventDefault();
      this.#scan();
    });
    this.#show();
  }

  /** @param {any} session */
  attach(session) {
    this.#session = session;
    this.#known.clear();
    session.addEventListener("reconnected", (/** @type {CustomEvent} */ { detail }) => {
      // A service that was started anew knows no scanners yet.
      if (detail.outcome !== "resumed") this.#look();
    });
    this.#look();
  }

  /** The language has changed. */
  relabel() {
    if (this.#open) this.#offerAll();
  }

  async #look() {
    const scanners = await this.#ask("scan.looking", (extras) => this.#session.scanners.list(extras));
    if (scanners === undefined) return;
    const choices = scanners.map((/** @type {any} */ each) => [each.device, each.name]);
    offer(byId(/** @type {any} */ ("scanner")), choices, rememberedScanner());
    await this.#choose();
    if (scanners.length === 0) this.#note("scan.none");
  }

  /** Asks the scanner what it can do, and lets go of it again. */
  async #choose() {
    const device = byId("scanner").value;
    const known = this.#known.get(device) ?? null;
    this.#take(known);
    if (!device) return;
    const open = await this.#ask("scan.opening", async (extras) => {
      try {
        return await this.#session.scanners.open(device, extras);
      } finally {
        // Also after a cancel: it may just have been opened.
        await this.#session.scanners.close().catch(() => {});
      }
    });
    if (open === undefined) return;
    this.#known.set(device, open);
    // The user may have begun to fill in what is known already.
    if (!isAlike(open, known)) this.#take(open);
  }

  /** @param {any} open */
  #take(open) {
    this.#open = open;
    this.#show();
    if (open) this.#offerAll();
  }

  /**
   * Asks the service something that the user can cancel. Undefined when that happens, when
   * it fails, and when something else was asked meanwhile.
   * @param {string} doing Key of what is said while it lasts.
   * @param {(extras: {signal: AbortSignal}) => Promise<any>} ask
   */
  async #ask(doing, ask) {
    const question = new AbortController();
    const last = this.#question;
    this.#question = question;
    last?.abort();
    this.#note(doing);
    this.#offerCancel(say(doing));
    const before = this.#asked;
    const asking = ask({ signal: question.signal });
    this.#asked = asking.then(() => before, () => before);
    try {
      const answer = await asking;
      return question === this.#question ? answer : undefined;
    } catch (error) {
      if (question === this.#question) explain(error);
      return undefined;
    } finally {
      if (question === this.#question) this.#settle();
    }
  }

  /** Drops the question that is not answered yet; it may hold the scanner for a moment. */
  async #askNoMore() {
    const last = this.#question;
    if (last) this.#settle();
    last?.abort();
    await this.#asked;
  }

  #settle() {
    this.#question = null;
    this.#note(null);
    this.#offerCancel(null);
  }

  /** Cancel stands where the search is begun, and has the focus that this had. @param {string | null} doing */
  #offerCancel(doing) {
    const [again, cancel] = [byId("look-again"), byId("scanner-cancel")];
    const hadFocus = [again, cancel].includes(/** @type {any} */ (document.activeElement));
    again.hidden = doing !== null;
    cancel.hidden = doing === null;
    cancel.setAttribute("aria-label", `${say("cancel")}: ${doing}`);
    if (hadFocus) (doing === null ? again : cancel).focus();
  }

  #show() {
    byId("scanner-options").hidden = this.#open === null;
    allow("scan-start", this.#open !== null && !this.#isScanning);
  }

  #offerAll() {
    const { description, settings } = this.#open;
    const sources = description.inputs.map((/** @type {any} */ input) => [input.source, say(`source.${input.source}`)]);
    offer(byId(/** @type {any} */ ("source")), sources, settings.source);
    offerRange("brightness", description.brightness, settings.brightness);
    offerRange("contrast", description.contrast, settings.contrast);
    this.#offerInput();
  }

  get #input() {
    const { inputs } = this.#open.description;
    return inputs.find((/** @type {any} */ input) => input.source === byId("source").value) ?? inputs[0];
  }

  /** Offers what the chosen source can do. */
  #offerInput() {
    const input = this.#input;
    const { settings } = this.#open;
    const depths = input.depths.map(({ pixelType, bits }) => [`${pixelType} ${bits}`, depthName(pixelType, bits)]);
    offer(byId(/** @type {any} */ ("pixel-type")), depths, `${settings.pixelType} ${settings.bits}`);
    const { minimum, maximum, offered } = resolutionsOf(input.resolutionsDpi);
    const field = byId("resolution");
    field.min = String(minimum);
    field.max = String(maximum);
    field.step = "any";
    field.value = String(nearestResolution(input.resolutionsDpi, Number(field.value) || settings.resolutionDpi));
    offer(byId(/** @type {any} */ ("resolutions")), offered.map((dpi) => [dpi, String(dpi)]));
    const papers = papersFor(input).map((name) => [name, name]);
    offer(byId(/** @type {any} */ ("paper")), [["whole", say("paper.whole")], ...papers, ["custom", say("paper.custom")]]);
    byId("page-limit").disabled = input.source === "flatbed";
    this.#offerRegion();
  }

  #offerRegion() {
    const { widthMm, heightMm } = this.#input;
    // Disabled, too: what is hidden must not keep the form from being sent.
    byId("region").disabled = byId("region").hidden = byId("paper").value !== "custom";
    for (const [name, most] of [["width", widthMm], ["height", heightMm]]) {
      const field = byId(`region-${name}`);
      field.max = String(most);
      field.value ||= String(most);
    }
  }

  async #scan() {
    const wanted = this.#wanted();
    let come = 0;
    this.#isScanning = true;
    this.#show();
    await this.#askNoMore();
    try {
      const { images, discarded } = await work(
        say("scan.doing", { done: 0 }),
        (extras) => this.#session.scanners.scan(wanted, extras),
        ({ done }) => say("scan.doing", { done: (come = done) }),
      );
      const blank = discarded ? ` ${say("scan.discarded", { count: discarded })}` : "";
      announce(say("scan.done", { count: images.length }) + blank);
    } catch (error) {
      explain(error);
      const kept = /** @type {any} */ (error)?.data?.images?.length ?? 0;
      if (kept) announce(say("scan.partly", { count: kept }));
      if (isAbort(error) && come) announce(say("cancelled.kept", { count: come }));
    } finally {
      this.#isScanning = false;
      this.#show();
    }
  }

  /** The parameters of the scan. */
  #wanted() {
    const [pixelType, bits] = byId("pixel-type").value.split(" ");
    const { resolutionsDpi, source } = this.#input;
    const field = byId("resolution");
    field.value = String(nearestResolution(resolutionsDpi, Number(field.value)));
    const settings = { source, pixelType, bits: Number(bits), resolutionDpi: Math.round(Number(field.value)), ...this.#region() };
    for (const name of ["brightness", "contrast"]) {
      if (this.#open.description[name] && byId(name).value) Object.assign(settings, { [name]: Math.round(Number(byId(name).value)) });
    }
    if (byId("page-limit").value && source !== "flatbed") Object.assign(settings, { pageLimit: Number(byId("page-limit").value) });
    const tag = byId("scan-tag").value.trim();
    return {
      device: byId("scanner").value,
      settings,
      ...(tag && { tag }),
      discardBlank: byId("discard-blank").checked,
      deskew: byId("deskew").checked,
      autoBorder: byId("auto-border").checked,
    };
  }

  #region() {
    const paper = byId("paper").value;
    if (paper === "whole") return {};
    if (paper !== "custom") return { region: regionOf(paper, this.#input) };
    const values = Object.fromEntries(REGION.map((name) => [name, Number(byId(`region-${name}`).value)]));
    const region = keptInside(/** @type {any} */ (values), this.#input);
    for (const name of REGION) byId(`region-${name}`).value = String(/** @type {any} */ (region)[name]);
    return { region };
  }

  /** @param {string | null} key */
  #note(key) {
    const text = key ? say(key) : "";
    byId("scanner-note").textContent = text;
    if (key === "scan.none") trouble(text);
  }
}

/** Whether a scanner says the same as before. @param {any} open @param {any} known */
function isAlike(open, known) {
  return JSON.stringify(open) === JSON.stringify(known);
}

/** @param {string} id @param {{minimum: number, maximum: number, step: number} | null} range @param {number} value */
function offerRange(id, range, value) {
  const field = byId(id);
  /** @type {HTMLElement} */ (field.closest(".field")).hidden = range === null;
  if (range === null) return;
  field.min = String(range.minimum);
  field.max = String(range.maximum);
  field.value ||= String(value);
}

/** @param {string} pixelType @param {number} bits */
function depthName(pixelType, bits) {
  const name = say(`pixelType.${pixelType}`);
  return bits === 16 ? `${name}, ${say("scan.bits", { bits })}` : name;
}
