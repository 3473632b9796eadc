// The part of the prompt that brings the service: the right package and its command.

import { saveAs } from "../files.js";
import { filled } from "./content.js";
import { fetchPackage, WrongFile } from "./download.js";
import { button, commandLine, element } from "./elements.js";
import { loadManifest, offersFor } from "./manifest.js";

/** @typedef {import('./manifest.js').Offer} Offer */

const SERVE = "scanwright serve";

/**
 * @typedef {object} InstallContext
 * @property {import('./texts/index.js').Texts} texts
 * @property {import('./platform.js').Platform} platform
 * @property {string} language
 * @property {string | import('../types.js').Manifest} installers
 * @property {string | undefined} command Installs the service where there is no package.
 * @property {(text: string) => void} say
 * @property {AbortSignal} signal
 */

/**
 * Makes the part; it fills when the manifest is there.
 * @param {InstallContext} context
 */
export function installPart(context) {
  const { texts } = context;
  const place = element("div", {});
  const part = element("section", { "aria-label": texts.install.heading });
  part.append(element("h3", {}, texts.install.heading), place);
  void fill(place, context);
  return part;
}

/** @param {HTMLElement} place @param {InstallContext} context */
async function fill(place, context) {
  const offers = await offersOf(context);
  place.replaceChildren(...(offers.length ? packages(offers, context) : withoutPackage(context)));
}

/** @param {InstallContext} context @returns {Promise<readonly Offer[]>} */
async function offersOf({ platform, installers, signal }) {
  if (platform.system !== "linux") return [];
  try {
    return offersFor(await loadManifest(installers, document.baseURI, signal), platform);
  } catch {
    return []; // a website without packages, or a manifest that says nothing of use
  }
}

/** @param {InstallContext} context */
function withoutPackage({ texts, platform: { system }, command, say }) {
  const { install } = texts;
  const why = element("p", {}, system === "linux" ? install.none : install[system]);
  if (system === "other") return [why];
  // Which command fits is for the website to say: it is to be run by people who trust it.
  if (!command) return [why, element("p", {}, install.ask)];
  return [
    why,
    element("p", {}, install.type),
    commandLine(command, texts, say),
    element("p", {}, install.start),
    commandLine(SERVE, texts, say),
  ];
}

/** @param {readonly Offer[]} offers @param {InstallContext} context */
function packages(offers, context) {
  const chosen = element("div", {});
  const show = (/** @type {Offer} */ offer) => chosen.replaceChildren(...onePackage(offer, context));
  show(offers[0]);
  return offers.length > 1 ? [choice(offers, show, context), chosen] : [chosen];
}

/**
 * @param {readonly Offer[]} offers
 * @param {(offer: Offer) => void} show
 * @param {InstallContext} context
 */
function choice(offers, show, { texts: { install } }) {
  const labels = offers.map((offer, place) => {
    const input = element("input", { type: "radio", name: "package", checked: place === 0 });
    input.addEventListener("change", () => show(offer));
    return element("label", {}, input, offer.format === "deb" ? install.deb : install.rpm);
  });
  return element("fieldset", {}, element("legend", {}, install.package), ...labels);
}

/** @param {Offer} offer @param {InstallContext} context */
function onePackage(offer, context) {
  const { texts } = context;
  const size = sizeOf(offer.bytes, context.language);
  const bar = /** @type {HTMLProgressElement} */ (
    element("progress", { max: String(offer.bytes), value: "0", "aria-label": texts.install.progress, hidden: true })
  );
  const outcome = element("p", { hidden: true });
  const start = button(
    filled(texts.install.download, { name: offer.name, size }),
    () => void download(offer, { bar, outcome, start, size }, context),
    { class: "main" },
  );
  const run = element("p", {}, texts.install.run);
  return [element("p", {}, start), bar, outcome, run, ...commandLines(offer, context)];
}

/** One command, or several with the distributions that they are for. @param {Offer} offer @param {InstallContext} context */
function commandLines({ commands }, { texts, say }) {
  const lines = commands.map(({ line }) => commandLine(line, texts, say));
  if (lines.length === 1) return lines;
  return lines.flatMap((line, place) => [element("p", {}, texts.install.by[commands[place].installer]), line]);
}

/**
 * @param {Offer} offer
 * @param {{bar: HTMLProgressElement, outcome: HTMLElement, start: HTMLButtonElement, size: string}} parts
 * @param {InstallContext} context
 */
async function download(offer, { bar, outcome, start, size }, { texts: { install }, say, signal }) {
  const tell = (/** @type {string} */ text, /** @type {string} */ kind) => {
    outcome.textContent = text;
    outcome.className = kind;
    outcome.hidden = false;
    say(text);
  };
  // Disabling would drop the focus of whoever has just pressed it.
  if (start.ariaDisabled === "true") return;
  start.ariaDisabled = "true";
  bar.hidden = false;
  let told = -1;
  const onprogress = (/** @type {number} */ done) => {
    bar.value = done;
    const quarter = Math.floor((4 * done) / offer.bytes);
    if (quarter > told) say(filled(install.downloading, { percent: 25 * quarter, size }));
    told = Math.max(told, quarter);
  };
  try {
    const { blob, isChecked } = await fetchPackage(offer, { signal, onprogress });
    saveAs(blob, offer.name);
    tell(filled(isChecked ? install.downloaded : install.unchecked, { ...offer }), "");
  } catch (error) {
    if (!signal.aborted) tell(error instanceof WrongFile ? install.wrongFile : install.failed, "bad");
  }
  bar.hidden = true;
  start.ariaDisabled = null;
}

/** @param {number} bytes @param {string} language */
export function sizeOf(bytes, language) {
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const amount = bytes / (bytes < 1e6 ? 1e3 : 1e6);
  const form = { style: /** @type {const} */ ("unit"), unit, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, form).format(amount);
}
