// Keeps a page of the manager live, and sends what its buttons and forms say.
//
// The service renders everything. This asks for the parts of the page every two seconds
// and puts in those that have changed; what somebody is typing into stays. A control
// carries its request: data-method, data-path, and data-body as JSON.

const PERIOD_MS = 2000;
const NEWS_MS = 6000;
const HEADER = "X-Scanwright-Admin";

const shown = new Map();
let etag = null;
let filter = "";
let silence = null;

function half() {
  return localStorage.getItem(HEADER);
}

async function ask(method, path, body) {
  const headers = {};
  if (half()) headers[HEADER] = half();
  if (method === "GET" && etag) headers["If-None-Match"] = etag;
  if (typeof body === "string") headers["Content-Type"] = "application/json";
  return fetch(path, { method, headers, body, cache: "no-store" });
}

function say(id, text) {
  for (const place of ["news", "trouble"]) {
    const element = document.getElementById(place);
    const words = place === id ? text : "";
    if (element.textContent !== words) element.textContent = words;
  }
  clearTimeout(silence);
  if (text && id === "news") silence = setTimeout(() => say("news", ""), NEWS_MS);
}

function showSession(isOpen) {
  for (const element of document.querySelectorAll(".signed-in")) element.hidden = !isOpen;
  for (const element of document.querySelectorAll(".signed-out")) element.hidden = isOpen;
}

// Whoever types, or has chosen a file, must not lose it to a refresh.
function isInUse(part) {
  return [...part.querySelectorAll("input")].some(
    (input) => input.files?.length || (input.type !== "file" && input.value !== input.defaultValue),
  );
}

function localTimes(part) {
  for (const time of part.querySelectorAll("time")) {
    time.title = time.textContent;
    time.textContent = new Date(time.dateTime).toLocaleString();
  }
}

// What a control is called, wherever it stands. Never its place in the list: somebody
// who is about to allow one page must not find the focus on the button of another.
function identity(control) {
  return control.id || control.getAttribute("aria-label") || control.textContent;
}

function focusAgain(part, name) {
  const controls = [...part.querySelectorAll("button, input, select, a, [tabindex]")];
  const same = controls.find((control) => identity(control) === name);
  const near = part.querySelector("h2") ?? document.getElementById("content");
  (same ?? near).focus({ preventScroll: true });
}

// Changes what differs and nothing else: a list that is open stays so.
function renew(part, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  localTimes(template.content);
  const fresh = [...template.content.children];
  const present = [...part.children];
  if (fresh.length !== present.length) part.replaceChildren(...fresh);
  else
    present.forEach((child, place) => {
      if (!child.isEqualNode(fresh[place])) child.replaceWith(fresh[place]);
    });
}

function put(part, html) {
  const { activeElement } = document;
  const focused = part.contains(activeElement) ? identity(activeElement) : null;
  const log = part.querySelector("ol.log");
  const isAtEnd = !log || log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  const offset = log?.scrollTop;
  renew(part, html);
  part.hidden = !html;
  const renewed = part.querySelector("ol.log");
  if (renewed) renewed.scrollTop = isAtEnd ? renewed.scrollHeight : offset;
  if (focused && document.activeElement !== activeElement) focusAgain(part, focused);
}

function questions(html) {
  return html.split("<li>").length + (html ? 1 : 0);
}

function showParts(parts) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const html = parts[part.dataset.part] ?? "";
    if (shown.get(part) === html || isInUse(part)) continue;
    const isNews = shown.has(part) && questions(html) > questions(shown.get(part));
    if (part.id === "requests" && isNews) say("news", "A page asks for access.");
    put(part, html);
    shown.set(part, html);
    const link = document.querySelector(`[data-for="${part.id}"]`);
    if (link) link.hidden = !html;
  }
}

async function refresh() {
  const { parts: path } = document.body.dataset;
  if (path.startsWith("/admin") && !half()) {
    showSession(false);
    showParts({});
    return;
  }
  let answer;
  try {
    answer = await ask("GET", path + filter);
  } catch {
    say("trouble", "The service does not answer. This page goes on trying.");
    return;
  }
  const trouble = document.getElementById("trouble").textContent;
  if (trouble.startsWith("The service does not")) say("news", "The service answers again.");
  if (answer.status === 200) {
    etag = answer.headers.get("ETag");
    const parts = await answer.json();
    showSession("log" in parts || "certificate" in parts);
    showParts(parts);
  } else if (answer.status === 401) {
    localStorage.removeItem(HEADER);
    await refresh();
  }
}

async function send(control, method, path, body) {
  control.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(method, path, body);
    const told = await answer.json();
    if (path.endsWith("/session")) keep(method, told);
    say(answer.ok ? "news" : "trouble", told.message);
    if (answer.ok && control instanceof HTMLFormElement) control.reset();
  } catch {
    say("trouble", "The service does not answer.");
  }
  control.removeAttribute("aria-busy");
  etag = null;
  await refresh();
}

function keep(method, told) {
  if (method === "POST" && told.header) localStorage.setItem(HEADER, told.header);
  if (method === "DELETE") localStorage.removeItem(HEADER);
}

function bodyOf(form) {
  const given = new FormData(form);
  for (const [name, value] of [...given]) {
    if (value === "" || value.size === 0) given.delete(name);
  }
  if (form.dataset.encoding === "form") return given;
  return JSON.stringify({ ...JSON.parse(form.dataset.body ?? "{}"), ...Object.fromEntries(given) });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.path) return;
  event.preventDefault();
  send(form, form.dataset.method, form.dataset.path, bodyOf(form));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-path]");
  if (!button) return;
  const { method, path, body } = button.dataset;
  send(button, method, path, body);
});

document.addEventListener("change", (event) => {
  const { filter: name } = event.target.dataset;
  if (!name) return;
  filter = `?${name}=${encodeURIComponent(event.target.value)}`;
  etag = null;
  refresh();
});

async function start() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    history.replaceState(null, "", location.pathname);
    await send(document.body, "POST", "/admin/api/session", JSON.stringify({ token }));
  }
  document.querySelectorAll("[data-part]").forEach(localTimes);
  await refresh();
  const looking = document.querySelector('form[data-look=""]');
  if (looking) looking.requestSubmit();
  setInterval(() => document.hidden || refresh(), PERIOD_MS);
}

start();
