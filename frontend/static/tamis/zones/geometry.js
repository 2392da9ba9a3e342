// Boxes on a page, in percent of its width and height. Nothing here touches the document.

export const LEAST = 0.5; // percent: smaller than this, a box holds nothing
const CATCHES = 0.7; // percent within which an edge is drawn to another one

const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
const round = (value) => Math.round(value * 100) / 100;

function tidy({ x, y, w, h }) {
  return { x: round(x), y: round(y), w: round(w), h: round(h) };
}

export function moved(box, dx, dy) {
  return tidy({ ...box, x: clamp(box.x + dx, 0, 100 - box.w), y: clamp(box.y + dy, 0, 100 - box.h) });
}

// How far all of these boxes can go together, at most as far as asked.
export function together(boxes, dx, dy) {
  const least = (side) => -Math.min(...boxes.map((box) => box[side]));
  const most = (side, size) => 100 - Math.max(...boxes.map((box) => box[side] + box[size]));
  return [clamp(dx, least("x"), most("x", "w")), clamp(dy, least("y"), most("y", "h"))];
}

// `sides` names the edges that follow: "e", "sw", …
export function resized(box, dx, dy, sides) {
  let { x: left, y: top } = box;
  let right = left + box.w;
  let bottom = top + box.h;
  if (sides.includes("w")) left = clamp(left + dx, 0, right - LEAST);
  if (sides.includes("e")) right = clamp(right + dx, left + LEAST, 100);
  if (sides.includes("n")) top = clamp(top + dy, 0, bottom - LEAST);
  if (sides.includes("s")) bottom = clamp(bottom + dy, top + LEAST, 100);
  return tidy({ x: left, y: top, w: right - left, h: bottom - top });
}

export function between(one, other) {
  const left = clamp(Math.min(one.x, other.x), 0, 100);
  const top = clamp(Math.min(one.y, other.y), 0, 100);
  const right = clamp(Math.max(one.x, other.x), 0, 100);
  const bottom = clamp(Math.max(one.y, other.y), 0, 100);
  return tidy({ x: left, y: top, w: right - left, h: bottom - top });
}

export const isTooSmall = ({ w, h }) => w < LEAST || h < LEAST;

// The least shift that brings one of `edges` onto one of `marks`; 0 when none is near.
function pull(edges, marks) {
  const shifts = edges.flatMap((edge) => marks.map((mark) => mark - edge));
  const near = shifts.filter((shift) => Math.abs(shift) <= CATCHES);
  return near.reduce((least, shift) => (Math.abs(shift) < Math.abs(least) ? shift : least), near[0] ?? 0);
}

// `sides` empty: the whole box moves.
export function snapped(box, others, sides) {
  const xs = others.flatMap(({ x, w }) => [x, x + w]);
  const ys = others.flatMap(({ y, h }) => [y, y + h]);
  const across = { w: box.x, e: box.x + box.w };
  const down = { n: box.y, s: box.y + box.h };
  const asked = (edges) => Object.keys(edges).filter((side) => !sides || sides.includes(side)).map((side) => edges[side]);
  const dx = pull(asked(across), xs);
  const dy = pull(asked(down), ys);
  return sides ? resized(box, dx, dy, sides) : moved(box, dx, dy);
}
