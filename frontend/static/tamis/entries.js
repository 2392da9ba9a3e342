// Tables to fill in, with the habits of a spreadsheet: a new row appears as one types in the last,
// Enter and the arrows go up and down, and what is copied from a spreadsheet lands cell by cell.

const CELLS = "input, select";

const table = (target) => target.closest?.("[data-entries]");
const rows = (entries) => [...entries.tBodies[0].rows];
const cells = (row) => [...row.querySelectorAll(CELLS)];
const group = (target) => target.closest("fieldset");

function place(cell) {
  const row = cell.closest("tr");
  return { row: rows(table(cell)).indexOf(row), column: cells(row).indexOf(cell) };
}

function addRow(entries) {
  const all = rows(entries);
  if (all.length >= Number(entries.dataset.most)) return null;
  const row = all.at(-1).cloneNode(true);
  const number = all.length + 1;
  row.querySelector("th").textContent = number;
  for (const cell of cells(row)) {
    cell.name = cell.name.replace(/\.\d+\.(?=[^.]*$)/, `.${number}.`);
    cell.value = "";
    cell.removeAttribute("aria-invalid");
  }
  all.at(-1).after(row);
  group(entries).querySelector("[data-count]").value = number;
  const more = group(entries).querySelector("[data-more]");
  if (more && number >= Number(entries.dataset.most)) more.hidden = true;
  return row;
}

function keepOneEmpty(entries) {
  if (cells(rows(entries).at(-1)).some((cell) => cell.value.trim())) addRow(entries);
}

function go(cell, down) {
  const entries = table(cell);
  const { row, column } = place(cell);
  const next = rows(entries)[row + down] ?? (down > 0 ? addRow(entries) : null);
  if (!next) return false;
  cells(next)[column].focus();
  cells(next)[column].select?.();
  return true;
}

// "Nothing is declared" and "I can't tell" put the rows out of use; what was typed is kept.
function rest(fieldset) {
  const ticked = fieldset.querySelector("[data-nothing]:checked");
  for (const cell of fieldset.querySelectorAll("[data-entries] input, [data-entries] select")) {
    cell.disabled = Boolean(ticked);
  }
  const more = fieldset.querySelector("[data-more]");
  if (more) more.disabled = Boolean(ticked);
}

document.addEventListener("input", ({ target }) => {
  if (table(target)) keepOneEmpty(table(target));
});

document.addEventListener("change", ({ target }) => {
  const fieldset = target.closest?.("fieldset[data-kind=table]");
  if (!fieldset) return;
  if ("nothing" in target.dataset && target.checked) {
    for (const other of fieldset.querySelectorAll("[data-nothing]:checked")) {
      if (other !== target) other.checked = false;
    }
  }
  rest(fieldset);
});

document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!table(cell) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const choosing = cell.matches("select");
  const moved =
    (event.key === "Enter" && go(cell, event.shiftKey ? -1 : 1)) ||
    (!choosing && event.key === "ArrowDown" && go(cell, 1)) ||
    (!choosing && event.key === "ArrowUp" && go(cell, -1));
  if (moved || event.key === "Enter") event.preventDefault(); // Enter never sends half a table
});

document.addEventListener("paste", (event) => {
  const pasted = event.clipboardData?.getData("text/plain") ?? "";
  const entries = table(event.target);
  if (!entries || !/[\t\n]/.test(pasted.trimEnd())) return;
  event.preventDefault();
  const from = place(event.target);
  pasted.trimEnd().split(/\r?\n/).forEach((line, down) => {
    const row = rows(entries)[from.row + down] ?? addRow(entries);
    if (!row) return;
    line.split("\t").forEach((value, across) => {
      const cell = cells(row)[from.column + across];
      if (cell && !cell.matches("select")) cell.value = value.trim();
    });
  });
  keepOneEmpty(entries);
});

document.addEventListener("click", (event) => {
  const more = event.target.closest?.("fieldset[data-kind=table] [data-more]");
  if (!more) return;
  event.preventDefault();
  const row = addRow(group(more).querySelector("[data-entries]"));
  if (row) cells(row)[0].focus();
});

document.addEventListener("tamis:excerpt", () => {
  for (const fieldset of document.querySelectorAll("fieldset[data-kind=table]")) rest(fieldset);
});
