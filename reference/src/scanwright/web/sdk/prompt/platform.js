// What machine the browser runs on, and which package is for it.

/**
 * @typedef {object} Platform
 * @property {'linux' | 'windows' | 'macos' | 'other'} system
 * @property {'amd64' | 'arm64' | 'unknown'} arch
 * @property {'deb' | 'rpm' | null} format What its distribution uses, when it says so.
 * @property {'apt' | 'dnf' | 'zypper' | null} installer Of packages, when it says which distribution it is.
 * @property {'chromium' | 'firefox' | 'webkit'} browser
 */

/**
 * @typedef {object} Navigating What of `navigator` tells the platform.
 * @property {string} userAgent
 * @property {string} [vendor]
 * @property {{platform?: string, architecture?: string, bitness?: string}} [hints]
 */

/** @type {readonly [RegExp, Platform['system']][]} */
const SYSTEMS = [
  [/android|iphone|ipad|x11; cr/i, "other"],
  [/windows/i, "windows"],
  [/mac ?os|macintosh/i, "macos"],
  [/linux|x11/i, "linux"],
];

/** @type {readonly [RegExp, NonNullable<Platform['installer']>][]} */
const INSTALLERS = [
  [/ubuntu|debian|mint/i, "apt"],
  [/suse/i, "zypper"],
  [/fedora|red ?hat|centos|rocky/i, "dnf"],
];

/**
 * Tells the platform from what the browser says of itself.
 * @param {Navigating} navigating
 * @returns {Platform}
 */
export function platformOf({ userAgent, vendor = "", hints = {} }) {
  const said = `${hints.platform ?? ""} ${userAgent}`;
  const installer = INSTALLERS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null;
  const system = SYSTEMS.find(([pattern]) => pattern.test(said))?.[1] ?? "other";
  return Object.freeze({
    system,
    arch: archOf(`${hints.architecture ?? ""}${hints.bitness ?? ""} ${userAgent}`),
    format: installer && (installer === "apt" ? "deb" : "rpm"),
    installer,
    browser: browserOf(userAgent, vendor),
  });
}

/**
 * Asks the browser; newer ones hide the processor until they are asked for it.
 * @returns {Promise<Platform>}
 */
export async function askPlatform() {
  const { userAgent, vendor } = navigator;
  const { userAgentData } = /** @type {any} */ (navigator);
  let hints = {};
  try {
    hints = (await userAgentData?.getHighEntropyValues(["architecture", "bitness"])) ?? {};
  } catch {
    // The policy of the page does not let it ask.
  }
  return platformOf({ userAgent, vendor, hints });
}

/** @param {string} said @returns {Platform['arch']} */
function archOf(said) {
  if (/aarch64|arm64|\barm64|\barm ?64/i.test(said)) return "arm64";
  return /x86_64|x86-64|amd64|x64|win64|x8664/i.test(said) ? "amd64" : "unknown";
}

/** @param {string} userAgent @param {string} vendor @returns {Platform['browser']} */
function browserOf(userAgent, vendor) {
  if (/firefox\//i.test(userAgent)) return "firefox";
  return vendor.startsWith("Apple") ? "webkit" : "chromium";
}
