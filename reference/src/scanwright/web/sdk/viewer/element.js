// What all elements of the viewer have: a session, a language, a voice, one style sheet.
//
// An element is built when it is put into a page and the style sheet is there, built
// anew when its language changes, and told whenever the session's buffer changes.

import { checkNames } from '../options.js';
import { make } from './dom.js';
import { TEXTS } from './texts.js';
import { languageOf, speaker } from './wording.js';

/** @typedef {import('./types.js').ViewerSession} ViewerSession */
/** @typedef {import('./wording.js').OwnTexts} OwnTexts */
/** @typedef {import('./wording.js').Say} Say */

const STYLE = new URL('viewer.css', import.meta.url).href;

export class ViewerElement extends HTMLElement {
  static observedAttributes = ['lang', 'readonly'];

  /** @type {ViewerSession | null} */
  #session = null;
  /** @type {OwnTexts} */
  #texts = {};
  /** @type {AbortController | null} */
  #attached = null;
  #isStyled = false;
  #isBuilt = false;
  #voice = make('p', { class: 'unseen', role: 'status' });
  #trouble = make('p', { class: 'trouble', role: 'alert', hidden: true });

  /** @type {Say} */
  text = speaker('en');
  /** Where the element's own content lies. */
  root = this.attachShadow({ mode: 'open' });

  /** The session whose pages are shown; null shows nothing. */
  get session() {
    return this.#session;
  }

  set session(session) {
    this.#session = session;
    if (this.#attached !== null) this.#attach();
  }

  /** Texts that replace the built-in ones, by their keys. */
  get texts() {
    return this.#texts;
  }

  set texts(texts) {
    checkNames('texts', texts, TEXTS.en);
    this.#texts = texts;
    this.#rebuild();
  }

  /** Whether pages can be looked at, and not be changed. */
  get readOnly() {
    return this.hasAttribute('readonly');
  }

  set readOnly(value) {
    this.toggleAttribute('readonly', value);
  }

  /** Whether nothing can be changed now: not at all, or because the service is away. */
  get isFixed() {
    const state = this.#session?.state ?? 'connected';
    return this.readOnly || state !== 'connected';
  }

  /** The element's content; called again when the language changes. @returns {Node[]} */
  build() {
    return [];
  }

  /** Show what the session has now. */
  update() {}

  /** The element leaves the page: end what goes on. */
  leave() {}

  connectedCallback() {
    adopt(this, 'session', 'texts');
    if (this.root.childElementCount > 0) return this.#attach();
    const style = make('link', { rel: 'stylesheet', href: STYLE });
    const styled = () => {
      this.#isStyled = true;
      this.#rebuild();
    };
    style.addEventListener('load', styled, { once: true });
    style.addEventListener('error', styled, { once: true });
    this.root.append(style);
    this.#attach();
  }

  disconnectedCallback() {
    this.#attached?.abort();
    this.#attached = null;
    this.leave();
  }

  attributeChangedCallback() {
    this.#rebuild();
  }

  /**
   * Say something to whoever listens rather than looks.
   *
   * @param {string} words
   */
  announce(words) {
    this.#voice.textContent = words;
  }

  /**
   * Say that something went wrong, and tell the page by an event `trouble`.
   *
   * @param {unknown} error undefined: nothing is wrong any more
   */
  trouble(error) {
    const isWrong = error !== undefined;
    const reason = error instanceof Error ? error.message : String(error);
    this.#trouble.hidden = !isWrong;
    this.#trouble.textContent = isWrong ? this.text('failed', { reason }) : '';
    if (isWrong) this.tell('trouble', { error });
  }

  /**
   * Dispatch an event that leaves the shadow tree.
   *
   * @param {string} type
   * @param {unknown} detail
   */
  tell(type, detail) {
    const event = new CustomEvent(type, { detail, bubbles: true, composed: true });
    return this.dispatchEvent(event);
  }

  #attach() {
    this.#attached?.abort();
    const attached = new AbortController();
    this.#attached = attached;
    const show = () => this.#isBuilt && this.update();
    const options = { signal: attached.signal };
    this.#session?.buffer.addEventListener('change', show, options);
    this.#session?.addEventListener('disconnected', show, options);
    // After a lost connection addresses differ, and pages may be gone.
    this.#session?.addEventListener('reconnected', show, options);
    this.#session?.addEventListener('lost', show, options);
    show();
  }

  #rebuild() {
    const style = this.root.firstElementChild;
    if (style === null || !this.#isStyled) return;
    const near = languageAround(this);
    this.text = speaker(languageOf(near ? [near] : navigator.languages), this.#texts);
    this.root.replaceChildren(style, ...this.build(), this.#trouble, this.#voice);
    this.#isBuilt = true;
    this.update();
  }
}

/**
 * The language of the page where the element stands, also around shadow trees.
 *
 * @param {Element} element
 * @returns {string}
 */
function languageAround(element) {
  const near = element.closest('[lang]')?.getAttribute('lang');
  if (near) return near;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? languageAround(root.host) : '';
}

/**
 * Properties that were set before the element was defined hide its own: set them again.
 *
 * @param {any} element
 * @param {...string} names
 */
function adopt(element, ...names) {
  for (const name of names) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
}
