// A batch taken along: its questions are on this page, one is shown at a time, answers go to the
// worker, which keeps and delivers them.

const CACHE = "tamis-along";
const AGAIN = 20_000; // milliseconds between two tries while something waits

const $ = (selector, within = document) => within.querySelector(selector);
const panel = $("[data-along]");
const words = panel.dataset;
const sheets = [...document.querySelectorAll("template[data-sheet]")];

let worker = null;
let rows = new Map();
let pause = null;
let over = false;

function fill(text, numbers) {
  return text.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);
}

function ask(message) {
  return new Promise((done, fail) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => (data.fault ? fail(new Error(data.fault)) : (hear(data.rows), done()));
    worker.postMessage(message, [port2]);
  });
}

function hear(list) {
  if (over && !list.length) return;
  rows = new Map(list.map((row) => [row.id, row]));
  tell();
}

const are = (...states) => [...rows.values()].filter((row) => states.includes(row.state));
const open = () => sheets.filter((sheet) => !["ready", "delivered", "gone"].includes(rows.get(sheet.dataset.sheet)?.state));

function said(name, n) {
  return fill(n === 1 && words[`${name}-1`] ? words[`${name}-1`] : words[name], { n });
}

function tell() {
  const waiting = are("ready").length;
  const delivered = are("delivered").length;
  const late = are("delivered").filter((row) => row.outcome === "late").length;
  const left = open();
  const told = [];
  if (left.length) told.push(fill(words.left, { n: left.length, all: sheets.length }));
  if (are("refused").length) told.push(said("back", are("refused").length));
  if (waiting) told.push(said("waiting", waiting));
  else if (delivered) told.push(said("delivered", delivered));
  if (late) told.push(said("late", late));
  if (are("gone").length) told.push(said("gone", are("gone").length));
  if (left.length && words.due) told.push(due());
  const text = told.join(" ");
  if ($("[data-state]", panel).textContent !== text) $("[data-state]", panel).textContent = text;
  dots([["grain", delivered], ["held", waiting], ["", left.length]]);
  $("[data-offline]", panel).hidden = navigator.onLine;
  for (const each of document.querySelectorAll("[data-until-back]")) each.hidden = !waiting;
  for (const each of document.querySelectorAll("[data-arrived]")) each.hidden = waiting > 0;
}

function due() {
  const end = new Date(words.due);
  if (end < new Date()) return words.over;
  const time = end.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return fill(words.until, { time });
}

// As many as there are: what has arrived, what waits in this browser, what is still to be said.
function dots(kinds) {
  const row = kinds.flatMap(([kind, n]) => Array.from({ length: n }, () => kind));
  $("[data-dots]", panel).replaceChildren(
    ...row.map((kind) => Object.assign(document.createElement("i"), { className: kind })),
  );
}

async function show() {
  const sheet = open()[0];
  const play = $("#play");
  const back = $("[data-return]");
  if (back) back.hidden = !sheet || !navigator.onLine;
  if (!sheet) {
    play.hidden = true;
    $("[data-done]").hidden = false;
    $("[data-done] h1").focus();
    return tidy();
  }
  const shown = document.createElement("div");
  shown.append(sheet.content.cloneNode(true));
  play.replaceWith(shown.firstElementChild);
  refill(rows.get(sheet.dataset.sheet));
  document.dispatchEvent(new CustomEvent("tamis:shown"));
}

// Nothing is left to say or to send: the next batch is another one. What is told stays.
async function tidy() {
  if (open().length || are("ready", "refused").length) return;
  over = true;
  await ask({ do: "clear" });
}

// What was typed before the page was closed, or what was refused, comes back into the form.
function refill(row) {
  if (!row?.body) return;
  const form = $("form[data-questions]");
  const body = new URLSearchParams(row.body);
  for (const [name, count] of body) {
    if (!name.startsWith("count-")) continue;
    const field = form.elements[name].closest("fieldset");
    for (let left = Number(count); left > 0 && form.elements[name].value < Number(count); left -= 1) {
      $("[data-more]", field)?.click();
    }
  }
  for (const [name, value] of body) {
    if (!/^(q-|unsure-|none-)/.test(name)) continue;
    for (const input of document.getElementsByName(name)) {
      if (/^(radio|checkbox)$/.test(input.type)) input.checked ||= input.value === value;
      else input.value = value;
    }
  }
  if (row.sentence) wrong(row.sentence);
}

