// Live numbers: listens to the campaign and to this person, and moves what the page already shows.
// Without a socket it asks again every half minute; hidden pages are silent.

const POLL = 30_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;
const TOAST_STAYS = 12_000;
const STATES = ["settled", "contested", "set-aside", "open"];

const { campaign, me, room, socketsPort } = document.body.dataset;
const host = socketsPort ? `${location.hostname}:${socketsPort}` : location.host;
const figures = new Intl.NumberFormat(document.documentElement.lang);

function listen(path, hear) {
  let socket = null;
  let wait = FIRST_WAIT;
  let timer = 0;
  function open() {
    clearTimeout(timer);
    if (document.hidden || socket) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${host}${path}`);
    socket.addEventListener("message", (event) => {
      wait = FIRST_WAIT;
      hear(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => {
      socket = null;
      // Scattered, so that a restarted server is not met by everybody at once.
      timer = setTimeout(open, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  }
  document.addEventListener("visibilitychange", () => (document.hidden ? socket?.close() : open()));
  addEventListener("pagehide", () => socket?.close());
  addEventListener("pageshow", open);
  open();
  return () => socket?.readyState === WebSocket.OPEN;
}

function ask(what) {
  document.getElementById(what)?.dispatchEvent(new CustomEvent(`tamis:${what}`));
}

function write(attribute, values) {
  for (const [key, value] of Object.entries(values)) {
    if (typeof value !== "number") continue;
    for (const place of document.querySelectorAll(`[data-${attribute}="${key}"]`)) {
      place.textContent = figures.format(value);
    }
  }
}

// The same shares as frontend/sieve.py: largest remainder, and one dot for whatever is there.
function shares(counts, dots) {
  const present = STATES.filter((state) => counts[state] > 0);
  const total = present.reduce((sum, state) => sum + counts[state], 0);
  if (!total || dots < present.length) return { open: dots };
  const exact = Object.fromEntries(present.map((state) => [state, (counts[state] * dots) / total]));
  const given = Object.fromEntries(present.map((s) => [s, Math.max(1, Math.floor(exact[s]))]));
  const sum = () => present.reduce((n, state) => n + given[state], 0);
  const most = (score) => present.reduce((a, b) => (score(b) > score(a) ? b : a));
  while (sum() < dots) given[most((s) => exact[s] - given[s])] += 1;
  while (sum() > dots) given[most((s) => (given[s] > 1 ? given[s] - exact[s] : -Infinity))] -= 1;
  return given;
}

function settle(figure, counts) {
  const circles = figure.querySelectorAll("circle");
  const given = shares(counts, circles.length);
  const states = STATES.flatMap((state) => Array(given[state] ?? 0).fill(state));
  circles.forEach((circle, at) => {
    if (circle.getAttribute("class") !== states[at]) circle.setAttribute("class", states[at]);
  });
}

function progress(message) {
  const { settled, contested, set_aside: aside = 0, total } = message;
  const open = Math.max(0, total - settled - contested - aside);
  const counts = { settled, contested, "set-aside": aside, open };
  for (const figure of document.querySelectorAll("[data-sieve]")) {
    // More excerpts than the drawing has holes for: draw it anew.
    if (Math.min(100, total) !== figure.querySelectorAll("circle").length) return ask("progress");
    settle(figure, counts);
    const drawing = figure.querySelector("svg");
    const words = drawing.dataset.label;
    drawing.setAttribute("aria-label", words.replace("{settled}", settled).replace("{total}", total));
    for (const part of figure.querySelectorAll("[data-when]")) part.hidden = !message[part.dataset.when];
  }
  for (const strip of document.querySelectorAll("[data-strip]")) {
    settle(strip, counts);
    const words = strip.nextElementSibling;
    const said = words.dataset.label.replace("{settled}", figures.format(settled));
    words.textContent = said.replace("{total}", figures.format(total));
  }
  write("live", { ...message, open });
  return undefined;
}

function confirmation(confirmed, against, links) {
  const words = document.getElementById("toasts").dataset;
  let said = against > 0 ? words.against : "";
  if (confirmed === 1) said = words.one;
  if (confirmed > 1) said = words.many?.replace("{n}", figures.format(confirmed));
  toast(said, links?.[0]);
}

function toast(said, link) {
  if (!said) return;
  const box = document.getElementById("toasts");
  const words = box.dataset;
  const note = document.createElement("div");
  note.className = "toast";
  note.append(said);
  if (link?.startsWith("/")) {
    const see = document.createElement("a");
    see.href = link;
    see.textContent = words.see;
    note.append(see);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", words.close);
  close.textContent = "×";
  close.addEventListener("click", () => note.remove());
  note.append(close);
  box.replaceChildren(note);
  setTimeout(() => note.matches(":hover, :focus-within") || note.remove(), TOAST_STAYS);
}

// What everyone did together, said once when it happens; messages carry totals.
function milestone(before, now) {
  const words = document.getElementById("toasts").dataset;
  if (!before) return;
  const crossed = (share) => before.settled < share * now.total && now.settled >= share * now.total;
  if (now.goal_total && now.goal >= now.goal_total && before.goal < now.goal_total) toast(words.goal);
  else if (crossed(1)) toast(words.all);
  else if (crossed(0.5)) toast(words.half);
  else if (now.documents > before.documents) toast(words.document);
}

const calm = "calm" in document.body.dataset;
const ears = [];
if (campaign && !calm) {
  let board;
  let before;
  ears.push(
    listen(`/ws/campaigns/${campaign}/`, (message) => {
      if (message.type !== "progress") {
        // Pages that follow something else listen for it by its name.
        document.dispatchEvent(new CustomEvent(`tamis:${message.type}`, { detail: message }));
        return;
      }
      progress(message);
      milestone(before, message);
      if (before && message.goal !== before.goal) ask("progress");
      before = message;
      if (board !== undefined && message.board !== board) ask("board");
      board = message.board;
    }),
  );
}
if (me !== undefined && !calm) {
  let { confirmed, against, badges } = document.body.dataset;
  ears.push(
    listen("/ws/me/", (message) => {
      if (message.type !== "confirmed") return;
      // Messages carry totals, so that a lost one is made good by the next.
      const { badge, badgesLink } = document.getElementById("toasts").dataset;
      if (badges !== undefined && message.badges > badges) toast(badge, badgesLink);
      else confirmation(message.confirmed - confirmed, message.not_confirmed - against, message.links);
      badges = message.badges ?? badges;
      ({ confirmed, not_confirmed: against } = message);
      write("me", message);
    }),
  );
}
if (room) ears.push(listen(`/ws/rooms/${room}/`, () => ask("room")));
setInterval(() => {
  if (document.hidden || ears.every((hears) => hears())) return;
  ["progress", "board", "mine"].forEach(ask);
}, POLL);
