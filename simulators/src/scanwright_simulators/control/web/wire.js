// The wire: requests to the simulation, and the stream of what happens in it.

import { $ } from "./elements.js";

const NEWS_MS = 5000;
const PATIENCE_MS = 1500;

let silence = 0;

export function say(words) {
  $("news").textContent = words;
  $("alarm").textContent = "";
  clearTimeout(silence);
  silence = setTimeout(() => ($("news").textContent = ""), NEWS_MS);
}

export function alarm(words) {
  $("news").textContent = "";
  $("alarm").textContent = words;
  clearTimeout(silence);
  silence = setTimeout(() => ($("alarm").textContent = ""), 2 * NEWS_MS);
}

export async function ask(method, path, body) {
  const options = { method };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The simulation does not answer.");
  }
  const told = await answer.json();
  if (answer.ok) return told;
  const near = told.near?.length ? ` Perhaps: ${told.near.join(", ")}.` : "";
  throw new Error(`${told.error}.${near}`);
}

// Hands everything to `on.entry` and `on.state`. A page that nobody sees lets go of its
// connection: a browser has six of them for all its pages of one address.
export function follow(on) {
  let source = null;
  let last = null;
  let retry = 0;

  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(last === null ? "/api/events" : `/api/events?after=${last}`);
    source.addEventListener("open", () => on.link("up"));
    source.addEventListener("state", (event) => on.state(JSON.parse(event.data)));
    source.addEventListener("entry", (event) => {
      const entry = JSON.parse(event.data);
      last = entry.seq;
      on.entry(entry);
    });
    source.addEventListener("error", () => {
      on.link("down");
      if (source?.readyState !== EventSource.CLOSED) return; // it tries by itself
      source = null;
      clearTimeout(retry);
      retry = setTimeout(open, PATIENCE_MS);
    });
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else open();
  });
  open();
}
