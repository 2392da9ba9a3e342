// Photos go ahead of the answer: sent as soon as they are chosen, with progress, and shown as they
// are kept. Without this module they go with the form.

const $ = (selector, within = document) => within.querySelector(selector);

function primary(place) {
  return $("button.primary", place.closest("form"));
}

function say(place, what) {
  const said = $("[data-said]", place);
  if (!said) return;
  said.hidden = !what;
  said.textContent = what;
}

function busy(place, isBusy) {
  const progress = $("[data-progress]", place);
  if (progress) progress.hidden = !isBusy;
  const button = primary(place);
  if (button) button.disabled = isBusy;
}

// The server answers with the file's part of the form, whatever it thinks of the file.
function put(place, html) {
  const fieldset = place.closest("[data-kind=upload]");
  for (const note of fieldset.querySelectorAll(":scope > .wrong")) note.remove();
  place.outerHTML = html;
  const fresh = $("[data-file]", fieldset);
  arrive(fresh);
  ($("[data-refused]", fieldset) ?? $("[data-arrived]", fresh) ?? $("input[type=file]", fresh))?.focus?.();
  // The draft of the page is told that something was typed.
  $("[data-value]", fresh).dispatchEvent(new Event("input", { bubbles: true }));
}

function post(place, body, { shows }) {
  const request = new XMLHttpRequest();
  body.set("csrfmiddlewaretoken", place.closest("form").elements.csrfmiddlewaretoken.value);
  const lost = () => {
    busy(place, false);
    say(place, place.dataset.lost);
    const again = $("[data-again]", place);
    if (again) again.hidden = false;
  };
  if (shows) {
    say(place, place.dataset.sending);
    busy(place, true);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      $("[data-progress]", place).value = total ? (100 * loaded) / total : 0;
    });
  }
  request.addEventListener("load", () => {
    busy(place, false);
    if (request.status === 200 || request.status === 422) put(place, request.responseText);
    else lost();
  });
  request.addEventListener("error", lost);
  request.addEventListener("timeout", lost);
  request.open("POST", place.dataset.send);
  request.send(body);
}

function send(place, input) {
  const body = new FormData();
  body.set(input.name, input.files[0]);
  const next = $("[data-next]", place);
  body.set(next.name, next.value); // the same file sent again is the same upload
  $("[data-again]", place).hidden = true;
  post(place, body, { shows: true });
}

document.addEventListener("change", ({ target }) => {
  const place = target.closest?.("[data-file]");
  if (place && target.type === "file" && target.files.length) send(place, target);
});

document.addEventListener("click", (event) => {
  const place = event.target.closest?.("[data-file]");
  if (!place) return;
  if (event.target.matches("[data-again]")) {
    const chosen = [...place.querySelectorAll("input[type=file]")].find((input) => input.files.length);
    if (chosen) send(place, chosen);
  } else if (event.target.matches("[data-drop]")) {
    event.preventDefault();
    const value = $("[data-value]", place);
    const body = new FormData();
    body.set(value.name, value.value);
    post(place, body, { shows: false });
  }
});

function arrive(place) {
  const look = place && $("[data-plain-look]", place);
  if (look) look.hidden = true;
}

function arriveAll() {
  for (const place of document.querySelectorAll("[data-file]")) arrive(place);
}

document.addEventListener("tamis:excerpt", arriveAll);
document.addEventListener("htmx:afterSwap", arriveAll);
arriveAll();
