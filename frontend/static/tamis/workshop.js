// Lists of the workshop, asked for again when the campaign's socket says that something moved, but
// never under somebody's hand.

const PAUSE = 2_000;
const FOLLOWS = { document: "documents", delivery: "documents", layout: "layouts", progress: "dashboard" };

let asked = 0;
for (const [news, list] of Object.entries(FOLLOWS)) {
  document.addEventListener(`tamis:${news}`, () => {
    asked ||= setTimeout(() => {
      asked = 0;
      document.getElementById(list)?.dispatchEvent(new CustomEvent(`tamis:${list}`));
    }, PAUSE);
  });
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const list = event.target;
  if (!Object.values(FOLLOWS).includes(list.id)) return;
  if (list.querySelector("details[open]") || list.contains(document.activeElement)) event.preventDefault();
});

// A link that is there to be copied is chosen with one click.
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-select]")) event.target.select();
});
