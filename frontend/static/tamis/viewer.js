// The excerpt's picture: zoom, pan, turn, contrast; by mouse, touch and keys. Without it, the
// picture is a link to itself. Panning is scrolling, so that fingers, wheels and arrow keys that
// scroll elsewhere do it here too; only the size of what is scrolled is ours.

const LARGEST = 6;
const STEP = 1.4;
const STILL = 4; // pixels a press may wander and still be a click
const CONTRASTS = ["", "strong", "inverted"];

const $ = (selector, within = document) => within.querySelector(selector);
const fingers = new Map();
let contrast = 0; // kept from one excerpt to the next: it is the reader's eyes that need it
let drag = null;
let pinch = null;

const stage = () => $("[data-excerpt]:has(img)");
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

function state(excerpt) {
  return { zoom: Number(excerpt.dataset.zoom) || 1, turn: Number(excerpt.dataset.turn) || 0 };
}

// Lay the picture out in its frame: the frame takes the size that the turned picture needs.
function lay(excerpt) {
  const { zoom, turn } = state(excerpt);
  const frame = $("[data-zoom-cycle]", excerpt);
  const image = $("img", frame);
  const ratio = (Number(image.getAttribute("height")) || 1) / (Number(image.getAttribute("width")) || 1);
  const lying = turn % 2 === 1;
  frame.style.setProperty("--zoom", zoom);
  frame.style.setProperty("--ratio", lying ? 1 / ratio : ratio);
  frame.style.setProperty("--turn", `${turn * 90}deg`);
  frame.style.setProperty("--side", lying ? ratio : 1);
  frame.toggleAttribute("data-turned", turn > 0);
  for (const button of excerpt.querySelectorAll("[data-zoom-by]")) {
    button.disabled = Number(button.dataset.zoomBy) > 0 ? zoom >= LARGEST : zoom <= 1;
  }
}

// Zoom so that what is under `at` (0 to 1 across and down the view) stays there.
function zoomTo(excerpt, zoom, at = { x: 0.5, y: 0.5 }) {
  const view = $(".excerpt-view", excerpt);
  const from = { x: view.scrollLeft + at.x * view.clientWidth, y: view.scrollTop + at.y * view.clientHeight };
  const grown = clamp(zoom, 1, LARGEST) / state(excerpt).zoom;
  excerpt.dataset.zoom = clamp(zoom, 1, LARGEST).toFixed(3);
  lay(excerpt);
  view.scrollTo(from.x * grown - at.x * view.clientWidth, from.y * grown - at.y * view.clientHeight);
}

function within(excerpt, x, y) {
  const box = $(".excerpt-view", excerpt).getBoundingClientRect();
  return { x: clamp((x - box.left) / box.width, 0, 1), y: clamp((y - box.top) / box.height, 0, 1) };
}

function turn(excerpt) {
  if ($("[data-marks]")) return; // marks are measured on the upright picture
  excerpt.dataset.turn = (state(excerpt).turn + 1) % 4;
  lay(excerpt);
}

function showContrast(excerpt) {
  excerpt.dataset.contrast = CONTRASTS[contrast];
  for (const button of excerpt.querySelectorAll("[data-contrast-next]")) {
    button.setAttribute("aria-pressed", String(contrast > 0));
  }
}

function nextContrast(excerpt) {
  contrast = (contrast + 1) % CONTRASTS.length;
  showContrast(excerpt);
}

const DEEDS = {
  "+": (excerpt) => zoomTo(excerpt, state(excerpt).zoom * STEP),
  "=": (excerpt) => zoomTo(excerpt, state(excerpt).zoom * STEP),
  "-": (excerpt) => zoomTo(excerpt, state(excerpt).zoom / STEP),
  0: (excerpt) => zoomTo(excerpt, 1),
  r: turn,
  c: nextContrast,
};

function press(key) {
  const excerpt = stage();
  if (!excerpt || !DEEDS[key]) return false;
  DEEDS[key](excerpt);
  return true;
}

