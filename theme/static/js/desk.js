// Single keys for the desk: they press the buttons that stand there. Without this file nothing is missing.

const cases = [...document.querySelectorAll("[data-case]")];
const help = document.getElementById("keys");

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
    if (event.isComposing || help.open) return;
    if (event.target.matches("textarea, input, select")) return inField(event);
    if (event.ctrlKey || event.metaKey || event.altKey || !box.checked) return;
    if (press(event.key)) event.preventDefault();
  });
  // A decision leads to the next reply: the keys go on from there.
  document.querySelector("[data-case]:target")?.focus();

  function show() {
    document.documentElement.classList.toggle("keys", box.checked);
  }

  function press(key) {
    if (key === "?") help.showModal();
    else if (key === "j") go(1);
    else if (key === "k") go(-1);
    else if (key === "u") return click(document.querySelector(".done [data-key=u]") ?? here()?.querySelector("[data-key=u]"));
    else if (/^[arsde]$/.test(key)) return act(key);
    else return false;
    return true;
  }
}

function here() {
  return document.activeElement.closest("[data-case]");
}

function go(step) {
  const at = cases.indexOf(here());
  const next = at < 0 ? cases.at(step > 0 ? 0 : -1) : cases[at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

// The first key only shows what it would act upon.
function act(key) {
  const current = here();
  if (!current) return go(1), true;
  return click(current.querySelector(`[data-key="${key}"]`));
}

function click(button) {
  if (!button) return false;
  const details = button.closest("summary")?.parentElement;
  if (details) {
    details.open = true;
    details.querySelector("textarea").focus();
  } else button.click();
  return true;
}

function inField(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
  if (event.key === "Escape") here()?.focus();
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
