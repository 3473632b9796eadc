// The pure parts of the prompt: platform, packages, words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { contentFor, filled } from "../../../src/scanwright/web/sdk/prompt/content.js";
import { sizeOf } from "../../../src/scanwright/web/sdk/prompt/install.js";
import { checked, loadManifest, offersFor } from "../../../src/scanwright/web/sdk/prompt/manifest.js";
import { platformOf } from "../../../src/scanwright/web/sdk/prompt/platform.js";
import { chooseLanguage, LANGUAGES, textsIn } from "../../../src/scanwright/web/sdk/prompt/texts/index.js";

const AGENTS = {
  linux: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
  ubuntu: "Mozilla/5.0 (X11; Ubuntu; Linux aarch64; rv:153.0) Gecko/20100101 Firefox/153.0",
  suse: "Mozilla/5.0 (X11; SUSE; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
  fedora: "Mozilla/5.0 (X11; Fedora; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
  windows: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
  macos: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15",
  android: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36",
};

for (const [name, vendor, expected] of [
  ["linux", "Google Inc.", ["linux", "amd64", null, "chromium"]],
  ["ubuntu", "", ["linux", "arm64", "deb", "firefox"]],
  ["fedora", "", ["linux", "amd64", "rpm", "firefox"]],
  ["suse", "", ["linux", "amd64", "rpm", "firefox"]],
  ["windows", "Google Inc.", ["windows", "amd64", null, "chromium"]],
  ["macos", "Apple Computer, Inc.", ["macos", "unknown", null, "webkit"]],
  ["android", "Google Inc.", ["other", "unknown", null, "chromium"]],
]) {
  test(`the platform of ${name}`, () => {
    const { system, arch, format, browser } = platformOf({ userAgent: AGENTS[name], vendor });
    assert.deepEqual([system, arch, format, browser], expected);
  });
}

test("hints tell the processor that the agent string hides", () => {
  assert.equal(platformOf({ userAgent: "X11; Linux", hints: { architecture: "arm", bitness: "64" } }).arch, "arm64");
  assert.equal(platformOf({ userAgent: "X11; Linux", hints: { architecture: "x86", bitness: "64" } }).arch, "amd64");
});

const file = (format, arch, name = `scanwright.${arch}.${format}`) => ({
  platform: "linux", format, arch, name, bytes: 9, sha256: "0".repeat(64),
});
const ALL = { version: "1", files: [file("rpm", "amd64"), file("deb", "amd64"), file("deb", "arm64")] };
const FOLDER = new URL("https://site.example/dist/");
const LINUX = platformOf({ userAgent: AGENTS.linux });

test("packages for the processor are offered, the likeliest first", () => {
  const formats = (agent) => offersFor(checked(ALL, FOLDER), platformOf({ userAgent: AGENTS[agent] })).map((each) => each.format);
  assert.deepEqual([formats("linux"), formats("fedora"), formats("ubuntu")], [["deb", "rpm"], ["rpm", "deb"], ["deb"]]);
  assert.deepEqual([formats("windows"), formats("macos"), formats("android")], [[], [], []]);
});

const lines = ({ commands }) => commands.map(({ line }) => line);

test("the command names the file exactly", () => {
  const [deb] = offersFor(checked(ALL, FOLDER), LINUX);
  assert.deepEqual(lines(deb), ["sudo apt install ./scanwright.amd64.deb"]);
  assert.equal(deb.url, "https://site.example/dist/scanwright.amd64.deb");
});

const DNF = "sudo dnf install ./scanwright.amd64.rpm";
const ZYPPER = "sudo zypper install --allow-unsigned-rpm ./scanwright.amd64.rpm";

for (const [agent, expected] of [["linux", [DNF, ZYPPER]], ["fedora", [DNF]], ["suse", [ZYPPER]]]) {
  test(`commands of the rpm for ${agent}`, () => {
    const offers = offersFor(checked(ALL, FOLDER), platformOf({ userAgent: AGENTS[agent] }));
    assert.deepEqual(lines(offers.find(({ format }) => format === "rpm")), expected);
  });
}

test("an rpm that is chosen on Debian has both commands", () => {
  const platform = { ...platformOf({ userAgent: AGENTS.ubuntu }), arch: "amd64" };
  const [, rpm] = offersFor(checked(ALL, FOLDER), platform);
  assert.deepEqual(rpm.commands.map(({ installer }) => installer), ["dnf", "zypper"]);
});

