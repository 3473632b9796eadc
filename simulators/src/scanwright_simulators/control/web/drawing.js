// The drawing of a scanner, cut open: where the paper is, what moves, what is stuck.
//
// Drawn once for each kind of device; afterwards only attributes change, and the style
// sheet does the rest.

import { attribute, plural, s, text } from "./elements.js";

const LAYERS = 16;
const STEP = 2.5;
const SHOWN = 21;

// A few sheets are drawn one by one, many as a pile that grows ever more slowly.
function layers(count) {
  return count <= 6 ? count : Math.min(LAYERS, 6 + Math.round(2.2 * Math.log2(count / 6)));
}

function pile(name, x, y, width) {
  const sheets = Array.from({ length: LAYERS }, (_, place) =>
    s("rect", {
      class: "sheet",
      x: x + (place % 3),
      y: y - place * STEP,
      width: width - (place % 2) * 3,
      height: 1.9,
      rx: 0.6,
    }),
  );
  return s("g", { class: `pile ${name}` }, ...sheets);
}

function feeder() {
  return [
    s("line", { class: "leg", x1: 404, y1: 108, x2: 424, y2: 222 }),
    s(
      "g",
      { transform: "translate(232 166) rotate(-20.5)" },
      s("rect", { class: "plate", x: 0, y: 0, width: 214, height: 6, rx: 3 }),
      pile("in-tray", 6, -2.6, 192),
    ),
    pile("in-output", 240, 219, 206),
    s("rect", { class: "case upper", x: 70, y: 138, width: 166, height: 86, rx: 24 }),
    s("rect", { class: "inside", x: 92, y: 150, width: 144, height: 66, rx: 20 }),
    s("path", { class: "way", d: "M244 163 H170 C112 163 112 208 170 208 H246" }),
    s("path", { class: "moving", d: "M244 163 H170 C112 163 112 208 170 208 H246" }),
    s("path", { class: "stuck second", d: "M252 158 l-16 -5 -9 12 -12 -13 -10 14 -14 -12 -10 11 -13 -8" }),
    s("path", { class: "stuck", d: "M256 164 l-18 -8 -9 14 -12 -15 -11 16 -13 -13 -10 13 -12 -4" }),
    s("g", { class: "roller" }, s("circle", { cx: 212, cy: 178, r: 11 }), s("path", { d: "M212 170v16M204 178h16" })),
    s("g", { class: "roller big" }, s("circle", { cx: 166, cy: 185.5, r: 17 }), s("path", { d: "M166 172v27M152.5 185.5h27" })),
    s("rect", { class: "case cover", x: 66, y: 130, width: 172, height: 20, rx: 10 }),
    s("g", { class: "badge" }, s("path", { d: "M154 82 l24 42 h-48 z" }), s("path", { class: "mark", d: "M154 96v13M154 115v3" })),
  ];
}

function base() {
  return [
    s("rect", { class: "case", x: 66, y: 250, width: 438, height: 84, rx: 13 }),
    s("rect", { class: "foot", x: 100, y: 334, width: 44, height: 7, rx: 3 }),
    s("rect", { class: "foot", x: 426, y: 334, width: 44, height: 7, rx: 3 }),
    s("rect", { class: "inside", x: 92, y: 258, width: 244, height: 40, rx: 7 }),
    s(
      "g",
      { class: "carriage" },
      s("path", { class: "beam", d: "M104 274 h20 l12 -26 h-44 z" }),
      s("rect", { class: "lamp", x: 100, y: 272, width: 28, height: 18, rx: 4 }),
    ),
    s("path", { class: "rail", d: "M98 293h232" }),
    s("rect", { class: "pane", x: 88, y: 246, width: 394, height: 5, rx: 2 }),
    s("rect", { class: "sheet on-glass", x: 96, y: 243.6, width: 236, height: 2.4, rx: 1 }),
    s("rect", { class: "case lid", x: 66, y: 222, width: 438, height: 21, rx: 8 }),
    s("rect", { class: "screen", x: 348, y: 262, width: 142, height: 28, rx: 5 }),
    s("text", { class: "words", x: 419, y: 280 }),
    s("circle", { class: "light", cx: 362, cy: 312, r: 6 }),
    ...[400, 426, 452].map((cx) => s("circle", { class: "key", cx, cy: 312, r: 7 })),
  ];
}

function wall() {
  return [
    s("rect", { class: "socket", x: 584, y: 262, width: 38, height: 60, rx: 7 }),
    s("circle", { class: "inside", cx: 603, cy: 292, r: 12 }),
    s(
      "g",
      { class: "plugged" },
      s("path", { class: "cable", d: "M504 318 C548 318 540 292 580 292" }),
      s("rect", { class: "plug", x: 574, y: 283, width: 20, height: 18, rx: 4 }),
    ),
    s(
      "g",
      { class: "unplugged" },
      s("path", { class: "cable", d: "M504 318 C524 318 520 336 542 336" }),
      s("rect", { class: "plug", x: 540, y: 326, width: 18, height: 15, rx: 4 }),
      s("path", { class: "pins", d: "M558 330h9M558 337h9" }),
    ),
  ];
}

export function draw(hasFeeder) {
  return s(
    "svg",
    { viewBox: "44 66 592 284", role: "img", class: hasFeeder ? "with-feeder" : "flat" },
    s("path", { class: "desk", d: "M48 341h584" }),
    ...wall(),
    ...base(),
    ...(hasFeeder ? feeder() : []),
    s("text", { class: "count tray-count", x: 444, y: 90 }),
    s("text", { class: "count output-count", x: 462, y: 214 }),
    s("text", { class: "snore", x: 300, y: 190 }, "z z z"),
  );
}

function show(svg, name, count) {
  const shown = layers(count);
  svg.querySelectorAll(`.${name} .sheet`).forEach((sheet, place) => {
    attribute(sheet, "visibility", place < shown ? "visible" : "hidden");
  });
}

export function update(svg, device) {
  const kinds = new Set(device.conditions.map((condition) => condition.kind));
  attribute(svg, "data-state", device.state);
  attribute(svg, "data-input", device.job?.input);
  attribute(svg, "data-cover", kinds.has("cover_open") ? "open" : "closed");
  attribute(svg, "data-plug", kinds.has("offline") ? "out" : "in");
  attribute(svg, "data-stuck", kinds.has("double_feed") ? "two" : kinds.has("jam") ? "one" : "none");
  const words = device.display.length > SHOWN ? `${device.display.slice(0, SHOWN - 1)}…` : device.display;
  text(svg.querySelector(".words"), kinds.has("offline") ? "" : words);
  const { feeder: paper } = device;
  if (paper) {
    show(svg, "in-tray", paper.tray);
    show(svg, "in-output", paper.output);
    text(svg.querySelector(".tray-count"), paper.tray ? String(paper.tray) : "empty");
    text(svg.querySelector(".output-count"), paper.output ? String(paper.output) : "");
  }
  attribute(svg, "aria-label", describe(device));
}

function describe(device) {
  const { feeder: paper } = device;
  const body = paper ? "A scanner with a feeder, cut open" : "A flatbed scanner, cut open";
  const sheets = paper
    ? `${plural(paper.tray, "sheet")} in the tray, ${paper.path} in the path, ${paper.output} passed. `
    : "";
  return `${body}. ${sheets}Its display says: ${device.display}.`;
}
