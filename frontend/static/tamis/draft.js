// What is typed is kept: on this device at once, on the server a moment later. The server's word is
// the one that counts; what is kept here is what could not be sent there yet.

const PREFIX = "tamis-draft-";
const PAUSE = 1500; // milliseconds after the last key
const LONGEST = 60 * 24 * 3600 * 1000; // milliseconds that something unsent is kept here
const KEPT = /^(q-|unsure-|none-|count-|seen$|csrf)/;

const $ = (selector, within = document) => within.querySelector(selector);
const form = () => $("form[data-draft]");
const words = () => $("#status").dataset;

let timer = null;
let sending = null; // the form of a request on its way
let dirty = false; // something here that the server does not have

function typed(from) {
  const body = new URLSearchParams({ do: "draft" });
  for (const [name, value] of new FormData(from)) {
    if (KEPT.test(name) && typeof value === "string") body.append(name, value);
  }
  return body;
}

const store = {
  put(id, body) {
    body.delete("csrfmiddlewaretoken");
    try {
      localStorage.setItem(PREFIX + id, JSON.stringify({ body: String(body), at: Date.now() }));
    } catch {
      // Storage is full or refused: the server's copy has to do.
    }
  },
  take(id) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + id));
    } catch {
      return null;
    }
  },
  drop(id) {
    try {
      localStorage.removeItem(PREFIX + id);
    } catch {
      // As above.
    }
  },
  dropOld() {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && !(this.take(key.slice(PREFIX.length))?.at > Date.now() - LONGEST)) {
        localStorage.removeItem(key);
      }
    }
  },
};

function say(text, label, deed) {
  const line = $("[data-keeping]");
  if (!line) return;
  line.textContent = text;
  if (!label) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: label });
  button.addEventListener("click", deed);
  line.append(" ", button);
}

// The server draws the form anew, with what it keeps.
async function redraw(text) {
  await htmx.ajax("GET", location.pathname, { target: "#play", swap: "outerHTML" });
  say(text);
}

async function send(from, body, leaving = false) {
  body.set("csrfmiddlewaretoken", from.elements.csrfmiddlewaretoken.value);
  const headers = { Accept: "application/json" };
  return fetch(from.action, { method: "POST", body, headers, keepalive: leaving });
}

async function save(body = null) {
  clearTimeout(timer);
  const from = form();
  if (!from || sending === from) return;
  sending = from;
  dirty = false;
  let reply = null;
  try {
    reply = await send(from, body ?? typed(from));
  } catch {
    dirty = true;
  }
  sending = null;
  if (form() !== from) return; // answered meanwhile
  if (dirty && reply === null) return say(words().here);
  await heard(from, reply);
}

async function heard(from, reply) {
  if (reply.status === 409) {
    store.drop(from.dataset.draft);
    return say(words().answered);
  }
  if (!reply.ok) {
    dirty = true;
    return say(reply.status === 422 ? (await reply.json()).sentence : words().here);
  }
  const { seen, overtaken } = await reply.json();
  from.elements.seen.value = seen;
  if (!dirty) store.drop(from.dataset.draft);
  if (!overtaken) return say(words().kept);
  say(words().other, words().take, async () => {
    const body = new URLSearchParams({ do: "draft", seen: from.elements.seen.value });
    for (const [name, values] of Object.entries(overtaken)) values.forEach((value) => body.append(name, value));
    await save(body);
    await redraw(words().newer);
  });
}

function changed() {
  const from = form();
  if (!from) return;
  dirty = true;
  store.put(from.dataset.draft, typed(from));
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

for (const sign of ["input", "change", "tamis:changed"]) {
  document.addEventListener(sign, ({ target }) => {
    if (target === document || form()?.contains(target)) changed();
  });
}

// What this device kept and the server never got goes there now; then the form shows it.
async function arrive() {
  const from = form();
  dirty = false;
  clearTimeout(timer);
  const unsent = from && store.take(from.dataset.draft);
  if (!unsent) return;
  await save(new URLSearchParams(unsent.body));
  if (form() === from && !dirty) await redraw($("[data-keeping]").textContent);
}

async function lookForNewer() {
  const from = form();
  if (!from || dirty || sending) return;
  try {
    const reply = await fetch(`${from.action}?newest`, { headers: { Accept: "application/json" } });
    if (reply.status === 409) return say(words().answered);
    const { seen } = await reply.json();
    if (form() === from && !dirty && seen > Number(from.elements.seen.value)) await redraw(words().newer);
  } catch {
    // No line: what is here is what there is.
  }
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) lookForNewer();
  else if (dirty && form()) send(form(), typed(form()), true).catch(() => {});
});
addEventListener("online", () => dirty && save());
document.addEventListener("htmx:beforeRequest", () => clearTimeout(timer));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const from = detail.requestConfig.elt; // `detail.elt` is what is left of it on the page
  if (detail.successful && from.dataset.draft && detail.requestConfig.verb === "post") {
    store.drop(from.dataset.draft);
    dirty = false;
  }
});
document.addEventListener("htmx:afterSwap", arrive);
try {
  store.dropOld();
} catch {
  // No storage here.
}
arrive();
