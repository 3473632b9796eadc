// What the prompt says for each reason: which words, which commands, which addresses.

/** @typedef {import('../types.js').Reason} Reason */
/** @typedef {import('./platform.js').Platform} Platform */

/**
 * @typedef {object} Step
 * @property {string} text
 * @property {string} [command] To be typed in a terminal.
 * @property {string} [link] To be opened in a new tab.
 */

/**
 * @typedef {object} Content
 * @property {string} title
 * @property {string} lead
 * @property {readonly Step[]} steps
 * @property {boolean} installs Whether packages are offered.
 */

/**
 * @typedef {object} Hint A step, by the name of its words; `when` says for whom.
 * @property {import('./texts/index.js').StepName} say
 * @property {string} [command]
 * @property {'certificateAddress' | 'managerAddress'} [link]
 * @property {(platform: Platform, detail: import('../types.js').Detail) => boolean} [when]
 */

/** @type {(platform: Platform) => boolean} */
const onLinux = ({ system }) => system === "linux";

/** @type {readonly Hint[]} */
const START = [
  { say: "startSystem", command: "sudo systemctl start scanwright", when: onLinux },
  { say: "startOwn", command: "scanwright service start", when: onLinux },
  { say: "startByHand", command: "scanwright serve", when: (platform) => !onLinux(platform) },
  { say: "examine", command: "scanwright doctor" },
];

/** @type {readonly Hint[]} */
const TRUST = [
  { say: "openCertificate", link: "certificateAddress" },
  { say: "trust", command: "scanwright certificate trust", when: onLinux },
  { say: "restartBrowser" },
];

/** @type {readonly Hint[]} */
const ALLOW = [
  { say: "allowChromium", when: ({ browser }) => browser === "chromium" },
  { say: "allowFirefox", when: ({ browser }) => browser === "firefox" },
  { say: "allowElsewhere", when: ({ browser }) => browser === "webkit" },
  { say: "allowFrame", when: (_, { framed }) => framed },
  { say: "allowByAdministrator" },
];

/** @type {Readonly<Record<Reason, {hints: readonly Hint[], installs?: boolean}>>} */
const HELP = Object.freeze({
  "not-installed": { hints: [], installs: true },
  "not-running": { hints: START },
  "permission-denied": { hints: ALLOW },
  "permission-pending": { hints: [{ say: "answerBrowser" }, { say: "notAsked", command: "scanwright status" }] },
  "insecure-page": { hints: [{ say: "openByHttps" }, { say: "askOperatorHttps" }] },
  certificate: { hints: TRUST },
  "mixed-content": { hints: [...TRUST, { say: "orNotRunning" }], installs: true },
  "origin-refused": {
    hints: [{ say: "openManager", link: "managerAddress" }, { say: "addOrigin", command: "scanwright admin" }],
  },
  "content-security-policy": { hints: [{ say: "askOperatorPolicy" }, { say: "policyLine" }] },
  "service-too-old": { hints: [{ say: "update" }], installs: true },
  "service-too-new": { hints: [{ say: "reload" }, { say: "askOperatorVersion" }] },
  "port-taken": { hints: [{ say: "findTaker", command: "sudo ss -ltnp", when: onLinux }, { say: "endTaker" }] },
  busy: { hints: [{ say: "wait" }, { say: "restart", command: "sudo systemctl restart scanwright", when: onLinux }] },
});

/** Reasons that lie in the page itself: to look again by oneself is of no use. */
export const LASTING = Object.freeze(new Set(["content-security-policy", "insecure-page"]));

/**
 * @param {import('../types.js').Problem} problem
 * @param {Platform} platform
 * @param {import('./texts/index.js').Texts} texts
 * @returns {Content}
 */
export function contentFor({ reason, detail }, platform, texts) {
  const { hints, installs = false } = HELP[reason];
  const { title, lead } = texts.reasons[reason];
  const steps = hints
    .filter(({ when }) => when?.(platform, detail) ?? true)
    .map(({ say, command, link }) => ({ text: texts.steps[say], command, link: link && detail[link] }));
  const words = { ...detail, version: detail.version ?? "?" };
  return {
    title: filled(title, words),
    lead: filled(lead, words),
    steps: steps.map((step) => ({ ...step, text: filled(step.text, words) })),
    installs,
  };
}

/**
 * Puts values where their names stand in braces; other braces stay.
 * @param {string} text
 * @param {Record<string, unknown>} values
 */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
