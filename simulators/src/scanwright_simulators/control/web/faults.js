// Faults: levers for what fails now, and the list of what is planned to fail.

import { $, attribute, h, keyed, text } from "./elements.js";
import { alarm, ask, say } from "./wire.js";

const KINDS = {
  jam: "The paper sticks. Stays until it is cleared.",
  double_feed: "Two sheets at once. Stays until it is cleared.",
  cover_open: "Somebody opens the cover. Stays until it is closed.",
  hardware: "Lamp or motor fail. Stays until it is cleared.",
  locked: "The transport lock is closed. Stays until it is cleared.",
  offline: "The plug is pulled, in mid-page too.",
  busy: "Busy once; the host may ask again.",
  warming_up: "The lamp is cold; the host may ask again.",
  empty: "The feeder says it is empty, though it is not.",
  overlap: "A second sheet passes hidden under the first: a page is lost.",
  reset: "The connection breaks in mid-page.",
  truncated: "The page ends early, as if it were whole.",
  garbage: "Bytes of the page are damaged.",
  stall: "Nothing comes any more, and nobody says why.",
  slow: "The page trickles; say how many bytes a second are left.",
  status: "Any status you like; say which one.",
};

const CONDITIONS = [
  ["jam", "Jam", "Paper sticks in the path"],
  ["double_feed", "Double feed", "Two sheets at once"],
  ["cover_open", "Cover", "Open the cover"],
  ["hardware", "Lamp broken", "A hardware failure"],
  ["locked", "Transport lock", "As it was shipped"],
  ["busy", "Another host", "Somebody else holds it"],
  ["offline", "Unplugged", "Pulled out of the wall"],
  ["sleeping", "Sleep", "The lamp goes off"],
];

const OPTIONS = ["page", "times", "byte", "after_s", "probability", "rate", "http_status"];

export class Faults {
  constructor(base, changed) {
    this.base = base;
    this.changed = changed;
    for (const [kind] of Object.entries(KINDS)) {
      $("rule-kind").append(h("option", { value: kind }, kind.replaceAll("_", " ")));
    }
    for (const [kind, name, hint] of CONDITIONS) $("levers").append(this.lever(kind, name, hint));
    $("rule-kind").addEventListener("change", hint);
    $("rule").addEventListener("submit", (event) => this.plan(event));
    $("forget-rules").addEventListener("click", () => this.act("DELETE", "/faults", undefined, "No faults are planned."));
    $("clear").addEventListener("click", () => this.act("POST", "/clear", {}, "Everything is cleared."));
    hint();
  }

  lever(kind, name, words) {
    const pull = () => this.pull(kind, name);
    return h(
      "button",
      { type: "button", role: "switch", class: "lever", "aria-checked": "false", "data-kind": kind, onclick: pull },
      h("span", { class: "slot", "aria-hidden": "true" }),
      h("span", { class: "lever-name" }, name),
      h("span", { class: "lever-hint" }, words),
    );
  }

  async pull(kind, name) {
    const isOn = document.querySelector(`.lever[data-kind="${kind}"]`).getAttribute("aria-checked") === "true";
    const words = `${name}: ${isOn ? "off" : "on"}.`;
    if (kind === "busy") {
      if (isOn) await this.act("DELETE", "/lock", undefined, words);
      else await this.act("PUT", "/lock", { host: "another host" }, words);
    } else if (kind === "sleeping") await this.act("POST", "/sleep", {}, "It sleeps until the next job.");
    else if (kind === "cover_open") await this.act("PUT", "/cover", { open: !isOn }, words);
    else if (kind === "offline") await this.act("PUT", "/plugged", { plugged: isOn }, words);
    else await this.act("POST", isOn ? "/clear" : "/strike", { kind }, words);
  }

  async plan(event) {
    event.preventDefault();
    const body = { kind: $("rule-kind").value };
    for (const name of OPTIONS) {
      const { value } = $(`rule-${name}`);
      if (value !== "") body[name] = Number(value);
    }
    for (const name of ["sane_status", "clears"]) {
      const value = $(`rule-${name}`).value.trim();
      if (value) body[name] = value;
    }
    try {
      const rule = await ask("POST", `${this.base()}/faults`, body);
      say(`Planned: ${rule.text}.`);
      this.changed();
    } catch (error) {
      alarm(error.message);
    }
  }

  update(device) {
    const kinds = new Set(device.conditions.map((condition) => condition.kind));
    if (device.locked_by) kinds.add("busy");
    if (device.is_asleep) kinds.add("sleeping");
    for (const lever of $("levers").children) {
      const { kind } = lever.dataset;
      attribute(lever, "aria-checked", String(kinds.has(kind)));
      lever.hidden = !device.feeder && ["jam", "double_feed", "cover_open"].includes(kind);
    }
    $("clear").disabled = device.conditions.every((condition) => condition.kind === "offline");
    // The display tells the gravest one; the list is for those that stand behind it.
    keyed($("conditions"), device.conditions.slice(1), (condition) => condition.kind, makeCondition, (item, condition) => {
      text(item, `also ${condition.kind.replaceAll("_", " ")}${condition.clears === "by_itself" ? ", until the next job" : ""}`);
    });
    this.updateRules(device.faults);
  }

  updateRules(rules) {
    $("forget-rules").hidden = rules.length < 2;
    keyed($("rules"), rules, (rule) => rule.id, (rule) => this.makeRule(rule), (item, rule) => {
      attribute(item, "data-spent", rule.is_spent ? "yes" : null);
      text(item.querySelector(".rule-text"), rule.text.replaceAll("_", " "));
      text(item.querySelector(".fired"), rule.is_spent ? "has happened" : rule.fired ? `happened ${rule.fired} times` : "waits");
    });
  }

  makeRule(rule) {
    const remove = () => this.act("DELETE", `/faults/${rule.id}`, undefined, "The fault is not planned any more.");
    return h(
      "li",
      {},
      h("span", { class: "rule-text" }),
      h("span", { class: "fired" }),
      h("button", { type: "button", "aria-label": `Remove: ${rule.text}`, onclick: remove }, "Remove"),
    );
  }

  async act(method, path, body, words) {
    try {
      this.changed(await ask(method, this.base() + path, body));
      say(words);
    } catch (error) {
      alarm(error.message);
    }
  }
}

function makeCondition() {
  return h("p", { class: "condition" });
}

function hint() {
  text($("rule-hint"), KINDS[$("rule-kind").value]);
}
