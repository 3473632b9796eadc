// The words of the page, in each language; a key that one lacks is taken from English.

import { DE } from "./texts/de.js";
import { EN } from "./texts/en.js";
import { FR } from "./texts/fr.js";

/** @typedef {Record<string, string>} Words */

/** @type {Readonly<Record<string, {name: string, words: Words}>>} */
const ALL = Object.freeze({
  en: { name: "English", words: EN },
  de: { name: "Deutsch", words: DE },
  fr: { name: "Français", words: FR },
});

const MARK = "scanwright.demo.language";

/** The languages, as [tag, name]. */
export const LANGUAGES = Object.entries(ALL).map(([tag, { name }]) => [tag, name]);

let language = chosen();

/** All keys that a language has words of its own for. @param {string} tag */
export function keysOf(tag) {
  return Object.keys(ALL[tag].words);
}

/** Which language is spoken now. */
export function spoken() {
  return language;
}

/** @param {string} tag */
export function speak(tag) {
  language = tag in ALL ? tag : "en";
  remembered(() => localStorage.setItem(MARK, language));
}

/**
 * The words of a key; `{name}` is replaced by a value.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  const words = ALL[language].words[key] ?? EN[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all));
}

/** Puts the words into the page, wherever `data-text` names them. */
export function label() {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const place of document.querySelectorAll("[data-text]")) {
    place.textContent = say(/** @type {HTMLElement} */ (place).dataset.text ?? "");
  }
}

/** @param {number} bytes */
export function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const style = { style: "unit", unit: units[power], unitDisplay: "short", maximumSignificantDigits: 3 };
  return new Intl.NumberFormat(language, /** @type {any} */ (style)).format(bytes / 1000 ** power);
}

/** @param {string} time */
export function date(time) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}

function chosen() {
  const wanted = [remembered(() => localStorage.getItem(MARK)), ...(globalThis.navigator?.languages ?? [])];
  const tags = wanted.filter(Boolean).map((tag) => String(tag).toLowerCase().split("-")[0]);
  return tags.find((tag) => tag in ALL) ?? "en";
}

/** @template T @param {() => T} access Throws where a browser has no storage. */
function remembered(access) {
  try {
    return access();
  } catch {
    return null;
  }
}
