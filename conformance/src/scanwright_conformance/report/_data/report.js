// Filters the clauses, opens the one that the address names, copies command lines.
const form = document.querySelector("form.filter");
const clauses = [...document.querySelectorAll(".clause")];
const groups = [...document.querySelectorAll("section.area")];
const shown = document.querySelector("#shown");
const verdicts = [...form.querySelectorAll("button[aria-pressed]")];

function filter() {
  const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
  const area = form.elements.area.value;
  const pressed = verdicts.filter((button) => button.ariaPressed === "true");
  const wanted = new Set(pressed.map((button) => button.value));
  let count = 0;
  for (const clause of clauses) {
    const isShown =
      (!area || clause.dataset.area === area) &&
      (wanted.size === 0 || wanted.has(clause.dataset.verdict)) &&
      words.every((word) => clause.dataset.words.includes(word));
    clause.hidden = !isShown;
    count += isShown;
  }
  for (const group of groups) {
    group.hidden = !group.querySelector(".clause:not([hidden])");
  }
  shown.textContent = `${count} of ${clauses.length} clauses shown`;
}

function openNamed() {
  const clause = document.getElementById(location.hash.slice(1));
  if (clause?.matches(".clause")) {
    clause.hidden = false;
    clause.open = true;
    clause.scrollIntoView();
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
form.hidden = false;
addEventListener("hashchange", openNamed);
document.addEventListener("click", (event) => {
  const button = event.target.closest(".copy");
  if (button) {
    navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = "Copied";
  }
});
filter();
openNamed();
