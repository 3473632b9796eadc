// The words of the prompt: which language, and what a page has replaced.

import { DE } from "./de.js";
import { EN } from "./en.js";
import { FR } from "./fr.js";

/** @typedef {import('../../types.js').Language} Language */
/** @typedef {typeof EN} Texts */
/** @typedef {keyof Texts['steps']} StepName */
/**
 * @template T
 * @typedef {{[K in keyof T]?: T[K] extends string ? string : Overrides<T[K]>}} Overrides
 */
/** @typedef {Overrides<Texts>} TextOverrides */

/** @type {Readonly<Record<Language, Texts>>} */
const ALL = Object.freeze({ en: EN, de: DE, fr: FR });

/** Languages that the prompt speaks. */
export const LANGUAGES = Object.freeze(/** @type {Language[]} */ (Object.keys(ALL)));

/**
 * The first language that is preferred and spoken; else English.
 * @param {readonly string[]} preferred As of `navigator.languages`.
 * @returns {Language}
 */
export function chooseLanguage(preferred) {
  const spoken = preferred.map((tag) => tag.toLowerCase().split("-")[0]);
  return LANGUAGES.find((language) => language === spoken.find((each) => each in ALL)) ?? "en";
}

/**
 * The words of a language, with those that a page has replaced.
 * @param {Language} language
 * @param {TextOverrides} [overrides]
 * @returns {Texts}
 */
export function textsIn(language, overrides = {}) {
  return merged(ALL[language], overrides);
}

/**
 * @template {object} T
 * @param {T} texts
 * @param {Overrides<T>} overrides
 * @returns {T}
 */
function merged(texts, overrides) {
  const entries = Object.entries(texts).map(([name, own]) => {
    const other = /** @type {any} */ (overrides)[name];
    if (typeof own !== "object") return [name, typeof other === "string" ? other : own];
    return [name, merged(own, other ?? {})];
  });
  return Object.fromEntries(entries);
}
