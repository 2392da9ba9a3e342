// Reviewing by keyboard: j and k walk, number keys choose, a letter or Enter decides. All of it is
// links and buttons that work without.

const typing = (target) => target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");

const walk = (list, by) => {
  const links = [...list.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
};

const choose = (digit) => {
  const groups = [...document.querySelectorAll("#decision fieldset[data-kind^=choice]")];
  const group = groups.find((each) => !each.querySelector(":checked")) ?? groups.at(-1);
  const ring = group?.querySelectorAll(".option:not(.unsure) input")[digit - 1];
  ring?.click();
  ring?.focus();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const list = document.querySelector("[data-keys]");
  if (list) {
    if (event.key === "j" || event.key === "k") return walk(list, event.key === "j" ? 1 : -1);
  }
  if (/^[1-9]$/.test(event.key)) choose(Number(event.key));
  if (event.key === "Enter" && event.target.matches("a, button, summary")) return;
  const deed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!deed) return;
  event.preventDefault();
  deed.click();
});
