// The zones of the form: its fields are the only state there is, so that the page says the same
// with and without this module. Every committed change can be undone.

const NUMBERS = ["x", "y", "w", "h"];
const MOST_STEPS_BACK = 200;

const field = (zone, name) => zone.querySelector(`[data-field="${name}"]`);

function read(zone) {
  const values = {};
  for (const each of zone.querySelectorAll("[data-field]")) {
    values[each.dataset.field] = each.type === "checkbox" ? each.checked : each.value;
  }
  return values;
}

function fill(zone, values) {
  for (const each of zone.querySelectorAll("[data-field]")) {
    const value = values[each.dataset.field];
    if (value === undefined) continue;
    if (each.type === "checkbox") each.checked = value;
    else each.value = value;
  }
}

export function openSheet(form, { changed }) {
  const list = form.querySelector("[data-zone-list]");
  const pattern = form.querySelector("template[data-zone-pattern]");
  const undone = [];
  const done = [];
  let next = list.children.length;
  let last = snapshot();

  function zones() {
    return [...list.querySelectorAll("[data-zone]")];
  }

  function snapshot() {
    return JSON.stringify(zones().map((zone) => ({ key: zone.dataset.zone, ...read(zone) })));
  }

  function grow(key, values) {
    const filled = pattern.innerHTML.replaceAll("__key__", key);
    list.insertAdjacentHTML("beforeend", filled);
    const zone = list.lastElementChild;
    for (const hidden of zone.querySelectorAll("[data-needs-script]")) hidden.hidden = false;
    fill(zone, values);
    return zone;
  }

  // What stands is taken over by what was kept; zones keep their elements where they can.
  function restore(kept) {
    const wanted = JSON.parse(kept);
    const keys = new Set(wanted.map(({ key }) => key));
    for (const zone of zones()) if (!keys.has(zone.dataset.zone)) zone.remove();
    for (const { key, ...values } of wanted) {
      const standing = list.querySelector(`[data-zone="${key}"]`);
      if (standing) fill(standing, values);
      else grow(key, values);
    }
    last = kept;
    changed();
  }

  const sheet = {
    zones,
    on: (page) => zones().filter((zone) => sheet.page(zone) === page),
    find: (key) => list.querySelector(`[data-zone="${key}"]`),
    number: (zone) => zones().indexOf(zone) + 1,
    name: (zone) => field(zone, "name")?.value ?? "",
    page: (zone) => field(zone, "page").value,
    masks: (zone) => Boolean(field(zone, "mask")?.checked),
    first: (zone) => field(zone, "name") ?? field(zone, "x"),
    box(zone) {
      return Object.fromEntries(NUMBERS.map((name) => [name, Number(field(zone, name).value) || 0]));
    },
    put(zone, box) {
      for (const name of NUMBERS) field(zone, name).value = box[name];
      changed();
    },
    add(page, box) {
      const zone = grow(String((next += 1)), { page, ...box });
      changed();
      return zone;
    },
    remove(zone) {
      zone.remove();
      sheet.commit();
      changed();
    },
    commit() {
      const now = snapshot();
      if (now === last) return;
      done.push(last);
      if (done.length > MOST_STEPS_BACK) done.shift();
      undone.length = 0;
      last = now;
      form.dataset.unsaved = "";
      changed();
    },
    undo() {
      if (!done.length) return;
      undone.push(last);
      restore(done.pop());
    },
    redo() {
      if (!undone.length) return;
      done.push(last);
      restore(undone.pop());
    },
    canUndo: () => done.length > 0,
    canRedo: () => undone.length > 0,
    grows: Boolean(pattern),
  };
  return sheet;
}
