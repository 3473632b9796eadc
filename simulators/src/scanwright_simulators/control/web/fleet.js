// The list of all scanners: found by a word or by what is the matter with them.

import { $, attribute, h, keyed, plural, text } from "./elements.js";

const GOOD = new Set(["idle", "sleeping"]);
const WORKING = new Set(["scanning", "warming_up"]);

const FILTERS = {
  all: () => true,
  trouble: (device) => !GOOD.has(device.state) && !WORKING.has(device.state),
  working: (device) => WORKING.has(device.state) || device.job !== null,
  empty: (device) => device.feeder !== null && device.feeder.tray === 0,
};

export class Fleet {
  devices = new Map();
  selected = "";

  constructor() {
    for (const id of ["fleet-search", "fleet-filter"]) $(id).addEventListener("input", () => this.render());
  }

  put(device) {
    this.devices.set(device.slug, device);
    this.render();
  }

  replace(devices) {
    this.devices = new Map(devices.map((device) => [device.slug, device]));
    this.render();
  }

  select(slug) {
    this.selected = slug;
    this.render();
  }

  render() {
    const all = [...this.devices.values()];
    $("fleet").hidden = all.length < 2;
    $("frame").classList.toggle("alone", all.length < 2);
    const word = $("fleet-search").value.trim().toLowerCase();
    const fits = FILTERS[$("fleet-filter").value];
    const shown = all.filter(
      (device) => fits(device) && `${device.name} ${device.display} ${device.slug}`.toLowerCase().includes(word),
    );
    const count = shown.length === all.length ? plural(all.length, "scanner") : `${shown.length} of ${plural(all.length, "scanner")}`;
    text($("fleet-count"), count);
    keyed($("fleet-list"), shown, (device) => device.slug, make, (item, device) => {
      const link = item.firstElementChild;
      attribute(link, "aria-current", device.slug === this.selected ? "true" : null);
      attribute(link, "data-state", device.state);
      text(link.querySelector(".name"), device.name);
      text(link.querySelector(".what"), device.display);
      text(link.querySelector(".paper"), device.feeder ? String(device.feeder.tray) : "");
      attribute(link.querySelector(".paper"), "title", device.feeder ? `${plural(device.feeder.tray, "sheet")} in the tray` : null);
    });
  }
}

function make(device) {
  return h(
    "li",
    {},
    h(
      "a",
      { href: `#${device.slug}` },
      h("span", { class: "led", "aria-hidden": "true" }),
      h("span", { class: "name" }),
      h("span", { class: "what" }),
      h("span", { class: "paper" }),
    ),
  );
}
