// Toolbars: one stop for Tab, arrow keys within, names for eyes and ears.

import { drawing, make } from './dom.js';
import { ICONS } from './icons.js';

/** @typedef {keyof typeof ICONS} Icon */

/**
 * A button with a drawing; its name is its label and its title.
 *
 * @param {Icon} icon
 * @param {string} name
 * @param {() => void} press not called while the button is marked as disabled
 */
export function iconButton(icon, name, press) {
  const attributes = { type: 'button', 'aria-label': name, title: name, 'data-tool': icon };
  const button = make('button', attributes, drawing(ICONS[icon]));
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') press();
  });
  return button;
}

/**
 * Not `disabled`: that would take the focus away from whoever has just pressed it.
 *
 * @param {HTMLElement} button
 * @param {boolean} isEnabled
 */
export function enable(button, isEnabled) {
  if (isEnabled) button.removeAttribute('aria-disabled');
  else button.setAttribute('aria-disabled', 'true');
}

/**
 * Groups of buttons as a toolbar.
 *
 * @param {string} label
 * @param {HTMLElement[][]} groups
 */
export function toolbar(label, groups) {
  const parts = groups.map((group) => make('span', { class: 'group' }, ...group));
  const bar = make('div', { class: 'bar', role: 'toolbar', 'aria-label': label }, ...parts);
  stopAt(bar, buttons(bar)[0]);
  bar.addEventListener('keydown', (event) => walk(bar, event));
  bar.addEventListener('focusin', (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest('button');
    if (button) stopAt(bar, button);
  });
  return bar;
}

/** @param {HTMLElement} bar */
function buttons(bar) {
  return [...bar.querySelectorAll('button')].filter((button) => !button.hidden);
}

/**
 * @param {HTMLElement} bar
 * @param {HTMLElement | undefined} stop
 */
function stopAt(bar, stop) {
  for (const button of bar.querySelectorAll('button'))
    button.tabIndex = button === stop ? 0 : -1;
}

/**
 * @param {HTMLElement} bar
 * @param {KeyboardEvent} event
 */
function walk(bar, event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const all = buttons(bar);
  const at = all.findIndex((button) => button.tabIndex === 0);
  /** @type {Record<string, number>} */
  const targets = {
    ArrowLeft: (at + all.length - 1) % all.length,
    ArrowRight: (at + 1) % all.length,
    Home: 0,
    End: all.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  all[target]?.focus();
}
