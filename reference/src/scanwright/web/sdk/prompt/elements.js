// Small parts that the prompt is put together from.

/**
 * @param {string} tag
 * @param {Record<string, string | boolean>} attributes False ones are left out.
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/**
 * @param {string} text
 * @param {() => void} onclick
 * @param {Record<string, string>} [attributes]
 * @returns {HTMLButtonElement}
 */
export function button(text, onclick, attributes = {}) {
  const made = /** @type {HTMLButtonElement} */ (element("button", { type: "button", ...attributes }, text));
  made.addEventListener("click", onclick);
  return made;
}

/**
 * A command, with a button that copies it.
 * @param {string} command
 * @param {import('./texts/index.js').Texts} texts
 * @param {(text: string) => void} say
 */
export function commandLine(command, texts, say) {
  const code = element("code", {}, command);
  const copy = button(texts.copy, () => copyText(command, code).then((isCopied) => {
    say(isCopied ? texts.copied : texts.copyByHand);
  }), { "aria-label": `${texts.copy}: ${command}` });
  return element("div", { class: "command", role: "group", "aria-label": texts.command }, code, copy);
}

/** @param {string} text @param {HTMLElement} shown @returns {Promise<boolean>} */
async function copyText(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Insecure page, or no permission: what is selected can still be copied by hand.
    getSelection()?.selectAllChildren(shown);
    return false;
  }
}
