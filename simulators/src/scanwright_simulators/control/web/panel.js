// The front panel: one scanner at a time, as it is at this moment.
//
// The stream of events says which device has changed; the whole of the one that is shown
// is asked for then, never twice at once. Every change is a request of the API.

import { draw, update as redraw } from "./drawing.js";
import { $, attribute, h, keyed, plural, text } from "./elements.js";
import { Faults } from "./faults.js";
import { Fleet } from "./fleet.js";
import { JournalView } from "./journal.js";
import { Paper } from "./paper.js";
import { alarm, ask, follow, say } from "./wire.js";

const fleet = new Fleet();
const journal = new JournalView();
const base = () => `/api/devices/${encodeURIComponent(slug)}`;
const paper = new Paper(base, (state) => changed(state));
const faults = new Faults(base, (state) => changed(state));

let slug = "";
let picture = null;
let isAsking = false;
let isStale = false;
let announced = "";

// Asks for the device that is shown; once more if it changed meanwhile.
async function refresh() {
  isStale = true;
  if (isAsking) return;
  isAsking = true;
  while (isStale && slug) {
    isStale = false;
    const wanted = slug;
    const { first, count } = paper.window(fleet.devices.get(slug));
    try {
      const device = await ask("GET", `${base()}?first=${first}&count=${count}`);
      if (wanted === slug) show(device);
    } catch (error) {
      alarm(error.message);
    }
  }
  isAsking = false;
}

// A request has changed something: what it answered says how many sheets there are now.
function changed(state) {
  if (state?.slug) fleet.put(state);
  refresh();
}

function show(device) {
  document.title = `${device.name}: ${device.display}`;
  text($("device-name"), device.name);
  text($("device-model"), device.make_and_model);
  text($("display"), device.display);
  attribute($("lcd"), "data-state", device.state);
  const kind = device.feeder ? "feeder" : "flat";
  if (!picture || picture.dataset.kind !== kind) {
    picture = draw(Boolean(device.feeder));
    picture.dataset.kind = kind;
    $("drawing").replaceChildren(picture);
  }
  redraw(picture, device);
  showButtons(device);
  showFacts(device);
  showJobs(device);
  paper.update(device);
  faults.update(device);
  announce(device);
}

function showButtons(device) {
  keyed(
    $("buttons"),
    device.buttons,
    (button) => `${device.slug}/${button.name}`,
    (button) => h("button", { type: "button", class: "hard", onclick: () => press(button.name) }, h("span", {}, button.name === "pdf" ? "PDF" : button.name), h("span", { class: "presses" })),
    (element, button) => {
      attribute(element, "data-pressed", button.presses ? "yes" : null);
      text(element.lastElementChild, button.presses ? ` pressed${button.presses > 1 ? ` ${button.presses} times` : ""}` : "");
    },
  );
}

function showFacts(device) {
  const facts = device.addresses.map((each) => [each.type, each.address]);
  facts.push(["scanned", `${device.serial} pages so far`]);
  facts.push(["offers", `${device.model.inputs.join(", ")}; ${device.model.modes.join(", ")}; ${device.model.resolutions_dpi.join(", ")} dpi`]);
  keyed(
    $("facts"),
    facts,
    ([name]) => name,
    ([name]) => h("div", {}, h("dt", {}, name), h("dd")),
    (element, [, words]) => text(element.lastElementChild, words),
  );
}

function showJobs(device) {
  $("job-list").classList.toggle("none", !device.jobs.length);
  if (!device.jobs.length) {
    $("job-list").replaceChildren(h("p", { class: "soft" }, "Nobody has scanned yet."));
    return;
  }
  if ($("job-list").firstElementChild?.tagName !== "OL") $("job-list").replaceChildren(h("ol"));
  keyed(
    $("job-list").firstElementChild,
    device.jobs,
    (job) => job.id,
    (job) =>
      h(
        "li",
        {},
        h("span", { class: "job-state" }),
        h("span", { class: "job-pages" }),
        h("span", { class: "job-what" }, `${job.input}, ${job.mode}, ${job.resolution_dpi} dpi, ${job.width_px} × ${job.height_px}`),
      ),
    (item, job) => {
      attribute(item, "data-state", job.state);
      text(item.querySelector(".job-state"), job.state);
      const ahead = job.fed - job.pages;
      const words = `${plural(job.pages, "page")} for ${job.host}${ahead > 0 && job.state === "Processing" ? `, ${ahead} under way` : ""}`;
      text(item.querySelector(".job-pages"), job.error ? `${words}: ${job.error}` : words);
    },
  );
}

// Told to those who cannot see the lamp; not every single page.
function announce(device) {
  const words = `${device.name}: ${device.state === "scanning" ? "Scanning" : device.display}`;
  if (words !== announced && announced) text($("announcer"), words);
  announced = words;
}

async function press(name) {
  try {
    changed(await ask("POST", `${base()}/buttons/${encodeURIComponent(name)}/press`, {}));
    say(`${name} is pressed; a host that looks will see it.`);
  } catch (error) {
    alarm(error.message);
  }
}

async function reset(path, words) {
  try {
    const told = await ask("POST", path, {});
    if (told.devices) fleet.replace(told.devices);
    changed(told);
    say(words);
  } catch (error) {
    alarm(error.message);
  }
}

function choose() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const known = fleet.devices.has(wanted);
  if (wanted === "content" || (wanted && wanted === slug)) return;
  const next = known ? wanted : slug || [...fleet.devices.keys()][0] || "";
  if (next === slug) return;
  const isFirst = !slug;
  slug = next;
  announced = "";
  $("follow").checked = true;
  fleet.select(slug);
  journal.select(slug);
  if (!isFirst) $("device-name").focus({ preventScroll: matchMedia("(min-width: 60rem)").matches });
  refresh();
}

function link(state) {
  attribute($("link"), "data-link", state);
  text($("link"), state === "up" ? "live" : "not answering");
}

async function start() {
  addEventListener("hashchange", choose);
  // A file that misses the tray must not take the page away.
  for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
  $("reset").addEventListener("click", () => reset(`${base()}/reset`, "It is as it was at the beginning."));
  $("reset-all").addEventListener("click", () => reset("/api/reset", "All scanners are as at the beginning."));
  const [about, listed] = await Promise.all([ask("GET", "/api"), ask("GET", "/api/devices")]);
  text($("scenario"), about.scenario);
  fleet.replace(listed.devices);
  $("reset-all").hidden = listed.devices.length < 2;
  choose();
  follow({
    link,
    entry: (entry) => journal.add(entry),
    state: (device) => {
      fleet.put(device);
      if (device.slug === slug) refresh();
    },
  });
}

start().catch((error) => alarm(error.message));
