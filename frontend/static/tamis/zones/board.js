// One page's picture with the zones on it: drawn, moved and sized by mouse, finger or arrow keys.

import { between, isTooSmall, moved, resized, snapped, together } from "./geometry.js";

const SIDES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const STEP = 1; // percent an arrow key moves
const FINE = 0.1; // with Alt
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function openBoard(place, { sheet, say, choose, active, snaps, all, words }) {
  const page = place.dataset.page;
  const boxes = new Map(); // a zone's key → its button
  let gesture = null;

  function point(event) {
    const frame = place.getBoundingClientRect();
    const x = ((event.clientX - frame.left) / frame.width) * 100;
    const y = ((event.clientY - frame.top) / frame.height) * 100;
    return { x, y };
  }

  function make(key) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "zone";
    button.dataset.box = key;
    const label = document.createElement("span");
    label.className = "zone-label";
    button.append(label);
    for (const sides of SIDES) {
      const grip = document.createElement("span");
      grip.className = "grip";
      grip.dataset.sides = sides;
      button.append(grip);
    }
    return button;
  }

  function draw() {
    const here = sheet.on(page);
    for (const [key, button] of boxes) {
      if (here.some((zone) => zone.dataset.zone === key)) continue;
      button.remove();
      boxes.delete(key);
    }
    here.forEach((zone) => {
      const key = zone.dataset.zone;
      if (!boxes.has(key)) {
        boxes.set(key, make(key));
        place.append(boxes.get(key));
      }
      show(boxes.get(key), zone);
    });
  }

  function show(button, zone) {
    const { x, y, w, h } = sheet.box(zone);
    Object.assign(button.style, { left: `${x}%`, top: `${y}%`, width: `${w}%`, height: `${h}%` });
    button.classList.toggle("masks", sheet.masks(zone));
    button.classList.toggle("active", active() === zone);
    const number = sheet.number(zone);
    const name = sheet.name(zone) || words.unnamed;
    button.firstChild.textContent = sheet.grows ? `${number} ${sheet.name(zone)}` : "";
    button.setAttribute("aria-label", words.called.replace("{number}", number).replace("{name}", name));
  }

  const others = (zone) => sheet.on(page).filter((each) => each !== zone).map(sheet.box);

  function put(zone, box, sides, event) {
    const free = !snaps() || event.altKey;
    sheet.put(zone, free ? box : snapped(box, others(zone), sides));
  }

  // Every zone of this page by as much as one of them.
  function shift(from, dx, dy) {
    const [x, y] = together([...from.values()], dx, dy);
    for (const [zone, box] of from) sheet.put(zone, moved(box, x, y));
  }

  const standing = () => new Map(sheet.on(page).map((zone) => [zone, sheet.box(zone)]));

  function begin(event) {
    if (event.button > 0) return;
    const button = event.target.closest(".zone");
    const at = point(event);
    if (button) {
      const zone = sheet.find(button.dataset.box);
      const sides = event.target.dataset.sides ?? "";
      gesture = { zone, sides, at, from: sheet.box(zone), all: !sides && all() && standing() };
      button.focus({ preventScroll: true });
      choose(zone);
    } else {
      const draws = event.pointerType === "mouse" || "drawing" in place.dataset;
      if (!draws || !sheet.grows) return;
      gesture = { at };
    }
    event.preventDefault();
    place.setPointerCapture(event.pointerId);
  }

  function go(event) {
    if (!gesture) return;
    const now = point(event);
    const { zone, sides, at, from } = gesture;
    const dx = now.x - at.x;
    const dy = now.y - at.y;
    if (gesture.all) {
      shift(gesture.all, dx, dy);
    } else if (from) {
      put(zone, sides ? resized(from, dx, dy, sides) : moved(from, dx, dy), sides, event);
    } else {
      const box = between(at, now);
      if (!zone && !isTooSmall(box)) gesture.zone = sheet.add(page, box);
      else if (zone && !isTooSmall(box)) put(zone, box, "nesw", event);
    }
  }

  function end() {
    if (!gesture) return;
    const { zone, from } = gesture;
    gesture = null;
    if (!zone) return;
    sheet.commit();
    if (from) return;
    delete place.dataset.drawing;
    choose(zone, { naming: true });
  }

  function key(event) {
    const button = event.target.closest(".zone");
    if (!button) return;
    const zone = sheet.find(button.dataset.box);
    if (ARROWS[event.key] && !event.ctrlKey && !event.metaKey) {
      const step = event.altKey ? FINE : STEP;
      const [dx, dy] = ARROWS[event.key].map((way) => way * step);
      const box = sheet.box(zone);
      if (all() && !event.shiftKey) shift(standing(), dx, dy);
      else sheet.put(zone, event.shiftKey ? resized(box, dx, dy, "se") : moved(box, dx, dy));
    } else if ((event.key === "Delete" || event.key === "Backspace") && sheet.grows) {
      sheet.remove(zone);
      say(words.removed);
      place.closest("form").querySelector("[data-add]").focus();
    } else if (event.key === "Enter") {
      choose(zone, { naming: true });
    } else return;
    event.preventDefault();
  }

  function settle(event) {
    if (!ARROWS[event.key]) return;
    const button = event.target.closest(".zone");
    if (!button) return;
    sheet.commit();
    const zone = sheet.find(button.dataset.box);
    const box = sheet.box(zone);
    say(words.box.replace(/\{(\w)\}/g, (whole, name) => box[name] ?? whole));
  }

  place.addEventListener("pointerdown", begin);
  place.addEventListener("pointermove", go);
  place.addEventListener("pointerup", end);
  place.addEventListener("pointercancel", end);
  place.addEventListener("keydown", key);
  place.addEventListener("keyup", settle);
  place.addEventListener("focusin", ({ target }) => {
    if (target.dataset.box && !gesture) choose(sheet.find(target.dataset.box));
  });
  place.classList.add("live");
  return { page, draw, focus: (zone) => boxes.get(zone.dataset.zone)?.focus() };
}
