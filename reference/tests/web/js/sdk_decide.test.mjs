// The table that tells why the service cannot be reached.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decide, mayAsk, RULES } from "../../../src/scanwright/web/sdk/decide.js";

const hello = { version: "0.1.0", instance: "i", protocols: [1], origin: "allowed" };
const ours = { kind: "ours", hello };

/** A page of another machine, by https, where all is well. */
const WELL = {
  isInsecureRefused: false,
  isLoopbackPage: false,
  isMixedBlocked: false,
  secure: true,
  permission: "granted",
  wasAsked: false,
  isPolicyViolated: false,
  wasSeen: false,
  main: ours,
  other: null,
  opaque: null,
  socket: null,
  protocols: [1],
};

const DEAD = { main: { kind: "failed" }, other: { kind: "failed" }, opaque: "failed", socket: 1006 };
const LATE = { main: { kind: "pending" }, other: { kind: "pending" }, opaque: "pending", socket: "pending" };
const REFUSED = { main: { kind: "ours", hello: { ...hello, origin: "refused" } } };
const speaking = (...protocols) => ({ main: { kind: "ours", hello: { ...hello, protocols } } });
const INSECURE = { isInsecureRefused: true, secure: false };

const CASES = [
  ["all is well", {}, null],
  ["the channel opened, too", { socket: "open" }, null],
  ["one protocol in common is enough", speaking(1, 2, 3), null],
  ["an insecure page that is served all the same", INSECURE, null],
  ["nothing answers", DEAD, "not-installed"],
  ["nothing answers, but did before", { ...DEAD, wasSeen: true }, "not-running"],
  ["the permission is not known", { ...DEAD, permission: "unsupported" }, "not-installed"],
  ["nobody was asked, since a dead port asks nothing", { ...DEAD, permission: "prompt" }, "not-installed"],
  ["the user said no", { ...DEAD, permission: "denied" }, "permission-denied"],
  ["no, although it ran before", { ...DEAD, permission: "denied", wasSeen: true }, "permission-denied"],
  ["the user closed the question", { ...DEAD, permission: "prompt", wasAsked: true }, "permission-denied"],
  ["the user said yes, and nothing is there", { ...DEAD, wasAsked: true }, "not-installed"],
  ["the browser is asking", { ...LATE, permission: "prompt" }, "permission-pending"],
  ["a page of this machine is not asked about", { ...LATE, permission: "prompt", isLoopbackPage: true }, "busy"],
  ["it hangs", LATE, "busy"],
  ["it hangs behind a page that was refused", { ...LATE, permission: "denied" }, "permission-denied"],
  ["https fails where http answers", { ...DEAD, other: ours }, "certificate"],
  ["a handshake that failed", { ...DEAD, socket: 1015 }, "certificate"],
  ["http fails where https answers", { ...DEAD, secure: false, other: ours }, "not-installed"],
  ["https fails where a stranger answers http", { ...DEAD, other: { kind: "foreign" } }, "not-installed"],
  ["https fails, and http may not be tried", { ...DEAD, isMixedBlocked: true }, "mixed-content"],
  ["the same, of one seen before", { ...DEAD, isMixedBlocked: true, wasSeen: true }, "mixed-content"],
  ["an insecure page, where no permission is known", { ...DEAD, ...INSECURE, permission: "unsupported" }, "insecure-page"],
  ["an insecure page is refused without being asked", { ...DEAD, ...INSECURE, permission: "denied" }, "insecure-page"],
  ["an insecure page that has the permission", { ...DEAD, ...INSECURE, permission: "granted" }, "not-installed"],
  ["the same, of one seen before", { ...DEAD, ...INSECURE, permission: "granted", wasSeen: true }, "not-running"],
  ["an insecure page that nobody refuses", { ...DEAD, secure: false }, "not-installed"],
  ["an insecure page that hangs", { ...LATE, ...INSECURE }, "busy"],
  ["an insecure page, asked by the browser", { ...LATE, ...INSECURE, permission: "prompt" }, "permission-pending"],
  ["the service refuses the origin", REFUSED, "origin-refused"],
  ["the channel is closed to the origin", { socket: 1008 }, "origin-refused"],
  ["the policy of the page", { ...DEAD, isPolicyViolated: true }, "content-security-policy"],
  ["a policy that forbids the channel only", { isPolicyViolated: true, socket: 1006 }, "content-security-policy"],
  ["a readable stranger", { ...DEAD, main: { kind: "foreign" } }, "port-taken"],
  ["an unreadable stranger", { ...DEAD, opaque: "answers" }, "port-taken"],
  ["a stranger before an insecure page", { ...DEAD, ...INSECURE, opaque: "answers" }, "port-taken"],
  ["older protocols only", { ...speaking(1), protocols: [2, 3] }, "service-too-old"],
  ["newer protocols only", speaking(2, 3), "service-too-new"],
  ["none in common, older and newer", { ...speaking(1, 4), protocols: [2, 3] }, "service-too-new"],
  ["no protocol at all", speaking(), "service-too-old"],
  ["too old weighs more than refused", { main: { ...REFUSED.main }, protocols: [2] }, "service-too-old"],
  ["too many sessions", { socket: 1013 }, "busy"],
  ["the channel does not open", { socket: "pending" }, "busy"],
];

for (const [name, seen, reason] of CASES) {
  test(`${name}: ${reason}`, () => {
    assert.equal(decide({ ...WELL, ...seen }), reason);
  });
}

test("every rule decides some case", () => {
  const deciding = CASES.map(([, seen]) => RULES.findIndex(([, holds]) => holds({ ...WELL, ...seen })));
  assert.deepEqual(RULES.map((_, place) => deciding.includes(place)), RULES.map(() => true));
});

test("any observations have a reason or none, and no rule throws", () => {
  const answers = [{ kind: "failed" }, { kind: "pending" }, { kind: "foreign" }, ours, REFUSED.main];
  const sides = { permission: ["granted", "denied", "prompt", "unsupported"], main: answers };
  const more = { opaque: [null, "answers", "failed"], socket: [null, "open", "pending", 1006, 1015], other: [null, ...answers] };
  let all = [WELL];
  for (const [name, values] of Object.entries({ ...sides, ...more })) {
    all = all.flatMap((seen) => values.map((value) => ({ ...seen, [name]: value })));
  }
  const reasons = new Set(RULES.map(([reason]) => reason));
  assert.ok(all.every((seen) => reasons.has(decide(seen))));
});

test("only pages from elsewhere may be asked about", () => {
  assert.ok(mayAsk({ permission: "prompt", isLoopbackPage: false }));
  assert.ok(!mayAsk({ permission: "prompt", isLoopbackPage: true }));
  assert.ok(!mayAsk({ permission: "granted", isLoopbackPage: false }));
});
