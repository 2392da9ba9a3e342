// The line above a batch taken along: how many are left, what waits, what has arrived, until when.

const panel = document.querySelector("[data-along]");
const words = panel.dataset;

function fill(text, numbers) {
  return text.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);
}

function said(name, n) {
  return fill(n === 1 && words[`${name}-1`] ? words[`${name}-1`] : words[name], { n });
}

// `are(state)` gives the answers in that state; `left` of `all` are still to be said.
export function draw({ are, left, all }) {
  const waiting = are("ready").length;
  const delivered = are("delivered").length;
  const late = are("delivered").filter((row) => row.outcome === "late").length;
  const told = [];
  if (left) told.push(fill(words.left, { n: left, all }));
  if (are("refused").length) told.push(said("back", are("refused").length));
  if (waiting) told.push(said("waiting", waiting));
  else if (delivered) told.push(said("delivered", delivered));
  if (late) told.push(said("late", late));
  if (are("gone").length) told.push(said("gone", are("gone").length));
  if (left && words.due) told.push(due());
  const line = panel.querySelector("[data-state]");
  if (line.textContent !== told.join(" ")) line.textContent = told.join(" "); // said aloud once
  dots([["grain", delivered], ["held", waiting], ["", left]]);
  panel.querySelector("[data-offline]").hidden = navigator.onLine;
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
  panel.querySelector("[data-dots]").replaceChildren(
    ...row.map((kind) => Object.assign(document.createElement("i"), { className: kind })),
  );
}
