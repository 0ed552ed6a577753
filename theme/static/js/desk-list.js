// Deciding in place on the moderation list. The decision is sent, the case folds into one line, and the next one is
// there at once. What arrives are the plain forms of the desk, which do the same by a page each without this file.

import { suggest } from "./desk.js";

const FEW = 15;
const MOST = 100;
const UNREACHED = "That did not reach the desk. Nothing was changed; please try again in a while.";

const list = document.getElementById("list");
const said = document.getElementById("keys-said");
const bulk = document.getElementById("bulk");
const choice = document.querySelector("[data-choose]");
// What was decided here, the last one last.
const done = [];
let coming = null;

list.addEventListener("submit", (event) => {
  const current = event.target.closest("[data-case]");
  if (!current || !event.submitter?.dataset.done) return;
  event.preventDefault();
  decide(current, event.target, event.submitter);
});
list.addEventListener("change", count);
choice?.addEventListener("click", choose);
document.querySelector(".fresh a").addEventListener("click", showFresh);
bulk?.addEventListener("submit", (event) => {
  if (chosen().length > MOST) event.preventDefault();
});
count();

// ── one decision ──

function decide(current, form, button) {
  const entry = { current, line: folded(button.dataset.done), address: form.action };
  current.querySelector(".case-problem")?.remove();
  const fields = new URLSearchParams(new FormData(form, button));
  entry.sent = send(form.action, fields).then((problem) => {
    if (problem) refuse(entry, problem);
    return problem;
  });
  const back = entry.line.querySelector("button");
  back.addEventListener("click", () => undo(entry));
  // Only a decision can be taken back from here.
  if (!entry.address.endsWith("/decide")) back.remove();
  const next = following(current);
  fold(entry);
  if (left() < FEW) more();
  if (next) stand(next);
  else atTheEnd(entry);
  say(button.dataset.done);
}

// Each decision waits for nobody but for what was done about the same case before.
async function send(address, fields) {
  try {
    const response = await fetch(address, {
      method: "POST",
      body: fields,
      headers: { Accept: "application/json" },
      keepalive: true,
    });
    return response.ok ? "" : (await response.json()).error.message;
  } catch {
    return UNREACHED;
  } finally {
    document.dispatchEvent(new Event("desk:decided"));
  }
}

function undo(entry) {
  unfold(entry);
  stand(entry.current);
  say("Taken back.");
  entry.sent = entry.sent.then(async (problem) => {
    if (problem) return problem;
    const late = await send(entry.address, new URLSearchParams({ verb: "undo" }));
    if (late) tell(entry.current, late);
    return late;
  });
}

function refuse(entry, problem) {
  const stood = entry.line.contains(document.activeElement);
  unfold(entry);
  tell(entry.current, problem);
  if (stood) stand(entry.current);
}

function tell(current, problem) {
  current.querySelector(".case-problem")?.remove();
  const sentence = Object.assign(document.createElement("p"), { className: "field-error case-problem", textContent: problem });
  sentence.setAttribute("role", "alert");
  current.querySelector(".queue-actions").before(sentence);
}

// ── one line instead of a case ──

function folded(words) {
  const line = document.getElementById("folded").content.firstElementChild.cloneNode(true);
  line.querySelector("p").textContent = words;
  return line;
}

function fold(entry) {
  const box = entry.current.querySelector(".pick input");
  if (box) box.checked = false;
  count();
  entry.current.before(entry.line);
  entry.current.hidden = true;
  if (entry.line.querySelector("button")) done.push(entry);
  mark();
}

function unfold(entry) {
  entry.current.hidden = false;
  entry.line.remove();
  if (done.includes(entry)) done.splice(done.indexOf(entry), 1);
  mark();
}

// `u` takes the last one back, and then the one before it.
function mark() {
  document.querySelector(".done")?.remove();
  for (const entry of done) entry.line.classList.toggle("last", entry === done.at(-1));
}

function standing() {
  return [...list.querySelectorAll("[data-case]:not([hidden])")];
}

function left() {
  return standing().length;
}

function following(current) {
  const all = standing();
  return all[all.indexOf(current) + 1];
}

function stand(current) {
  current.focus({ preventScroll: true });
  current.scrollIntoView({ block: "nearest" });
}

async function atTheEnd(entry) {
  stand(entry.line);
  await coming;
  const next = following(entry.current) ?? after(entry.line);
  if (document.activeElement !== entry.line) return;
  if (next) return stand(next);
  document.querySelector(".through")?.remove();
  const end = document.getElementById("through").content.firstElementChild.cloneNode(true);
  end.classList.add("through");
  list.append(end);
  stand(end);
}

function after(line) {
  return standing().find((one) => line.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function say(words) {
  if (said) said.textContent = words;
}

// ── the next page ──

function more() {
  const link = list.querySelector("a[rel=next]");
  if (!link || coming) return;
  coming = page(link.href)
    .then((there) => {
      append(there);
      const next = there.querySelector("a[rel=next]");
      next ? (link.href = next.href) : link.parentElement.remove();
    })
    .catch(() => {}) // The link stays, and leads there.
    .finally(() => (coming = null));
}

async function page(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(response.statusText);
  return new DOMParser().parseFromString(await response.text(), "text/html").getElementById("list");
}

function append(there) {
  const known = new Set([...list.querySelectorAll("[data-case]")].map((one) => one.id));
  const fresh = [...there.querySelectorAll("[data-case]")].filter((one) => !known.has(one.id));
  list.querySelector(".queue").append(...fresh);
  for (const one of fresh) for (const form of one.querySelectorAll("form.answer")) suggest(form);
  count();
  return fresh;
}

// What came meanwhile stands at the end of the queue, where it moves nothing.
async function showFresh(event) {
  const link = event.currentTarget;
  if (!("queue" in list.dataset) || !list.querySelector(".queue") || list.querySelector("a[rel=next]")) return;
  event.preventDefault();
  try {
    const there = await page(link.href);
    const [first] = append(there);
    list.dataset.newest = there.dataset.newest;
    link.hidden = true;
    document.querySelector(".through")?.remove();
    if (first) stand(first);
  } catch {
    location.assign(link.href);
  }
}

// ── many at once ──

function boxes() {
  return standing().map((one) => one.querySelector(".pick input"));
}

function chosen() {
  return boxes().filter((box) => box.checked);
}

function choose(event) {
  event.preventDefault();
  const all = boxes();
  const every = all.every((box) => box.checked);
  for (const box of all) box.checked = !every;
  count();
}

function count() {
  const number = chosen().length;
  const all = left();
  const told = bulk?.querySelector("[data-chosen]");
  if (!told) return;
  told.textContent = number > MOST ? `${number} selected: up to ${MOST} can be decided at once` : `${number} selected`;
  const [words] = choice.childNodes;
  words.textContent = number && number === all ? "Select none" : `Select all ${all}`;
}
