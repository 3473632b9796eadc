// Filters the lines of the comparison, opens what the address names, copies commands.
const form = document.querySelector("form.filter");
const groups = [...document.querySelectorAll("tbody[data-profile]")];
const shown = document.querySelector("#shown");
const total = document.querySelectorAll("tr[data-words]").length;

function filter() {
  const { text, profile, different } = form.elements;
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const group of groups) {
    const isAsked = ["", group.dataset.profile].includes(profile.value);
    let here = 0;
    for (const line of group.querySelectorAll("tr[data-words]")) {
      const isShown =
        isAsked &&
        (!different.checked || line.dataset.different === "yes") &&
        words.every((word) => line.dataset.words.includes(word));
      line.hidden = !isShown;
      here += isShown;
    }
    group.hidden = here === 0;
    count += here;
  }
  shown.textContent = `${count} of ${total} clauses shown`;
}

function openNamed() {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const clause = place?.closest(".clause");
  if (!clause) return;
  clause.open = true;
  place.scrollIntoView({ block: place === clause ? "start" : "center" });
  (place === clause ? clause.querySelector("summary") : place).focus({ preventScroll: true });
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

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = false;
for (const button of document.querySelectorAll(".copy[hidden]")) button.hidden = false;
addEventListener("hashchange", openNamed);
document.addEventListener("click", ({ target }) => target.matches(".copy") && copy(target));
filter();
openNamed();
