// Why the service cannot be reached: one table from what was observed to the reason.
//
// The first rule that holds decides. A browser tells a page little: that a port is dead
// and that it refused to try look the same. So each rule takes what only its cause does.

/**
 * @typedef {{kind: 'ours', hello: import('./hello.js').Hello}
 *   | {kind: 'foreign' | 'failed' | 'pending'}} Answer What `/hello` brought:
 *   `foreign` is readable and not ours, `pending` is nothing within the deadline.
 */

/**
 * @typedef {object} Observations
 * @property {boolean} isInsecureRefused The page came without TLS from another machine,
 *   and this browser lets no such page reach local services, unless it has the permission.
 * @property {boolean} isLoopbackPage The page itself comes from this machine.
 * @property {boolean} isMixedBlocked The plain address is one that this browser does not
 *   let this page try.
 * @property {boolean} secure The page has to use TLS.
 * @property {'granted' | 'denied' | 'prompt' | 'unsupported'} permission To reach local
 *   services, after the attempt.
 * @property {boolean} wasAsked The browser took so long that it must have asked its user.
 * @property {boolean} isPolicyViolated The Content-Security-Policy of the page spoke.
 * @property {boolean} wasSeen The service was reached from this origin before.
 * @property {Answer} main Of the address that the page has to use.
 * @property {Answer | null} other Of the address with the other scheme.
 * @property {'answers' | 'failed' | 'pending' | null} opaque What a request that may read
 *   nothing brought, at the main address.
 * @property {number | 'open' | 'pending' | null} socket The code that the WebSocket was
 *   closed with; null when it was not tried.
 * @property {readonly number[]} protocols That the page speaks.
 */

/** @typedef {[import('./types.js').Reason | null, (seen: Observations) => boolean]} Rule */

const TLS_HANDSHAKE = 1015;
const POLICY_VIOLATION = 1008;

/** @type {readonly Rule[]} */
export const RULES = Object.freeze([
  ["service-too-old", isBehind],
  ["service-too-new", isAhead],
  ["origin-refused", ({ main }) => main.kind === "ours" && main.hello.origin === "refused"],
  ["content-security-policy", ({ isPolicyViolated }) => isPolicyViolated],
  ["origin-refused", ({ socket }) => socket === POLICY_VIOLATION],
  ["certificate", ({ socket, secure }) => secure && socket === TLS_HANDSHAKE],
  [null, ({ main, socket }) => main.kind === "ours" && (socket === null || socket === "open")],
  ["busy", ({ main }) => main.kind === "ours"],
  ["port-taken", ({ main }) => main.kind === "foreign"],
  ["port-taken", ({ main, opaque }) => main.kind === "failed" && opaque === "answers"],
  ["insecure-page", isRefusedAsInsecure],
  ["permission-denied", ({ permission }) => permission === "denied"],
  ["permission-pending", (seen) => seen.main.kind === "pending" && mayAsk(seen)],
  ["permission-denied", (seen) => seen.wasAsked && seen.permission === "prompt"],
  ["busy", ({ main }) => main.kind === "pending"],
  ["certificate", ({ secure, other }) => secure && other?.kind === "ours"],
  ["mixed-content", ({ isMixedBlocked }) => isMixedBlocked],
  ["not-running", ({ wasSeen }) => wasSeen],
  ["not-installed", () => true],
]);

/**
 * Returns why the service cannot be reached; null when it can.
 * @param {Observations} seen
 * @returns {import('./types.js').Reason | null}
 */
export function decide(seen) {
  const rule = RULES.find(([, holds]) => holds(seen));
  return rule === undefined ? "not-installed" : rule[0];
}

/**
 * Whether the browser may be asking its user. Pages of this machine are not asked about,
 * whatever the state of the permission is.
 * @param {Pick<Observations, 'permission' | 'isLoopbackPage'>} seen
 */
export function mayAsk({ permission, isLoopbackPage }) {
  return permission === "prompt" && !isLoopbackPage;
}

/**
 * A page that has the permission is let through, whatever the browser does to others: then
 * it is the service that is missing.
 * @param {Observations} seen
 */
function isRefusedAsInsecure({ main, isInsecureRefused, permission }) {
  return isInsecureRefused && permission !== "granted" && main.kind === "failed";
}

/** All that the service speaks is older. @param {Observations} seen */
function isBehind({ main, protocols }) {
  return main.kind === "ours" && main.hello.protocols.every((each) => each < Math.min(...protocols));
}

/** None in common, and not all of them older. @param {Observations} seen */
function isAhead(seen) {
  const { main, protocols } = seen;
  if (main.kind !== "ours" || isBehind(seen)) return false;
  return !main.hello.protocols.some((each) => protocols.includes(each));
}
