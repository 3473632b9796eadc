// Small things of the page: elements, choices, and a question to the user.

import { say } from "./texts.js";

/** Letters of a name that a choice may cut off. */
const LONG_NAME = 20;

/** @template {HTMLElement} [T=HTMLInputElement] @param {string} id @returns {T} */
export function byId(id) {
  return /** @type {any} */ (document.getElementById(id));
}

/**
 * Makes an element; properties that are no properties become attributes.
 * @param {string} name
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string)} content
 */
export function make(name, properties = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) /** @type {any} */ (element)[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...content);
  return element;
}

/**
 * Fills a choice; what was chosen stays chosen where it can.
 * @param {HTMLSelectElement | HTMLDataListElement} place
 * @param {readonly (readonly [string | number, string])[]} choices Value, and words.
 * @param {string | number | null} [wish] Chosen when what was chosen is gone.
 */
export function offer(place, choices, wish = null) {
  const before = place instanceof HTMLSelectElement ? place.value : "";
  place.replaceChildren(...choices.map(([value, words]) => make("option", { value: String(value) }, words)));
  if (!(place instanceof HTMLSelectElement)) return;
  const values = choices.map(([value]) => String(value));
  const kept = [before, String(wish)].find((value) => values.includes(value));
  place.value = kept ?? values[0] ?? "";
  entitle(place);
}

/** A name that is cut off can be read as its title. @param {HTMLSelectElement} place */
export function entitle(place) {
  const name = place.selectedOptions[0]?.text ?? "";
  place.title = name.length > LONG_NAME ? name : "";
}

/**
 * Lets a button be pressed or not. It is never `disabled`: that would take the focus from
 * whoever has just pressed it.
 * @param {string} id @param {boolean} isAllowed
 */
export function allow(id, isAllowed) {
  if (isAllowed) byId(id).removeAttribute("aria-disabled");
  else byId(id).setAttribute("aria-disabled", "true");
}

/** Of a button that may not be pressed nothing is heard; nor of Enter in a field of its form. */
export function silenceDisallowed() {
  const silence = (/** @type {Event} */ event) => {
    if (!(/** @type {Element} */ (event.target).closest('[aria-disabled="true"]'))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("click", silence, { capture: true });
}

/**
 * Gives the focus to the first that can have it, where nobody has it any more.
 * @param {...(Element | null)} places
 */
export function refocus(...places) {
  for (const place of [...places, document.querySelector("main")]) {
    if (document.activeElement !== document.body && document.activeElement !== null) return;
    /** @type {HTMLElement | null} */ (place)?.focus({ preventScroll: true });
  }
}

/** @param {string} id @param {string} event @param {(event: any) => void} listener */
export function on(id, event, listener) {
  byId(id).addEventListener(event, listener);
}

/**
 * Asks the user; Escape is no.
 * @param {string} question
 * @param {string} yes
 * @returns {Promise<boolean>}
 */
export async function ask(question, yes) {
  const dialog = byId(/** @type {any} */ ("ask"));
  const dialogElement = /** @type {HTMLDialogElement} */ (/** @type {unknown} */ (dialog));
  byId("ask-title").textContent = question;
  byId("ask-yes").textContent = yes;
  dialogElement.returnValue = "no";
  dialogElement.showModal();
  await new Promise((resolve) => dialogElement.addEventListener("close", resolve, { once: true }));
  return dialogElement.returnValue === "yes";
}

/** The pages that a button is about: the selected ones, else the current one. @param {any} buffer */
export function meant({ selected, current }) {
  return selected.length > 0 ? [...selected] : current === null ? [] : [current];
}

/**
 * What can be said of an error, in the language of the page.
 * @param {unknown} error
 * @param {string} [context] `fetch`, `clipboard`.
 */
export function words(error, context) {
  const { code, status, message = String(error), body = "" } = /** @type {any} */ (error ?? {});
  if (status === 0) return say("error.network");
  if (status === 413) return say("error.413");
  if (typeof status === "number") return say("error.server", { message: told(body) ?? message });
  if (context && error instanceof (context === "fetch" ? TypeError : DOMException)) return say(`error.${context}`, { message });
  const known = typeof code === "number" ? say(`error.${code}`, { message }) : null;
  return known === null || known === `error.${code}` ? say("error.unknown", { message }) : known;
}

/** What a server says about its refusal. @param {string} body */
function told(body) {
  try {
    return JSON.parse(body).message;
  } catch {
    return undefined;
  }
}
