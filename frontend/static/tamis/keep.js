// While someone works on a micro-task, it stays lent to them. Without this module it is lent for the
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
