// Marks on the picture: boxes and points, by mouse, finger and keys. Each has its row of numbers in
// the form (hundredths of the picture's sides), which is what is sent; here they are only drawn.

const SLIP = 0.6; // hundredths; a box smaller than this is a click that slipped

const $ = (selector, within = document) => within.querySelector(selector);
const marks = () => $("[data-marks]");
const frame = () => $("[data-excerpt] [data-zoom-cycle]");
const round = (number) => Math.round(number * 100) / 100;
const clamp = (number, least, most) => Math.min(most, Math.max(least, number));

let armed = ""; // the shape that is drawn next
let drawing = null;

function layer() {
  let found = $(".marks-layer");
  if (!found && frame()) {
    found = document.createElement("span");
    found.className = "marks-layer";
    frame().append(found);
    listen(found);
  }
  return found;
}

const part = (row, name) => $(`[data-part=${name}]`, row);
const value = (row, name) => Number(part(row, name).value.replace(",", "."));

function read(row) {
  if (row.dataset.shape === "point") return [value(row, "x"), value(row, "y")];
  return ["left", "top", "right", "bottom"].map((name) => value(row, name));
}

function write(row, numbers) {
  const names = row.dataset.shape === "point" ? ["x", "y"] : ["left", "top", "right", "bottom"];
  names.forEach((name, index) => (part(row, name).value = round(numbers[index])));
  show();
  document.dispatchEvent(new CustomEvent("tamis:changed"));
}

// Draw all marks anew, keeping the focus on the one that has it.
function show() {
  const sheet = layer();
  if (!sheet) return;
  const rows = [...marks().querySelectorAll(".mark-row")];
  const focused = [...sheet.children].indexOf(document.activeElement);
  sheet.replaceChildren(...rows.map(drawn));
  sheet.children[focused]?.focus({ preventScroll: true });
}

function drawn(row, index) {
  const mark = document.createElement("span");
  const numbers = read(row);
  const label = $("[data-label-of]", row);
  const words = label?.value ? label.selectedOptions[0].textContent : "";
  mark.className = `mark ${row.dataset.shape}`;
  mark.tabIndex = 0;
  mark.setAttribute("role", "button");
  mark.setAttribute("aria-label", `${index + 1}. ${words} ${numbers.join(" %, ")} %. ${marks().dataset.moves}`);
  mark.dataset.number = words ? `${index + 1} ${words}` : index + 1;
  const [left, top, right, bottom] = numbers;
  mark.style.setProperty("left", `${left}%`);
  mark.style.setProperty("top", `${top}%`);
  if (row.dataset.shape === "box") {
    mark.style.setProperty("width", `${right - left}%`);
    mark.style.setProperty("height", `${bottom - top}%`);
  }
  return mark;
}

function add(shape, numbers) {
  const list = $("[data-list]", marks());
  const counter = $("[data-count]", marks().closest("fieldset"));
  if (list.children.length >= Number(marks().dataset.most)) return null;
  counter.value = Number(counter.value) + 1;
  const blank = $(`template[data-blank=${shape}]`, marks()).content.firstElementChild.cloneNode(true);
  for (const input of blank.querySelectorAll("[name]")) input.name = input.name.replace(".NEW.", `.${counter.value}.`);
  $("[data-remove]", blank).hidden = false;
  list.append(blank);
  for (const ticked of marks().querySelectorAll("[data-nothing]:checked")) ticked.checked = false;
  write(blank, numbers);
  return blank;
}

function remove(row) {
  row.remove();
  show();
  document.dispatchEvent(new CustomEvent("tamis:changed"));
}

function arm(shape) {
  armed = shape;
  for (const button of marks().querySelectorAll("[data-draw]")) {
    button.setAttribute("aria-pressed", String(button.dataset.draw === shape));
  }
  layer()?.toggleAttribute("data-armed", Boolean(shape));
}

