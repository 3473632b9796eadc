// What a page can try, to find out how the browser and the service stand to it.

import { readHello } from "./hello.js";

const MARK = "scanwright.seen";

/** What Chromium has called the permission: now, and before version 145. */
const PERMISSIONS = ["loopback-network", "local-network-access"];

/** @type {RequestInit} */
const PLAIN = { cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" };

/**
 * Asks for `/hello`; pending when the signal ends it.
 * @param {string} origin
 * @param {AbortSignal} signal
 * @returns {Promise<import('./decide.js').Answer>}
 */
export async function askHello(origin, signal) {
  try {
    const hello = await readHello(await fetch(`${origin}/hello`, { ...PLAIN, signal }));
    return hello ? { kind: "ours", hello } : { kind: "foreign" };
  } catch {
    return { kind: signal.aborted ? "pending" : "failed" };
  }
}

/**
 * Asks whether anything answers there at all, even what no page may read.
 * @param {string} origin
 * @param {AbortSignal} signal
 * @returns {Promise<'answers' | 'failed' | 'pending'>}
 */
export async function askOpaque(origin, signal) {
  try {
    // Browsers fail a request without CORS that would not follow where it is sent.
    const answer = await fetch(`${origin}/hello`, { ...PLAIN, mode: "no-cors", redirect: "follow", signal });
    await answer.body?.cancel();
    return "answers";
  } catch {
    return signal.aborted ? "pending" : "failed";
  }
}

/**
 * Opens a WebSocket and closes it; returns the code that it was closed with.
 * @param {string} url
 * @param {string} subprotocol
 * @param {AbortSignal} signal
 * @returns {Promise<number | 'open' | 'pending'>}
 */
export function trySocket(url, subprotocol, signal) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, subprotocol);
    const end = (/** @type {number | 'open' | 'pending'} */ outcome) => {
      resolve(outcome);
      socket.close();
    };
    socket.onopen = () => end("open");
    socket.onclose = ({ code }) => end(code);
    signal.addEventListener("abort", () => end("pending"), { once: true });
  });
}

/**
 * The browser's permission to reach local services; null where it knows none.
 * @returns {Promise<PermissionStatus | null>}
 */
export async function askPermission() {
  for (const name of PERMISSIONS) {
    try {
      return await navigator.permissions.query(/** @type {any} */ ({ name }));
    } catch {
      // A TypeError: this browser does not know the name.
    }
  }
  return null;
}

/** @returns {Promise<'granted' | 'denied' | 'prompt' | 'unsupported'>} */
export async function permissionNow() {
  return (await askPermission())?.state ?? "unsupported";
}

/**
 * Listens whether the policy of the page forbids one of these origins.
 * @param {readonly string[]} origins
 */
export function watchPolicy(origins) {
  let isViolated = false;
  const hear = (/** @type {SecurityPolicyViolationEvent} */ event) => {
    if (event.disposition !== "enforce") return;
    if (origins.includes(originOfUri(event.blockedURI))) isViolated = true;
  };
  document.addEventListener("securitypolicyviolation", hear);
  return {
    get isViolated() {
      return isViolated;
    },
    stop: () => document.removeEventListener("securitypolicyviolation", hear),
  };
}

/** @param {string} uri */
function originOfUri(uri) {
  return URL.canParse(uri) ? new URL(uri).origin : uri;
}

/** Whether the service was reached from this origin before. */
export function wasSeen() {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return false; // a frame without an origin has no storage
  }
}

/** Remembers that the service was reached. */
export function markSeen() {
  try {
    localStorage.setItem(MARK, "1");
  } catch {
    // No storage, or a full one: the next page takes the service for not installed.
  }
}
