// The play page's comforts: keys, and where the eye goes next. All of it works without.

const KEYS_OFF = "tamis-keys-off";

const $ = (selector, within = document) => within.querySelector(selector);
const form = () => $("form[data-questions]");

function keysOn() {
  try {
    return localStorage.getItem(KEYS_OFF) === null;
  } catch {
    return true; // storage refused: the keys stay on for this page
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-show-keys]")) $("#keys").showModal();
});

// The second click of a double click would fall on the next micro-task, which lies there by then.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail > 1 && event.target.closest?.(".deeds button")) event.preventDefault();
  },
  true,
);

// "I can't tell" and "none of these" stand alone; typing takes "I can't tell" back.
document.addEventListener("change", ({ target }) => {
  if ("keysOn" in target.dataset) {
    if (target.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  } else if (target.type === "checkbox" && target.checked && target.closest("[data-kind=choices]")) {
    const alone = "alone" in target.dataset;
    for (const other of target.closest("[data-kind]").querySelectorAll("input:checked")) {
      if (other !== target && (alone || "alone" in other.dataset)) other.checked = false;
    }
  } else if (target.dataset.unsureOf) {
    document.getElementById(target.dataset.unsureOf).readOnly = target.checked;
  }
});

// A question that depends on an earlier answer comes and goes with it.
function isAsked({ name, is }) {
  const inputs = [...document.getElementsByName(name)];
  const said = inputs.filter((input) => (/^(radio|checkbox)$/.test(input.type) ? input.checked : input.value.trim()));
  const values = said.filter((input) => !input.closest("[hidden]")).map((input) => input.value);
  if (is === undefined) return values.some((value) => value !== "unsure");
  return values.includes(`=${is}`) || values.includes(is);
}

function showAsked() {
  for (const question of document.querySelectorAll("[data-shown-when]")) {
    question.hidden = !isAsked(JSON.parse(question.dataset.shownWhen));
  }
}

document.addEventListener("input", showAsked);

function questionForKeys() {
  const focused = document.activeElement?.closest("[data-kind=choice], [data-kind=choices]");
  if (focused) return focused;
  const all = [...document.querySelectorAll("fieldset[data-kind^=choice]:not([hidden])")];
  return all.find((question) => !$(":checked", question)) ?? all[0];
}

function pick(digit) {
  const options = questionForKeys()?.querySelectorAll(".option:not(.unsure) input") ?? [];
  const option = options[digit - 1];
  if (!option) return false;
  option.focus();
  option.click();
  return true;
}

function typing(target) {
  return target.matches?.("textarea, select, input:not([type=radio], [type=checkbox])");
}

// The excerpt's viewer has keys, too.
const taken = (key) => !document.dispatchEvent(new CustomEvent("tamis:key", { detail: key, cancelable: true }));

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && form()?.contains(target)) {
    event.preventDefault();
    form().requestSubmit($("button.primary", form()));
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(target) || !keysOn()) return;
  if ($("#keys")?.open) return;
  if (/^[1-9]$/.test(key) && pick(Number(key))) event.preventDefault();
  else if (key === "m" && $("[data-suggested]")) $("[data-suggested]").click();
  else if (key === "?" && $("#keys")) $("#keys").showModal();
  else if (taken(key)) event.preventDefault();
  else if (key === "Enter" && form() && (target === document.body || target.matches("h1, .excerpt-view"))) {
    event.preventDefault();
    form().requestSubmit($("button.primary", form()));
  }
});

function arrive(first) {
  for (const hidden of document.querySelectorAll("[data-tools], [data-show-keys]")) hidden.hidden = false;
  for (const link of document.querySelectorAll("[data-plain-zoom]")) link.hidden = true;
  for (const note of document.querySelectorAll("[data-only-if]")) note.hidden = true;
  showAsked();
  document.dispatchEvent(new CustomEvent("tamis:excerpt"));
  const keys = $("[data-keys-on]");
  if (keys) keys.checked = keysOn();
  const problems = $("#problems");
  if (problems) problems.focus();
  else if (!first) {
    scrollTo(0, 0);
    $("#play h1")?.focus({ preventScroll: true });
  }
}

function lost() {
  const status = $("#status");
  const note = document.createElement("p");
  note.className = "notice bad";
  note.textContent = status.dataset.lost;
  status.replaceChildren(note);
  status.scrollIntoView({ block: "nearest" });
}

for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(trouble, lost);
}
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "play" || $("#play")) arrive(false);
});
document.addEventListener("tamis:shown", () => arrive(false));
arrive(true);

// While someone works on a micro-task, it stays lent to them. Without this it is lent for the
// step's whole length, once.

const LOOK = 10_000;
const SIGNS = ["input", "keydown", "pointerdown", "scroll"];

let worked = false;
let kept = { address: "", at: 0 };

for (const sign of SIGNS) {
  document.addEventListener(sign, () => (worked = true), { passive: true, capture: true });
}

setInterval(() => {
  const form = document.querySelector("form[data-lease]");
  if (!form) return;
  if (form.action !== kept.address) kept = { address: form.action, at: Date.now() };
  const third = (Number(form.dataset.lease) * 1000) / 3;
  if (!worked || document.hidden || Date.now() - kept.at < third) return;
  worked = false;
  kept.at = Date.now();
  const csrfmiddlewaretoken = form.elements.csrfmiddlewaretoken.value;
  // If it fails, the lease simply ends when it would have; an answer that comes later is still taken.
  fetch(form.action, { method: "POST", body: new URLSearchParams({ do: "keep", csrfmiddlewaretoken }) }).catch(() => {});
}, LOOK);
