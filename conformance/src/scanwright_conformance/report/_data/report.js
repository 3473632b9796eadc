// Filters the clauses, draws the evidence of one when it is opened, copies command lines.
const form = document.querySelector("form.filter");
const clauses = [...document.querySelectorAll(".clause")];
const groups = [...document.querySelectorAll("section.group")];
const shown = document.querySelector("#shown");
const verdicts = [...form.querySelectorAll("button[aria-pressed]")];
const CHOICES = ["profile", "assurance", "provenance", "binding"];
const LINES = 16;

function filter() {
  const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
  const pressed = verdicts.filter((button) => button.ariaPressed === "true");
  const wanted = new Set(pressed.map((button) => button.value));
  let count = 0;
  for (const clause of clauses) {
    const { dataset } = clause;
    const isShown =
      CHOICES.every((name) => ["", dataset[name]].includes(form.elements[name].value)) &&
      (wanted.size === 0 || wanted.has(dataset.verdict)) &&
      words.every((word) => dataset.words.includes(word));
    clause.hidden = !isShown;
    count += isShown;
  }
  for (const group of groups) {
    group.hidden = !group.querySelector(".clause:not([hidden])");
  }
  shown.textContent = `${count} of ${clauses.length} clauses shown`;
}

function showAll() {
  for (const button of verdicts) button.ariaPressed = "false";
  form.elements.text.value = "";
  for (const name of CHOICES) form.elements[name].value = "";
  filter();
}

function openNamed() {
  const clause = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (clause?.matches(".clause")) {
    if (clause.hidden) showAll();
    clause.open = true;
    clause.scrollIntoView();
    clause.querySelector("summary").focus({ preventScroll: true });
  }
}

function made(name, className = "", ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

// Everything here came from a target: it is put in as text, never as markup.
function drawEvidence(clause) {
  const data = clause.querySelector(":scope > .inside > .evidence-data");
  if (!data) return;
  const place = clause.querySelector(":scope > .inside > .evidence");
  place.append(...JSON.parse(data.textContent).map(drawAttempt));
  data.remove();
}

function drawAttempt(attempt) {
  const details = made(
    "details",
    "attempt",
    made("summary", "", attempt.title),
    ...attempt.notes.map((note) => made("pre", "note", note)),
    ...attempt.entries.map(drawEntry),
  );
  details.open = attempt.open;
  return details;
}

function drawEntry(entry) {
  const title = made("summary", "", made("b", "mono", entry.label), ` ${entry.title} `);
  title.append(made("span", "soft", `at ${entry.at}`));
  const details = made("details", entry.shows ? "entry shows" : "entry", title);
  details.append(...entry.parts.flatMap(drawPart));
  details.open = entry.shows;
  return details;
}

function drawPart(part) {
  const text = made("pre", part.kind, part.text);
  const title = made("p", "part soft", part.title);
  if (part.kind === "command") {
    const button = made("button", "copy", "Copy");
    button.type = "button";
    return [title, made("div", "command", text, button)];
  }
  return [title, ...folded(text)];
}

function folded(text) {
  const count = text.textContent.split("\n").length;
  if (count <= LINES && text.textContent.length < LINES * 90) return [text];
  const button = made("button", "more", "Show all of it");
  button.type = "button";
  button.ariaExpanded = "false";
  text.classList.add("cut");
  return [text, button];
}

async function copy(button) {
  const text = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = "Copied";
  } catch {
    // no access to the clipboard: what is selected can be copied by hand
    getSelection().selectAllChildren(text);
    button.textContent = "Selected";
  }
}

for (const button of verdicts) {
  button.addEventListener("click", () => {
    button.ariaPressed = button.ariaPressed === "true" ? "false" : "true";
    filter();
  });
}
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", (event) => {
  event.preventDefault();
  showAll();
});
form.hidden = false;
for (const button of document.querySelectorAll(".copy[hidden]")) button.hidden = false;
addEventListener("hashchange", openNamed);
document.addEventListener(
  "toggle",
  ({ target }) => target.open && target.matches(".clause") && drawEvidence(target),
  true,
);
document.addEventListener("click", ({ target }) => {
  if (target.matches(".copy")) copy(target);
  if (target.matches(".more")) {
    const isCut = target.previousElementSibling.classList.toggle("cut");
    target.ariaExpanded = String(!isCut);
    target.textContent = isCut ? "Show all of it" : "Show less";
  }
});
filter();
openNamed();
