// How the prompt looks: quiet, in light and dark, on a small screen. A page may set the
// custom properties that begin with --scanwright-.

const CSS = `
:host { color-scheme: light dark; --card: #ffffff; --ink: #1d2329; --soft: #57606a; --line: #dfdcd3; --edge: #8a9199; --code: #f2f0ea; --accent: #0f5b6e; --on-accent: #ffffff; --bad: #b3231b; }
@media (prefers-color-scheme: dark) {
  :host { --card: #1a2127; --ink: #e8e6e1; --soft: #a9b1ba; --line: #313a43; --edge: #77828d; --code: #232b32; --accent: #7fd0e0; --on-accent: #0d1b20; --bad: #ff948c; }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
dialog { width: min(36rem, calc(100vw - 1.5rem)); max-height: calc(100dvh - 1.5rem); overflow-y: auto; padding: 1.5rem 1.7rem; border: 1px solid var(--line); border-radius: 14px; background: var(--scanwright-card, var(--card)); color: var(--scanwright-ink, var(--ink)); font: var(--scanwright-font, 16px/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif); box-shadow: 0 16px 50px rgb(0 0 0 / 28%); }
dialog::backdrop { background: rgb(10 16 20 / 55%); }
.head { display: flex; gap: 1rem; align-items: start; justify-content: space-between; }
h2, h3 { line-height: 1.25; margin: 0; }
h2 { font-size: 1.25rem; }
h2:focus { outline: none; }
h3 { font-size: 1rem; margin-top: 1.2rem; }
p { margin: 0.6rem 0; overflow-wrap: anywhere; }
ul { margin: 0.9rem 0; padding-left: 1.2rem; }
li + li { margin-top: 0.6rem; }
a { color: var(--scanwright-accent, var(--accent)); overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: 0.92rem; }
.bad { color: var(--bad); }
.command { display: flex; gap: 0.5rem; align-items: stretch; margin: 0.4rem 0; }
code { flex: 1; min-width: 0; background: var(--code); border-radius: 7px; padding: 0.45rem 0.8rem; font: 0.88rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; overflow-wrap: anywhere; user-select: all; }
fieldset { border: 0; margin: 0.6rem 0; padding: 0; min-width: 0; }
legend { padding: 0; color: var(--soft); font-size: 0.92rem; }
label { display: flex; gap: 0.5rem; align-items: baseline; padding: 0.2rem 0; }
progress { width: 100%; accent-color: var(--scanwright-accent, var(--accent)); }
button { font: inherit; font-size: 0.94rem; font-weight: 600; color: inherit; cursor: pointer; border-radius: 7px; padding: 0.4rem 0.95rem; border: 1px solid var(--edge); background: var(--scanwright-card, var(--card)); max-width: 100%; overflow-wrap: anywhere; }
button:hover:not(:disabled) { border-color: var(--scanwright-accent, var(--accent)); color: var(--scanwright-accent, var(--accent)); }
button.main { background: var(--scanwright-accent, var(--accent)); border-color: var(--scanwright-accent, var(--accent)); color: var(--scanwright-on-accent, var(--on-accent)); }
button.main:hover:not(:disabled) { color: var(--scanwright-on-accent, var(--on-accent)); text-decoration: underline; }
button.close { padding: 0.1rem 0.6rem; }
[aria-disabled="true"] { cursor: progress; }
:focus-visible { outline: 3px solid var(--scanwright-accent, var(--accent)); outline-offset: 2px; }
.foot { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; margin-top: 1.1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.foot p { flex: 1 1 14rem; margin: 0; }
@media (prefers-reduced-motion: no-preference) {
  dialog[open] { animation: appear 0.16s ease-out; }
  @keyframes appear { from { opacity: 0; transform: translateY(8px); } }
}
@media (max-width: 30rem) { .command { flex-direction: column; } .command button { align-self: start; } }
@media (forced-colors: active) { dialog, code { border: 1px solid; } }
`;

/** @type {CSSStyleSheet | null} */
let sheet = null;

/** The style sheet, made once; no policy of a page has to allow it. */
export function promptStyle() {
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
