// Drop files or folders: each is sent by itself, with its own progress and its own answer. Several
// at once are one delivery, so that what is refused stays in the list.

const AT_ONCE = 2;

const form = document.querySelector("form[data-drop]");
const list = document.querySelector("[data-uploads]");
const waiting = [];
let sending = 0;
let delivery = "";

function refresh() {
  document.getElementById("documents")?.dispatchEvent(new CustomEvent("tamis:documents"));
}

function line(name) {
  const item = document.createElement("li");
  item.className = "upload";
  const label = document.createElement("span");
  label.className = "upload-name";
  label.textContent = name;
  const bar = document.createElement("progress");
  bar.className = "bar";
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `${name}: ${form.dataset.sending}`);
  item.append(label, bar);
  list.append(item);
  return item;
}

function fail(item, file, path, sentence) {
  const wrong = document.createElement("span");
  wrong.className = "wrong";
  wrong.textContent = sentence;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button quiet";
  again.textContent = form.dataset.again;
  again.addEventListener("click", () => {
    item.remove();
    queue(file, path);
    send();
  });
  item.classList.add("failed");
  item.querySelector("progress")?.remove();
  item.append(wrong, again);
}

function done(item, reply) {
  const answer = new DOMParser().parseFromString(reply, "text/html").querySelector(".upload");
  if (answer) item.replaceWith(answer);
  return Boolean(answer);
}

function secured() {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  return body;
}

function upload({ file, path, item }) {
  const body = secured();
  body.append("path", path);
  body.append("delivery", delivery);
  body.append("files", file);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    item.querySelector("progress").value = total ? loaded / total : 0;
  });
  request.addEventListener("loadend", () => {
    sending -= 1;
    if (request.status === 0) fail(item, file, path, form.dataset.lost);
    else if (request.status >= 400 || !done(item, request.response)) fail(item, file, path, form.dataset.refused);
    refresh();
    send();
  });
  request.send(body);
}

async function begin() {
  if (delivery || waiting.length < 2) return;
  const body = secured();
  body.append("name", waiting[0].path);
  try {
    const reply = await fetch(form.dataset.several, { method: "POST", body });
    if (reply.ok) delivery = await reply.text();
  } catch {
    // Each file says by itself that the line is lost.
  }
}

function send() {
  while (sending < AT_ONCE && waiting.length) {
    sending += 1;
    upload(waiting.shift());
  }
}

function queue(file, path = "") {
  waiting.push({ file, path: path || file.name, item: line(path || file.name) });
}

// A dropped folder gives its entries a hundred at a time.
async function walk(entry, path) {
  if (entry.isFile) {
    queue(await new Promise((resolve, reject) => entry.file(resolve, reject)), path + entry.name);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const each of some) await walk(each, `${path}${entry.name}/`);
  }
}

async function drop(event) {
  event.preventDefault();
  form.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length) for (const entry of entries) await walk(entry, "");
  else for (const file of event.dataTransfer.files) queue(file);
  await begin();
  send();
}

if (form) {
  for (const plain of form.querySelectorAll("[data-plain]")) plain.remove();
  for (const hidden of form.querySelectorAll("[data-needs-script]")) hidden.hidden = false;
  form.querySelector("#files").addEventListener("change", async ({ target }) => {
    for (const file of target.files) queue(file);
    target.value = "";
    await begin();
    send();
  });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!form.contains(relatedTarget)) form.classList.remove("over");
  });
  form.addEventListener("drop", drop);
  addEventListener("beforeunload", (event) => {
    if (sending || waiting.length) event.preventDefault();
  });
}
