// `installers.json`: which packages there are, and which of them fit a platform.

/** @typedef {import('../types.js').Manifest} Manifest */
/** @typedef {import('../types.js').InstallerFile} InstallerFile */

/**
 * @typedef {object} Offer A package for this platform.
 * @property {string} format
 * @property {string} name
 * @property {string} url
 * @property {number} bytes
 * @property {string} sha256
 * @property {readonly Command[]} commands What installs it, where it was downloaded to: one,
 *   or one for each distribution that it may be.
 */

/** @typedef {{installer: 'apt' | 'dnf' | 'zypper', line: string}} Command */

/** Names go into a command that somebody runs as root: letters that no shell minds. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._+~-]{0,200}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** @type {Readonly<Record<string, readonly Command['installer'][]>>} */
const INSTALLERS = Object.freeze({ deb: ["apt"], rpm: ["dnf", "zypper"] });

/** Begins of commands. The packages have no signature: zypper would refuse them. */
const BEGINS = Object.freeze({
  apt: "sudo apt install",
  dnf: "sudo dnf install",
  zypper: "sudo zypper install --allow-unsigned-rpm",
});

/**
 * Fetches the manifest of a folder, or takes the one that is given.
 * @param {string | Manifest} installers
 * @param {string} pageUrl What addresses are relative to.
 * @param {AbortSignal} [signal]
 * @returns {Promise<Manifest>} Checked, with an absolute `base`.
 */
export async function loadManifest(installers, pageUrl, signal) {
  if (typeof installers !== "string") return checked(installers, new URL(installers.base ?? "dist/", pageUrl));
  const folder = new URL(installers.endsWith("/") ? installers : `${installers}/`, pageUrl);
  const answer = await fetch(new URL("installers.json", folder), { signal });
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}.`);
  return checked(await answer.json(), folder);
}

/**
 * Checks what a manifest says, since parts of it become a command.
 * @param {any} manifest
 * @param {URL} folder
 * @returns {Manifest}
 */
export function checked(manifest, folder) {
  const files = /** @type {any[]} */ (Array.isArray(manifest?.files) ? manifest.files : []);
  const isSound = files.every(
    ({ name, bytes, sha256 }) => typeof name === "string" && NAME.test(name) && Number.isInteger(bytes) && bytes > 0 && SHA256.test(sha256),
  );
  if (typeof manifest?.version !== "string" || !isSound) throw new TypeError("installers.json is malformed.");
  return { version: manifest.version, base: folder.href, files };
}

/**
 * The packages for a platform, the likeliest first.
 * @param {Manifest} manifest
 * @param {import('./platform.js').Platform} platform
 * @returns {readonly Offer[]}
 */
export function offersFor(manifest, { system, arch, format, installer }) {
  const fits = (/** @type {InstallerFile} */ file) =>
    file.platform === system && Object.hasOwn(INSTALLERS, file.format) && (arch === "unknown" || file.arch === arch);
  const likeliest = format ?? "deb";
  return manifest.files
    .filter(fits)
    .map((file) => offer(file, manifest.base ?? "", installer))
    .sort((one, other) => Number(other.format === likeliest) - Number(one.format === likeliest));
}

/**
 * @param {InstallerFile} file
 * @param {string} base
 * @param {import('./platform.js').Platform['installer']} installer
 * @returns {Offer}
 */
function offer({ format, name, bytes, sha256 }, base, installer) {
  const possible = INSTALLERS[format];
  const likely = possible.filter((each) => each === installer);
  const commands = (likely.length ? likely : possible).map((each) => ({ installer: each, line: `${BEGINS[each]} ./${name}` }));
  return { format, name, url: new URL(name, base).href, bytes, sha256, commands };
}
