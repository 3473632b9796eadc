// The panel of a tool: its fields, applied or left.

import { make } from './dom.js';

/** @typedef {import('./tools.js').Field} Field */
/** @typedef {import('./tools.js').FieldValues} FieldValues */
/** @typedef {import('./wording.js').Say} Say */

/**
 * @typedef {object} Use
 * @property {string} title
 * @property {string} confirm what the button says that applies it
 * @property {Field[]} fields
 * @property {Say} text
 * @property {(values: FieldValues, changed: string) => void} changed only valid values
 * @property {(values: FieldValues) => void} apply
 * @property {() => void} cancel
 */

/** @typedef {{inputs: (HTMLInputElement | HTMLSelectElement)[], field: Field}} Control */

export class Panel {
  /** @type {Map<string, Control>} */
  #controls = new Map();
  #use;
  #answer = make('p', { class: 'answer', hidden: true });

  /** @param {Use} use */
  constructor(use) {
    this.#use = use;
    const { text } = use;
    const fields = use.fields.map((field) => this.#make(field));
    const cancel = make('button', { type: 'button' }, text('cancel'));
    cancel.addEventListener('click', () => use.cancel());
    this.element = make(
      'form',
      { class: 'panel', id: 'panel', 'aria-label': use.title },
      make('h2', {}, use.title),
      make('div', { class: 'fields' }, ...fields),
      make('div', { class: 'buttons' }, make('button', { type: 'submit' }, use.confirm), cancel),
      this.#answer,
    );
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      use.apply(this.values);
    });
    this.#restrict();
  }

  /** What the fields hold, by their names. @returns {FieldValues} */
  get values() {
    const entries = [...this.#controls].map(([name, { inputs, field }]) => {
      const input = /** @type {HTMLInputElement} */ (inputs[0]);
      if (field.kind === 'check') return [name, input.checked];
      const isText = field.kind === 'choice' || field.kind === 'colour';
      return [name, isText ? input.value : input.valueAsNumber];
    });
    return Object.fromEntries(entries);
  }

  /** Put values into the fields, but not into the one that is being typed in. */
  set values(values) {
    const root = /** @type {Document | ShadowRoot} */ (this.element.getRootNode());
    for (const [name, { inputs, field }] of this.#controls) {
      for (const input of inputs) {
        if (!(name in values) || input === root.activeElement) continue;
        if (field.kind === 'check')
          /** @type {HTMLInputElement} */ (input).checked = values[name];
        else input.value = String(values[name]);
      }
    }
    this.#restrict();
  }

  /** Show what was found out. @param {string} words */
  set answer(words) {
    this.#answer.textContent = words;
    this.#answer.hidden = words === '';
  }

  /** Go to the first field. */
  focus() {
    const first = this.element.querySelector('input, select');
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {Field} field */
  #make(field) {
    const label = this.#use.text(field.name);
    const inputs = this.#inputs(field);
    this.#controls.set(field.name, { inputs, field });
    for (const input of inputs)
      input.addEventListener('input', () => this.#changed(field, input));
    const kind = `field of-${field.kind}`;
    const [input, slider] = inputs;
    if (slider === undefined)
      return make('label', { class: kind }, make('span', {}, label), .../** @type {Node[]} */ ([input]));
    slider.setAttribute('aria-label', label);
    return make(
      'div',
      { class: kind },
      make('label', {}, make('span', {}, label), .../** @type {Node[]} */ ([input])),
      slider,
    );
  }

  /** @param {Field} field */
  #inputs(field) {
    const { name, min = null, max = null, step = null, value } = field;
    if (field.kind === 'choice') {
      const options = (field.choices ?? []).map((choice) =>
        make('option', { value: choice.value }, this.#use.text(choice.label)),
      );
      const select = make('select', { name }, ...options);
      select.value = String(value);
      return [select];
    }
    if (field.kind === 'check') {
      const box = make('input', { type: 'checkbox', name });
      box.checked = value;
      return [box];
    }
    const type = field.kind === 'colour' ? 'color' : 'number';
    const attributes = { name, min, max, step, value, required: true };
    const number = make('input', { type, ...attributes });
    if (field.kind !== 'slider') return [number];
    return [number, make('input', { type: 'range', min, max, step, value })];
  }

  /**
   * @param {Field} field
   * @param {HTMLInputElement | HTMLSelectElement} source
   */
  #changed(field, source) {
    const { inputs } = /** @type {Control} */ (this.#controls.get(field.name));
    if (source.value !== '' && field.kind === 'slider')
      for (const input of inputs) if (input !== source) input.value = source.value;
    this.#restrict();
    // What was found out, was by other values.
    this.answer = '';
    if (source.validity.valid) this.#use.changed(this.values, field.name);
  }

  #restrict() {
    const { values } = this;
    for (const { inputs, field } of this.#controls.values())
      for (const input of inputs) input.disabled = field.isOff?.(values) ?? false;
  }
}
