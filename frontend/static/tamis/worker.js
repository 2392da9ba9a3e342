// While there is no connection, this answers for the site: with the batch that was taken along, and
// only with that. Answers given meanwhile wait here, and go out one by one when the line is back.

const CACHE = "tamis-along";
const SENT = ["ready", "delivered", "gone"];
const PATIENCE = 5000; // milliseconds that a page which is kept here may take to arrive

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

// --- The pages, their parts and pictures ---

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode !== "navigate") return void event.respondWith(part(request));
  const answer = page(request);
  event.respondWith(answer);
  event.waitUntil(answer.then(deliver, () => {}));
});

async function page(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true, ignoreVary: true });
  const patience = kept && new Promise((_, lose) => setTimeout(lose, PATIENCE));
  try {
    return await Promise.race([fetch(request), patience].filter(Boolean));
  } catch (lost) {
    if (kept) return kept;
    const along = (await cache.keys()).find(({ url }) => url.endsWith("/along/"));
    if (along) return Response.redirect(along.url);
    throw lost;
  }
}

async function part(request) {
  try {
    return await fetch(request);
  } catch (lost) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw lost;
  }
}

// --- The answers: one row an assignment ---

function opened() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(CACHE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("answers", { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

async function answers(mode, deed) {
  const base = await opened();
  return new Promise((done, fail) => {
    const change = base.transaction("answers", mode, { durability: "strict" });
    const asked = deed(change.objectStore("answers"));
    change.oncomplete = () => done(asked.result);
    change.onabort = change.onerror = () => fail(change.error);
  }).finally(() => base.close());
}

const put = (row) => answers("readwrite", (store) => store.put(row));
// What is still being typed, maybe in another tab, never takes the place of what was sent.
const putTyping = (row) =>
  answers("readwrite", (store) => {
    const known = store.get(row.id);
    known.onsuccess = () => SENT.includes(known.result?.state) || store.put(row);
    return known;
  });
const all = () => answers("readonly", (store) => store.getAll());

let delivering = null;

function deliver() {
  delivering ??= deliverAll().finally(() => (delivering = null));
  return delivering;
}

async function deliverAll() {
  for (const row of await all()) {
    if (row.state === "ready" && !(await deliverOne(row))) break;
  }
  const rows = await all();
  for (const client of await clients.matchAll({ includeUncontrolled: true })) client.postMessage({ rows });
}

async function post(row) {
  const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
  return fetch(row.address, { method: "POST", body: row.body, headers });
}

// Whoever signed in or out meanwhile has another token: the page knows it.
async function renewed(row) {
  const page = await (await fetch(row.page)).text();
  const token = page.match(/name="csrfmiddlewaretoken" value="([^"]+)"/)?.[1];
  if (!token) return row;
  const body = new URLSearchParams(row.body);
  body.set("csrfmiddlewaretoken", token);
  return { ...row, body: String(body) };
}

async function deliverOne(row) {
  let reply;
  try {
    reply = await post(row);
    if (reply.status === 403) reply = await post(await renewed(row));
  } catch {
    return false; // no line yet: it waits
  }
  if (reply.ok) await put({ ...row, body: "", state: "delivered", ...(await reply.json()) });
  else if (reply.status === 422) await put({ ...row, state: "refused", ...(await reply.json()), id: row.id });
  else if (reply.status === 404) await put({ ...row, state: "gone" });
  else return false;
  return true;
}

// --- What the page asks for ---

const DEEDS = {
  put: ({ row }) => (row.state === "typing" ? putTyping(row) : put(row)),
  deliver,
  async clear() {
    await answers("readwrite", (store) => store.clear());
    await caches.delete(CACHE);
  },
  list() {},
};

addEventListener("message", (event) => {
  const done = Promise.resolve(DEEDS[event.data.do](event.data))
    .then(all)
    .then(
      (rows) => event.ports[0].postMessage({ rows }),
      (fault) => event.ports[0].postMessage({ fault: String(fault) }),
    );
  event.waitUntil(done);
});