function at(event) {
  const box = layer().getBoundingClientRect();
  return [
    clamp((100 * (event.clientX - box.left)) / box.width, 0, 100),
    clamp((100 * (event.clientY - box.top)) / box.height, 0, 100),
  ];
}

function listen(sheet) {
  sheet.addEventListener("pointerdown", (event) => {
    if (!armed || !event.isPrimary || event.button) return;
    event.stopPropagation(); // the viewer would drag the picture
    event.preventDefault();
    const [x, y] = at(event);
    if (armed === "point") return void add("point", [x, y]);
    drawing = { x, y, ghost: document.createElement("span") };
    drawing.ghost.className = "mark box ghost";
    sheet.append(drawing.ghost);
    sheet.setPointerCapture(event.pointerId);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const [left, top, right, bottom] = spread(at(event));
    const style = drawing.ghost.style;
    style.setProperty("left", `${left}%`);
    style.setProperty("top", `${top}%`);
    style.setProperty("width", `${right - left}%`);
    style.setProperty("height", `${bottom - top}%`);
  });
  sheet.addEventListener("pointerup", (event) => {
    if (!drawing) return;
    const box = spread(at(event));
    drawing.ghost.remove();
    drawing = null;
    if (box[2] - box[0] > SLIP && box[3] - box[1] > SLIP) add("box", box);
  });
  sheet.addEventListener("pointercancel", () => {
    drawing?.ghost.remove();
    drawing = null;
  });
  sheet.addEventListener("click", (event) => {
    if (!armed && !event.target.matches(".mark")) return; // the viewer zooms
    event.preventDefault();
    event.stopPropagation();
  });
  sheet.addEventListener("keydown", change);
}

function spread([x, y]) {
  return [Math.min(x, drawing.x), Math.min(y, drawing.y), Math.max(x, drawing.x), Math.max(y, drawing.y)];
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// A mark that has the focus: arrows move it, with Shift its lower right corner, Delete removes it.
function change(event) {
  const index = [...layer().children].indexOf(event.target);
  const row = marks().querySelectorAll(".mark-row")[index];
  if (!row) return;
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    remove(row);
    (layer().children[index] ?? layer().lastElementChild ?? $("[data-draw]", marks()))?.focus();
  }
  if (!ARROWS[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  const [across, down] = ARROWS[event.key].map((step) => step * (event.altKey ? 0.2 : 1));
  const numbers = read(row);
  const moved = event.shiftKey && numbers.length === 4 ? [0, 0, across, down] : [across, down, across, down];
  const next = numbers.map((number, place) => number + moved[place]);
  const fits = next.every((number) => number >= 0 && number <= 100);
  if (fits && (next.length === 2 || (next[2] - next[0] > SLIP && next[3] - next[1] > SLIP))) write(row, next);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-draw], [data-remove]");
  if (!target || !marks()?.contains(target)) return;
  event.preventDefault();
  if ("remove" in target.dataset) return remove(target.closest(".mark-row"));
  if (event.detail) return arm(armed === target.dataset.draw ? "" : target.dataset.draw);
  // Pressed by a key: a mark in the middle, to be moved by keys.
  if (add(target.dataset.draw, target.dataset.draw === "point" ? [50, 50] : [40, 45, 60, 55])) layer().lastElementChild.focus();
});

document.addEventListener("input", ({ target }) => {
  if (target.closest?.(".mark-row")) show();
});

document.addEventListener("tamis:excerpt", () => {
  armed = "";
  if (!marks() || !frame()) return;
  $("[data-how-to-draw]", marks()).hidden = false;
  for (const turning of document.querySelectorAll("[data-turn-next]")) turning.hidden = true;
  for (const hidden of marks().querySelectorAll("[data-list] [data-remove]")) hidden.hidden = false;
  show();
  if (matchMedia("(pointer: fine)").matches) arm($("[data-draw]", marks())?.dataset.draw ?? "");
});