function wrong(text) {
  const note = $("[data-wrong]");
  note.textContent = text;
  note.hidden = false;
  note.focus();
}

function missing(form) {
  return [...form.querySelectorAll("[data-required]:not([hidden])")].find(
    (field) => ![...field.querySelectorAll("input:not([type=hidden]), select, textarea")].some((input) =>
      /^(radio|checkbox)$/.test(input.type) ? input.checked : input.value.trim(),
    ),
  );
}

function row(form, state, deed) {
  const id = $("#play").dataset.of;
  const body = new URLSearchParams(new FormData(form));
  const old = rows.get(id);
  body.set("do", deed);
  if (old?.state === "refused") body.set("answer_id", crypto.randomUUID());
  return { id, page: location.pathname, address: form.action, body: String(body), state };
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-questions]")) return;
  event.preventDefault();
  const deed = event.submitter?.value ?? "answer";
  const empty = deed === "answer" && missing(form);
  if (empty) {
    empty.prepend($("[data-wrong]")); // beside what is missing, not above a long form
    $("legend", empty)?.after($("[data-wrong]"));
    wrong(words.missing);
    $("[data-wrong]").scrollIntoView({ block: "start" }); // below the excerpt, which stays in sight
    return;
  }
  clearTimeout(pause); // what was typed a moment ago is in it
  await ask({ do: "put", row: row(form, "ready", deed) });
  await show();
  await ask({ do: "deliver" });
  await tidy();
});

// What waits here goes out before the rest is given back.
document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-return]")) return;
  event.preventDefault();
  await ask({ do: "deliver" });
  if (are("ready").length) return;
  await ask({ do: "clear" });
  event.target.submit();
});

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-questions]");
  if (!form) return;
  clearTimeout(pause);
  const typing = row(form, "typing", "answer");
  pause = setTimeout(() => $("#play").dataset.of === typing.id && form.isConnected && ask({ do: "put", row: typing }), 400);
});

// All that the page is made of, and the pictures of the questions.
function parts() {
  const own = performance.getEntriesByType("resource").map(({ name }) => name);
  const linked = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((each) => each.href || each.src);
  const pictures = sheets.flatMap((sheet) => [...sheet.content.querySelectorAll("img")].map((image) => image.src));
  const files = [...own, ...linked].filter((address) => address.startsWith(location.origin) && /\.(css|js|svg)$/.test(address));
  return [...new Set([location.origin + location.pathname, ...files, ...pictures])];
}

async function download(button) {
  const bar = $("progress", panel);
  const all = parts();
  button.disabled = true;
  bar.hidden = false;
  bar.max = all.length;
  const cache = await caches.open(CACHE);
  try {
    for (const [index, address] of all.entries()) {
      await cache.add(new Request(address, { cache: "reload" }));
      bar.value = index + 1;
    }
  } catch {
    button.disabled = false;
    bar.hidden = true;
    $("[data-state]", panel).textContent = words.failed;
    return;
  }
  await begin();
}

async function begin() {
  for (const each of document.querySelectorAll("[data-before]")) each.hidden = true;
  for (const each of document.querySelectorAll("[data-after]")) each.hidden = false;
  await show();
}

async function arrive() {
  if (!("serviceWorker" in navigator) || !window.caches) {
    $("[data-state]", panel).textContent = words.cannot;
    return;
  }
  const registered = await navigator.serviceWorker.register(words.worker, { scope: "/" });
  worker = (await navigator.serviceWorker.ready).active ?? registered.active;
  navigator.serviceWorker.addEventListener("message", ({ data }) => hear(data.rows));
  await ask({ do: "list" });
  await ask({ do: "deliver" });
  const button = $("[data-download]");
  if (!button) return tidy();
  button.disabled = false;
  button.addEventListener("click", () => download(button));
  const kept = await caches.match(location.pathname, { ignoreVary: true });
  if (kept && (await kept.text()).includes(`data-batch="${words.batch}"`)) await begin();
}

async function changed() {
  tell();
  const back = $("[data-return]");
  if (back) back.hidden = $("#play").hidden || !navigator.onLine;
  if (worker && navigator.onLine) {
    await ask({ do: "deliver" });
    await tidy();
  }
}

addEventListener("online", changed);
addEventListener("offline", changed);
setInterval(() => worker && are("ready").length && ask({ do: "deliver" }), AGAIN);
arrive();
