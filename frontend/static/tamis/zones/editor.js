// The zone editor: the form's fields, the pages' pictures, and the tools between them. Without
// this module the same form is filled in with numbers.

import { openBoard } from "./board.js";
import { openSheet } from "./sheet.js";

const LARGEST = 4;
const NEW = { x: 30, y: 40, w: 40, h: 10 }; // percent: where a zone that is not drawn begins
const BESIDE = 4; // percent the next one stands off, so that it does not hide the last

const form = document.querySelector("form[data-zones]");
const $ = (selector) => form.querySelector(selector);
const all = (selector) => [...form.querySelectorAll(selector)];
const words = form.dataset;

let chosen = null;
let boards = [];
let pending = false;

const sheet = openSheet(form, { changed });

function changed() {
  // Once a frame is enough, however fast the pointer is.
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    draw();
  });
}

function draw() {
  if (chosen && !chosen.isConnected) chosen = sheet.find(chosen.dataset.zone);
  for (const board of boards) board.draw();
  for (const zone of sheet.zones()) {
    const title = zone.querySelector("[data-title]");
    if (title) title.textContent = sheet.name(zone) || words.unnamed;
    const number = zone.querySelector("[data-number]");
    if (number) number.textContent = sheet.number(zone);
    zone.classList.toggle("active", zone === chosen);
  }
  const undo = $("[data-undo]");
  if (undo) undo.disabled = !sheet.canUndo();
  const redo = $("[data-redo]");
  if (redo) redo.disabled = !sheet.canRedo();
  const empty = $("[data-no-zone]");
  if (empty) empty.hidden = sheet.zones().length > 0;
}

function say(what) {
  $("[data-said]").textContent = what;
}

function choose(zone, { naming = false, showing = false } = {}) {
  chosen = zone;
  for (const each of sheet.zones()) {
    const details = each.querySelector("details");
    if (details) details.open = each === zone || Boolean(each.querySelector(".wrong"));
  }
  if (naming) sheet.first(zone).focus();
  if (showing) turn(sheet.page(zone));
  draw();
}

// One page at a time; without this module they stand one below the other.
function turn(page) {
  if ("together" in form.dataset) return;
  for (const board of all("[data-page-view]")) board.hidden = board.dataset.pageView !== page;
  for (const link of all("[data-turn]")) {
    if (link.dataset.turn === page) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

const shown = () => $("[data-page-view]:not([hidden])").dataset.pageView;

function add() {
  const page = shown();
  const standing = sheet.on(page).map(sheet.box);
  const box = { ...NEW };
  while (standing.some(({ x, y }) => x === box.x && y === box.y) && box.y < 85) box.y += BESIDE;
  const zone = sheet.add(page, box);
  sheet.commit();
  draw();
  choose(zone);
  boards.find((board) => board.page === page).focus(zone);
  say(words.added);
}

function zoom(by) {
  const view = $("[data-zoom]");
  const before = view.scrollWidth;
  view.dataset.zoom = Math.min(LARGEST, Math.max(1, Number(view.dataset.zoom) + by));
  const grown = view.scrollWidth / before;
  view.scrollTo(view.scrollLeft * grown, view.scrollTop * grown);
}

function toggleDrawing() {
  const board = $(`[data-board][data-page="${shown()}"]`);
  board.toggleAttribute("data-drawing");
  say("drawing" in board.dataset ? words.draw : "");
}

form.addEventListener("click", (event) => {
  const target = event.target.closest("button, a, summary");
  if (!target) return;
  const { dataset } = target;
  if ("add" in dataset) add();
  else if ("draws" in dataset) toggleDrawing();
  else if ("undo" in dataset) sheet.undo();
  else if ("redo" in dataset) sheet.redo();
  else if (dataset.zoomBy) zoom(Number(dataset.zoomBy));
  else if ("remove" in dataset) {
    sheet.remove(target.closest("[data-zone]"));
    say(words.removed);
    $("[data-add]").focus();
  } else if ("find" in dataset) {
    const zone = target.closest("[data-zone]");
    choose(zone, { showing: true });
    boards.find((board) => board.page === sheet.page(zone))?.focus(zone);
  } else if (dataset.turn) {
    event.preventDefault();
    turn(dataset.turn);
  }
});

form.addEventListener("input", changed);
form.addEventListener("change", () => sheet.commit());
form.addEventListener("focusin", ({ target }) => {
  const zone = target.closest("[data-zone]");
  if (zone && zone !== chosen && target.tagName !== "SUMMARY") choose(zone, { showing: true });
});
form.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  if (event.target.matches("input:not([type=checkbox]), select")) return; // the browser's own undo
  event.preventDefault();
  if (event.shiftKey) sheet.redo();
  else sheet.undo();
});
form.addEventListener("submit", () => delete form.dataset.unsaved);
addEventListener("beforeunload", (event) => {
  if ("unsaved" in form.dataset) event.preventDefault();
});

boards = all("[data-board]").map((place) =>
  openBoard(place, {
    sheet,
    say,
    choose,
    active: () => chosen,
    snaps: () => Boolean($("[data-snap]")?.checked),
    all: () => Boolean($("[data-all]")?.checked),
    words,
  }),
);
for (const hidden of all("[data-needs-script]")) hidden.hidden = false;
for (const plain of all("[data-plain]")) plain.remove();
if (boards.length) turn(form.dataset.first ?? boards[0].page);
if (!sheet.grows) [chosen] = sheet.zones();
draw();
