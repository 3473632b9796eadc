// Paper: what lies in the tray and on the glass, and how it gets there.

import { $, attribute, h, keyed, plural, text } from "./elements.js";
import { alarm, ask, say } from "./wire.js";

const WINDOW = 24;
const WIDTH = 112;
const FACE = [WIDTH, 162];
const REAR = [48, 72];

// A finer picture for screens that show one.
const PIXELS = Math.min(1000, Math.round(WIDTH * Math.max(1, devicePixelRatio)));
const PLACES = { tray: "", path: "stuck in the path", output: "passed" };

export class Paper {
  device = null;
  first = 1;

  // `changed` is told the state after each change, and nothing when others are wanted.
  constructor(base, changed) {
    this.base = base;
    this.changed = changed;
    $("files").addEventListener("change", (event) => this.upload(event.target, "tray"));
    $("glass-file").addEventListener("change", (event) => this.upload(event.target, "glass"));
    $("eject").addEventListener("click", () => this.eject());
    $("generate").addEventListener("submit", (event) => this.generate(event));
    $("earlier").addEventListener("click", () => this.turn(-WINDOW));
    $("later").addEventListener("click", () => this.turn(WINDOW));
    $("follow").addEventListener("change", () => this.changed());
    acceptDrops($("tray"), (files) => this.send(files, "tray"));
    acceptDrops($("stage"), (files) => this.send(files, this.device.feeder ? "tray" : "glass"));
    acceptDrops($("glass"), (files) => this.send(files.slice(0, 1), "glass"));
  }

  // Which sheets to ask for: those around the next one, or where somebody looks.
  window(summary) {
    const paper = summary?.feeder;
    if (!paper) return { first: 1, count: 0 };
    if ($("follow").checked) {
      const next = paper.next ?? paper.pile;
      this.first = Math.max(1, next - ((next - 1) % WINDOW));
    }
    this.first = Math.max(1, Math.min(this.first, paper.pile - ((paper.pile - 1) % WINDOW)));
    return { first: this.first, count: WINDOW };
  }

  turn(step) {
    $("follow").checked = false;
    this.first += step;
    this.changed();
  }

  update(device) {
    this.device = device;
    const { feeder, glass } = device;
    $("tray").hidden = !feeder;
    if (feeder) this.updateTray(device, feeder);
    $("glass").hidden = !glass;
    if (glass) this.updateGlass(glass);
  }

  updateGlass(glass) {
    attribute($("glass-picture"), "src", `${this.base()}/glass.png?width=${PIXELS}&v=${glass.picture}`);
    attribute($("glass-picture"), "alt", `What lies on the glass: ${glass.label}`);
    text($("glass-label"), glass.label);
  }

  updateTray(device, feeder) {
    const parts = [`${feeder.tray} of ${plural(feeder.pile, "sheet")}`];
    if (feeder.path) parts.push(`${feeder.path} stuck`);
    if (feeder.output) parts.push(`${feeder.output} passed`);
    if (feeder.refills) parts.push("refilled after each job");
    text($("tray-count"), parts.join(", "));
    $("eject").disabled = feeder.pile === 0;
    const last = this.first + device.sheets.length - 1;
    $("pager").hidden = feeder.pile <= WINDOW;
    $("earlier").disabled = this.first <= 1;
    $("later").disabled = last >= feeder.pile;
    text($("range"), `Sheets ${this.first} to ${last} of ${feeder.pile}`);
    const key = (sheet) => `${device.slug}/${sheet.number}`;
    keyed($("sheets"), device.sheets, key, makeSheet, (item, sheet) => this.updateSheet(item, sheet, feeder));
  }

  updateSheet(item, sheet, feeder) {
    attribute(item, "data-place", sheet.place);
    attribute(item, "data-next", sheet.number === feeder.next ? "yes" : null);
    const { A: front, B: back } = sheet.sides;
    const [face, rear] = item.querySelectorAll("img");
    const address = (side) => `${this.base()}/sheets/${sheet.number}/${side}.png?width=${PIXELS}`;
    attribute(face, "src", `${address("A")}&v=${front.picture}`);
    attribute(face, "alt", `Front: ${front.label}`);
    fit(face, front.size_mm, FACE);
    const hasBack = back.label !== "blank";
    rear.hidden = !hasBack;
    if (hasBack) {
      attribute(rear, "src", `${address("B")}&v=${back.picture}`);
      attribute(rear, "alt", `Back: ${back.label}`);
      fit(rear, back.size_mm, REAR);
    }
    text(item.querySelector(".number"), String(sheet.number));
    text(item.querySelector(".label"), front.label);
    text(item.querySelector(".place"), sheet.number === feeder.next ? "next" : PLACES[sheet.place]);
  }

  upload(input, target) {
    const files = [...input.files];
    input.value = "";
    this.send(files, target);
  }

  async send(files, target) {
    if (!files.length) return;
    const form = new FormData();
    for (const file of files) form.append("files", file, file.name);
    const query = new URLSearchParams({ target, append: $("append").checked, two_sided: $("two-sided").checked });
    const words = files.length === 1 ? files[0].name : plural(files.length, "file");
    say(`Loading ${words}…`);
    await this.act(`/load?${query}`, form, `${words} is in the ${target}.`);
  }

  async generate(event) {
    event.preventDefault();
    const wear = { skew_deg: Number($("skew").value), noise: Number($("noise").value), streaks: Number($("streaks").value) };
    const worn = Object.fromEntries(Object.entries(wear).filter(([, value]) => value));
    const body = { kind: $("kind").value, sheets: Number($("amount").value), ...worn };
    const words = plural(body.sheets, "sheet");
    await this.act(`/load?append=${$("append").checked}`, body, `${words} of ${body.kind} in the tray.`);
  }

  async eject() {
    await this.act("/eject", {}, "The paper is taken out.");
  }

  async act(path, body, words) {
    const tray = $("tray");
    tray.setAttribute("aria-busy", "true");
    try {
      this.changed(await ask("POST", this.base() + path, body));
      say(words);
    } catch (error) {
      alarm(error.message);
    } finally {
      tray.removeAttribute("aria-busy");
    }
  }
}

function makeSheet() {
  const image = (name) => h("img", { class: name, loading: "lazy", decoding: "async", alt: "" });
  return h(
    "li",
    {},
    h("span", { class: "faces" }, image("face"), image("rear")),
    h("span", { class: "caption" }, h("span", { class: "number" }), h("span", { class: "label" })),
    h("span", { class: "place" }),
  );
}

// A picture has its place before it is there, so that nothing jumps.
function fit(image, [width, height], [widest, highest]) {
  const scale = Math.min(widest / width, highest / height);
  attribute(image, "width", Math.max(1, Math.round(width * scale)));
  attribute(image, "height", Math.max(1, Math.round(height * scale)));
}

// Lets files be dropped on `zone`; entering a child is leaving its parent, so count.
function acceptDrops(zone, take) {
  let depth = 0;
  const holds = (event) => [...event.dataTransfer.types].includes("Files");
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    zone.classList.toggle("over", depth > 0);
  };
  zone.addEventListener("dragenter", (event) => holds(event) && mark(1));
  zone.addEventListener("dragleave", (event) => holds(event) && mark(-1));
  zone.addEventListener("dragover", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  zone.addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    mark(-depth);
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
    if (entries.some((entry) => entry?.isDirectory)) alarm("Drop the files of a folder, not the folder.");
    else take([...event.dataTransfer.files]);
  });
}
