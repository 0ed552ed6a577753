// Single keys for the desk: they press the buttons that stand there. Without this file nothing is missing.

const help = document.getElementById("keys");
const said = document.getElementById("keys-said");
// The same words as in comments_service/ledger/promises.py; a test compares them.
const PROMISE = /\b(?:i['’]ll|let me check|get back to you|pass (?:it|this|that) on|coffee)\b/i;
// The case that `c` was pressed in: the next key is a reason.
let closing = null;

for (const form of document.querySelectorAll("form.answer")) suggest(form);
document.addEventListener("click", saved);
if (help) enhance();

function enhance() {
  const box = document.getElementById("keys-on");
  const open = document.getElementById("keys-open");
  box.checked = kept() !== "off";
  open.hidden = false;
  show();
  box.addEventListener("change", () => {
    keep(box.checked ? null : "off");
    show();
  });
  open.addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target.matches("textarea, input:not([type=checkbox]), select")) return inField(event);
    if (event.ctrlKey || event.metaKey || event.altKey || !box.checked) return;
    // A key that is held down may lead through the list; it decides once.
    if (event.repeat && !"jk".includes(event.key)) return;
    if (press(event.key)) event.preventDefault();
  });
  // An act leads to the next case, and the keys go on from there; after the last one, to what was done.
  (document.querySelector("[data-case]:target") ?? document.querySelector(".done"))?.focus();

  function show() {
    document.documentElement.classList.toggle("keys", box.checked);
  }
}

function press(key) {
  const reason = closing && closing === here() ? key : "";
  closing = null;
  if (key === "Escape") return shut();
  if (reason && /^[a-z]$/.test(reason)) return close(reason);
  if (key === "?") help.showModal();
  else if (key === "j") go(1);
  else if (key === "k") go(-1);
  else if (key === "u") return click(lastDone());
  else if (key === "/") return search();
  else if (/^[arsdecipzhmwx]$/.test(key)) return act(key);
  else return false;
  return true;
}

function here() {
  return document.activeElement.closest("[data-case]");
}

function go(step) {
  const cases = [...document.querySelectorAll("[data-case]:not([hidden])")];
  const at = cases.indexOf(here());
  const next = at < 0 ? cases.at(step > 0 ? 0 : -1) : cases[at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

// What was just done; otherwise how the case stands now, before what was once decided about it.
function lastDone() {
  const current = here();
  const places = [[document, ".last"], [document, ".done"], [current, ".acts"], [current, ""]];
  return places.map(([within, part]) => within?.querySelector(`${part} [data-key=u]`)).find(Boolean);
}

function search() {
  const field = document.querySelector('[data-key="/"]');
  field?.select();
  return Boolean(field);
}

// The first key only shows what it would act upon.
function act(key) {
  const current = here();
  if (!current) return go(1), true;
  if (!click(current.querySelector(`[data-key="${key}"]`))) return false;
  if (key === "c") closing = current;
  return true;
}

// A reason is told after `c` alone, so that no key means two things.
function close(key) {
  if (!click(here().querySelector(`[data-then="${key}"]`))) {
    said.textContent = "";
    said.textContent = `“${key}” closes nothing here. ? shows all keys.`;
    closing = here();
  }
  return true;
}

// A summary opens what it sums up, and the folds around it, and leads to its first field; a button is pressed.
function click(control) {
  if (!control) return false;
  const summary = control.closest("summary");
  if (!summary) return control.click(), true;
  for (let fold = summary.parentElement; fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const first = "textarea, input:not([type=hidden]), select, button, summary";
  [...summary.parentElement.querySelectorAll(first)].find((field) => field !== summary)?.focus();
  return true;
}

// Folds up what is open around the focus, and stands on the case again.
function shut() {
  const current = here();
  if (!current) return false;
  for (const fold of current.querySelectorAll(".act[open]")) fold.open = false;
  current.focus();
  return true;
}

function inField(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
  if (event.key !== "Escape") return;
  // The browser would empty a search.
  event.preventDefault();
  here() ? here().focus() : go(1);
}

// While it is written, an answer that sounds like a promise is offered a day.
export function suggest(form) {
  const line = form.querySelector(".suggestion");
  const fold = form.querySelector(".promise");
  if (!line) return;
  const look = () => (line.hidden = fold.open || !PROMISE.test(form.elements.text.value));
  form.elements.text.addEventListener("input", look);
  line.querySelector("button").addEventListener("click", () => {
    fold.open = true;
    look();
    form.elements.promise.focus();
  });
}

// A saved reply goes where the caret stands, and leaves what was typed alone.
async function saved(event) {
  const link = event.target.closest?.(".saved-replies a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const field = link.closest("form").elements.text;
  try {
    const response = await fetch(link.href, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(10000) });
    if (!response.ok) throw new Error(response.status);
    const { text } = await response.json();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  } catch {
    return location.assign(link.href); // the same as without a script
  }
  link.closest("details").open = false;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Storage may be forbidden; then the keys are on.
function kept() {
  try {
    return localStorage.getItem("rapport:keys");
  } catch {
    return null;
  }
}

function keep(value) {
  try {
    value ? localStorage.setItem("rapport:keys", value) : localStorage.removeItem("rapport:keys");
  } catch {
    /* Then they are on again on the next page. */
  }
}