test("a format that is no more than a name of every object is none", () => {
  assert.deepEqual(offersFor(checked({ version: "1", files: [file("toString", "amd64")] }, FOLDER), LINUX), []);
});

for (const name of ["a; rm -rf ~", "../a.deb", "$(x).deb", "a b.deb", "-o.deb", "", "a\n.deb", 7]) {
  test(`a package called ${JSON.stringify(name)} never becomes a command`, () => {
    assert.throws(() => checked({ version: "1", files: [file("deb", "amd64", name)] }, FOLDER), TypeError);
  });
}

test("a manifest that is none is refused", () => {
  for (const wrong of [null, 1, {}, { version: 1, files: [] }, { version: "1", files: [{}] }]) {
    assert.throws(() => checked(wrong, FOLDER), TypeError);
  }
});

test("a manifest may be given as an object", async () => {
  const manifest = await loadManifest({ ...ALL, base: "/packages/" }, "https://site.example/app/");
  assert.equal(manifest.base, "https://site.example/packages/");
});

test("the first language that is spoken is chosen", () => {
  assert.deepEqual(
    [["de-AT", "en"], ["it", "fr-CH"], ["it"], [], ["EN-us"], ["constructor"]].map(chooseLanguage),
    ["de", "fr", "en", "en", "en", "en"],
  );
});

const shape = (texts) => Object.entries(texts).map(([name, value]) =>
  typeof value === "string" ? [name, [...value.matchAll(/\{\w+\}/g)].map(String).sort()] : [name, shape(value)]);

for (const language of LANGUAGES) {
  test(`${language} has all words, with the same places to fill`, () => {
    assert.deepEqual(shape(textsIn(language)), shape(textsIn("en")));
  });
}

test("words can be replaced one by one", () => {
  const texts = textsIn("de", { reconnect: "Los", reasons: { busy: { title: "Moment" } }, other: "x" });
  assert.deepEqual([texts.reconnect, texts.reasons.busy.title], ["Los", "Moment"]);
  assert.equal(texts.reasons.busy.lead, textsIn("de").reasons.busy.lead);
  assert.ok(!("other" in texts));
});

test("only names in braces that are known are filled", () => {
  assert.equal(filled("{a} {b} {", { a: 1 }), "1 {b} {");
});

const DETAIL = {
  address: "https://127.0.0.1:18623", certificateAddress: "https://127.0.0.1:18623/hello",
  managerAddress: "http://127.0.0.1:18625", origin: "https://site.example", framed: false,
  version: "0.1.0", protocols: [1], closeCode: null,
};
const help = (reason, platform = LINUX, detail = {}) =>
  contentFor({ reason, candidates: [], detail: { ...DETAIL, ...detail } }, platform, textsIn("en"));

for (const reason of Object.keys(textsIn("en").reasons)) {
  test(`${reason} says what to do, and leaves no place unfilled`, () => {
    const content = help(reason);
    assert.ok(content.installs || content.steps.length > 0);
    assert.ok(!/\{\w+\}/.test(JSON.stringify(content)));
  });
}

test("packages are offered only where installing helps", () => {
  const offering = Object.keys(textsIn("en").reasons).filter((reason) => help(reason).installs);
  assert.deepEqual(offering, ["not-installed", "mixed-content", "service-too-old"]);
});

test("a certificate is shown by its address", () => {
  assert.equal(help("certificate").steps[0].link, DETAIL.certificateAddress);
});

test("how to allow depends on the browser, and on a frame", () => {
  const firefox = platformOf({ userAgent: AGENTS.fedora });
  assert.notEqual(help("permission-denied").steps[0].text, help("permission-denied", firefox).steps[0].text);
  assert.equal(help("permission-denied", LINUX, { framed: true }).steps.length, help("permission-denied").steps.length + 1);
});

test("commands of systemd are for Linux only", () => {
  const commands = help("not-running", platformOf({ userAgent: AGENTS.windows })).steps.map((step) => step.command);
  assert.ok(!commands.some((command) => command?.includes("systemctl")));
});

test("sizes are written as the language does", () => {
  assert.equal(sizeOf(25_300_000, "en"), "25.3 MB");
  assert.match(sizeOf(25_300_000, "de"), /25,3/);
});