// The page offers its free keys; one that is taken is cancelled.
document.addEventListener("tamis:key", (event) => {
  if (press(event.detail)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-zoom-by], [data-turn-next], [data-contrast-next], [data-zoom-cycle]");
  const excerpt = target?.closest("[data-excerpt]");
  if (!excerpt || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (target.dataset.zoomBy) press(Number(target.dataset.zoomBy) > 0 ? "+" : "-");
  else if ("turnNext" in target.dataset) turn(excerpt);
  else if ("contrastNext" in target.dataset) nextContrast(excerpt);
  else {
    event.preventDefault();
    if (drag?.moved) return;
    const { zoom } = state(excerpt);
    zoomTo(excerpt, zoom < 1.9 ? 2 : zoom < 3.4 ? 3.5 : 1, within(excerpt, event.clientX, event.clientY));
  }
});

document.addEventListener(
  "wheel",
  (event) => {
    const excerpt = event.target.closest?.(".excerpt-view")?.closest("[data-excerpt]:has(img)");
    if (!excerpt || !event.ctrlKey) return; // pads pinch with ctrl; a plain wheel scrolls
    event.preventDefault();
    zoomTo(excerpt, state(excerpt).zoom * Math.exp(-event.deltaY / 300), within(excerpt, event.clientX, event.clientY));
  },
  { passive: false },
);

function span() {
  const [one, other] = [...fingers.values()];
  return { wide: Math.hypot(one.x - other.x, one.y - other.y), x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

document.addEventListener("pointerdown", (event) => {
  const view = event.target.closest?.(".excerpt-view");
  const excerpt = view?.closest("[data-excerpt]:has(img)");
  if (!excerpt) return;
  if (event.pointerType === "mouse") {
    if (event.button === 0) drag = { view, x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop };
    return;
  }
  drag = null;
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (fingers.size === 2) pinch = { excerpt, wide: span().wide, zoom: state(excerpt).zoom };
});

document.addEventListener("pointermove", (event) => {
  if (fingers.has(event.pointerId)) {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pinch && fingers.size === 2) {
      const { wide, x, y } = span();
      zoomTo(pinch.excerpt, (pinch.zoom * wide) / pinch.wide, within(pinch.excerpt, x, y));
    }
  } else if (drag && event.buttons & 1) {
    drag.moved ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > STILL;
    if (drag.moved) drag.view.scrollTo(drag.left + drag.x - event.clientX, drag.top + drag.y - event.clientY);
  }
});

for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, (event) => {
    fingers.delete(event.pointerId);
    if (fingers.size < 2) pinch = null;
  });
}
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".excerpt-view")) event.preventDefault();
});
// Two fingers zoom the picture, not the page; one finger scrolls as ever.
document.addEventListener(
  "touchmove",
  (event) => {
    if (pinch && event.touches.length === 2) event.preventDefault();
  },
  { passive: false },
);

document.addEventListener("tamis:excerpt", () => {
  const excerpt = stage();
  if (!excerpt) return;
  lay(excerpt);
  showContrast(excerpt);
});

// A keyboard on a touch screen covers part of the page, and some browsers push the rest up under the
// screen's edge: the excerpt stays in what is still seen, and what is typed stays below it.
const seen = window.visualViewport;

function stayInSight() {
  const page = document.documentElement;
  const zoomed = seen.scale > 1.05; // by fingers: then people move about themselves
  page.style.setProperty("--seen-top", zoomed ? "0px" : `${seen.offsetTop}px`);
  page.style.setProperty("--seen", zoomed ? "100svh" : `${seen.height}px`);
}

function bringBack() {
  stayInSight();
  const typing = document.activeElement;
  if (seen.scale <= 1.05 && typing?.matches(".asked input, .asked textarea")) typing.scrollIntoView({ block: "nearest" });
}

seen?.addEventListener("resize", bringBack);
seen?.addEventListener("scroll", stayInSight);
