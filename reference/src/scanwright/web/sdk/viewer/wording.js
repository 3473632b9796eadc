// Which language to speak, and how a text with numbers in it is filled in.

import { TEXTS } from './texts.js';

/** @typedef {{one: string, other: string}} Plural */
/** @typedef {string | Plural} Text */
/** @typedef {keyof typeof TEXTS.en} Key */
/** @typedef {Partial<Record<Key, Text>>} OwnTexts */
/** @typedef {Record<string, string | number>} Values */
/** @typedef {(key: Key, values?: Values) => string} Say */

/**
 * The first of the wished languages that there are texts in; else English.
 *
 * @param {readonly string[]} wished such as `navigator.languages`
 * @returns {keyof typeof TEXTS}
 */
export function languageOf(wished) {
  for (const tag of wished) {
    const language = tag.toLowerCase().split('-')[0] ?? '';
    if (Object.hasOwn(TEXTS, language)) return /** @type {'en'} */ (language);
  }
  return 'en';
}

/**
 * A function that gives texts in a language; `own` replaces some of them.
 *
 * @param {keyof typeof TEXTS} language
 * @param {OwnTexts} [own]
 * @returns {Say}
 */
export function speaker(language, own = {}) {
  const plural = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const text = /** @type {Text} */ (own[key] ?? TEXTS[language][key]);
    if (typeof text === 'string') return filled(text, values);
    const isOne = plural.select(Number(values['count'])) === 'one';
    return filled(isOne ? text.one : text.other, values);
  };
}

/**
 * @param {string} text with `{name}` where a value belongs
 * @param {Values} values
 */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
