// The web scanner: connects to the service on this computer, and puts the parts together.

import { InstallPrompt, connect, diagnose } from "../../sdk/index.js";
import "../../sdk/viewer/index.js";
import { ImportPanel } from "./bring.js";
import { DatabasePanel } from "./database.js";
import { forgotten, remember } from "./memory.js";
import { announce, holdStill, isAbort, trouble } from "./news.js";
import { PagesPanel } from "./pages.js";
import { SavePanel } from "./save.js";
import { ScanPanel } from "./scan.js";
import { LANGUAGES, label, say, size, speak, spoken } from "./texts.js";
import { byId, entitle, offer, on, refocus, silenceDisallowed, words } from "./ui.js";

const ROOT = new URL("../../", location.href).href;
const INSTALLERS = `${ROOT}installers/`;
/** A service that is started anew is back before. */
const PATIENCE_MS = 10_000;

const database = new DatabasePanel(`${ROOT}documents`);
const panels = [
  new ScanPanel(),
  new ImportPanel(),
  new PagesPanel(),
  new SavePanel(`${ROOT}uploads`, () => database.refresh()),
];

/** @type {any} */
let session = null;
/** @type {'closed' | 'connecting' | 'connected' | 'reconnecting'} */
let state = "closed";
let timer = 0;
/** Says why the service does not come back. @type {InstallPrompt | null} */
let help = null;

/** Connects; where the service is missing, the SDK tells the user what to do. */
async function begin() {
  become("connecting");
  try {
    session = await connect({ ...ports(), prompt: promptOptions() });
  } catch (error) {
    become("closed");
    if (!isAbort(error)) trouble(words(error));
    refocus(byId("connect"));
    return;
  }
  tellLoss();
  listen();
  byId(/** @type {any} */ ("viewer")).session = session;
  for (const panel of panels) panel.attach(session);
  become("connected");
}

function promptOptions() {
  return { installers: INSTALLERS, language: /** @type {any} */ (spoken()) };
}

/** Says what to do when the service stays away; it is looked for all the while. */
function awaitReturn() {
  clearTimeout(timer);
  help?.close();
  help = null;
  if (state === "reconnecting") timer = setTimeout(explainAbsence, PATIENCE_MS);
}

async function explainAbsence() {
  const problem = await diagnose(ports());
  if (state !== "reconnecting") return;
  // Nothing is in the way: it is about to come back, or slow.
  if (problem.reason === null) return awaitReturn();
  help = new InstallPrompt(promptOptions());
  await help.show(/** @type {any} */ (problem));
}

/** Says which pages a reload did not bring back. */
function tellLoss() {
  const count = forgotten(session.outcome);
  if (count > 0) trouble(say(`lost.${session.outcome}`, { count }));
  remember(session.buffer);
}

/** Hears what the session tells. */
function listen() {
  session.buffer.addEventListener("change", () => {
    remember(session.buffer);
    show();
  });
  session.addEventListener("disconnected", () => {
    become(session.state === "closed" ? "closed" : "reconnecting");
    announce(say("disconnected"));
  });
  session.addEventListener("reconnected", () => {
    become("connected");
    announce(say("reconnected"));
  });
  session.addEventListener("lost", (/** @type {CustomEvent} */ { detail }) => trouble(say(`lost.${detail.reason}`)));
  session.addEventListener("stopping", () => trouble(say("stopping")));
  session.addEventListener("disklow", (/** @type {CustomEvent} */ { detail }) => {
    trouble(say("disklow", { free: size(detail.freeBytes), needed: size(detail.neededBytes) }));
  });
}

/** @param {typeof state} next */
function become(next) {
  state = next;
  show();
  awaitReturn();
}

/** Shows what is possible now. */
function show() {
  const chip = byId("state");
  chip.dataset.state = state;
  chip.textContent = say(`state.${state}`);
  byId("connect").hidden = state !== "closed";
  const hasPages = (session?.buffer.images.length ?? 0) > 0;
  const is = { service: state === "connected", pages: state === "connected" && hasPages };
  for (const place of /** @type {NodeListOf<HTMLFieldSetElement>} */ (document.querySelectorAll("[data-needs]"))) {
    place.disabled = !is[/** @type {keyof typeof is} */ (place.dataset.needs)];
  }
}

/** @param {string} language */
function talk(language) {
  speak(language);
  label();
  byId(/** @type {any} */ ("viewer")).lang = spoken();
  for (const panel of panels) if ("relabel" in panel) panel.relabel();
  database.relabel();
  show();
}

/** A service on other ports is named by `?port=`, its first one. */
function ports() {
  const port = Number(new URLSearchParams(location.search).get("port"));
  return port > 0 && port < 65_535 ? { httpPort: port, httpsPort: port + 1 } : {};
}

offer(byId(/** @type {any} */ ("language")), /** @type {any} */ (LANGUAGES), spoken());
byId("language").value = spoken();
on("language", "change", () => talk(byId("language").value));
on("connect", "click", async () => {
  await begin();
  refocus();
});
document.addEventListener("change", ({ target }) => target instanceof HTMLSelectElement && entitle(target));
silenceDisallowed();
talk(spoken());
holdStill();
database.refresh();
begin();
