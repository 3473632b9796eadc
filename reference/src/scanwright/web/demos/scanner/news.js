// What goes on, and what went wrong: shown to the eye, and said to who listens.

import { say } from "./texts.js";
import { byId, make, refocus, words } from "./ui.js";

const MOST_TROUBLES = 3;

/** @param {string} text */
export function announce(text) {
  byId("news").textContent = text;
  byId("last").textContent = text;
}

/** Shows trouble until somebody has read it. @param {string} text */
export function trouble(text) {
  const place = byId("trouble");
  const close = make("button", { type: "button", "aria-label": say("dismiss") }, "×");
  const note = make("p", {}, make("span", {}, text), close);
  close.addEventListener("click", () => {
    const next = (note.nextElementSibling ?? note.previousElementSibling)?.querySelector("button") ?? null;
    note.remove();
    refocus(next);
  });
  place.append(note);
  while (place.children.length > MOST_TROUBLES) place.firstElementChild?.remove();
}

/**
 * Keeps what is looked at where it is when rows come and go: the box grows over the page,
 * and does not push it.
 */
export function holdStill() {
  const box = byId("told");
  const below = /** @type {Element} */ (box.nextElementSibling);
  const place = () => below.getBoundingClientRect().top;
  let [before, height] = [place(), box.offsetHeight];
  const sizes = new ResizeObserver((changes) => {
    if (changes.some(({ target }) => target === box)) scrollBy({ top: place() - before, behavior: "instant" });
    [before, height] = [place(), box.offsetHeight];
    document.documentElement.style.setProperty("--told", `${height}px`);
  });
  sizes.observe(box);
  sizes.observe(/** @type {Element} */ (document.querySelector("header")));
  // Where the box has grown meanwhile, the place is that of before, and to be kept.
  const scrolled = () => box.offsetHeight === height && (before = place());
  document.addEventListener("scroll", scrolled, { passive: true });
}

/** Says in words what went wrong. @param {unknown} error @param {string} [context] `fetch`, `clipboard`. */
export function explain(error, context) {
  if (isAbort(error)) announce(say("cancelled"));
  else trouble(words(error, context));
}

/** @param {unknown} error */
export function isAbort(error) {
  return /** @type {any} */ (error)?.name === "AbortError";
}

/**
 * Does something that takes time: shows how far it is, and lets the user cancel it. Then
 * who had the focus before has it again, and of what has failed nothing is said any more.
 * @template T
 * @param {string} name
 * @param {(extras: {signal: AbortSignal, onprogress: (progress: any) => void}) => Promise<T>} task
 * @param {(progress: any) => string} [describe] What the row says.
 * @returns {Promise<T>}
 */
export async function work(name, task, describe) {
  const control = new AbortController();
  const opener = document.activeElement;
  const bar = make("progress");
  const label = make("label", {}, make("span", {}, name), bar);
  const cancel = make("button", { type: "button", "aria-label": `${say("cancel")}: ${name}` }, say("cancel"));
  const row = make("div", { className: "row" }, label, cancel);
  cancel.addEventListener("click", () => control.abort());
  byId("busy").append(row);
  announce(name);
  const onprogress = (/** @type {any} */ progress) => {
    show(/** @type {HTMLProgressElement} */ (bar), progress);
    const text = describe?.(progress) ?? name;
    if (label.firstElementChild?.textContent === text) return;
    /** @type {any} */ (label.firstElementChild).textContent = text;
    announce(text);
  };
  try {
    return await task({ signal: control.signal, onprogress });
  } catch (error) {
    announce("");
    throw error;
  } finally {
    const hadFocus = row.contains(document.activeElement);
    row.remove();
    if (hadFocus) refocus(opener);
  }
}

/**
 * Does something, and explains what goes wrong with it.
 * @template T
 * @param {() => Promise<T>} task
 * @param {string} [context]
 * @returns {Promise<T | undefined>}
 */
export async function attempt(task, context) {
  try {
    return await task();
  } catch (error) {
    explain(error, context);
    return undefined;
  }
}

/** @param {HTMLProgressElement} bar @param {{done: number, total: number | null}} progress */
function show(bar, { done, total }) {
  if (!total) return bar.removeAttribute("value");
  bar.max = total;
  bar.value = done;
  return undefined;
}
