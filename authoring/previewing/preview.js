// What the author sees while they write, on pages that `make serve` shows and on no others: drafts, what `make check`
// says beside the text, and each page anew when it was built anew.

const told = await (await fetch("/preview/told.json", { cache: "no-store" })).json();
const build = await newest();
document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/preview/preview.css" }));
show();
watch();

async function newest() {
  return (await fetch("/preview/build.txt", { cache: "no-store" })).text();
}

// A build lasts seconds and the author's eyes rest on the page: asking every second is soon enough.
function watch() {
  setTimeout(async () => {
    try {
      if (!document.hidden && (await newest()) !== build) return location.reload();
    } catch {
      /* The service starts again; it is back in a moment. */
    }
    watch();
  }, 1000);
}

function show() {
  const here = told.findings[decodeURI(location.pathname)] ?? [];
  const rest = told.findings[""] ?? [];
  const panel = make("aside", { id: "preview", ariaLabel: "Only you see this" });
  const fold = make("details", { open: kept() });
  fold.addEventListener("toggle", () => keep(fold.open));
  fold.append(make("summary", {}, headline(here)));
  if (told.problem) fold.append(make("p", {}, told.problem));
  if (here.length + rest.length) fold.append(list([...here, ...rest].map(finding)));
  if (told.drafts.length) fold.append(make("p", {}, "Not published yet:"), list(told.drafts.map(draft)));
  panel.append(fold);
  document.body.append(panel);
  for (const one of here) mark(one);
}

function headline(here) {
  const mend = here.filter((one) => one.level === "fail").length;
  const parts = [mend && `${mend} to mend`, here.length - mend && `${here.length - mend} worth a look`];
  const drafts = told.drafts.length && `${told.drafts.length} ${told.drafts.length === 1 ? "draft" : "drafts"}`;
  return [...parts, drafts].filter(Boolean).join(" · ") || "Nothing to mend";
}

function finding(one) {
  const item = make("li", { className: one.level });
  item.append(make("code", {}, one.where), ` ${one.words} `, make("span", { className: "rule" }, one.rule));
  return item;
}

function draft(one) {
  const item = make("li");
  item.append(make("a", { href: one.address }, one.title), ` (${one.why})`);
  return item;
}

// The block of the text that holds the most words of the source's line is the one that is meant.
function mark(one) {
  const words = new Set(one.beside.toLowerCase().match(/[\p{L}\p{N}]+/gu));
  if (!words.size) return;
  const blocks = [...document.querySelectorAll(".prose :is(p, li, h2, h3, h4, td, th, dt, dd, pre, figcaption)")];
  const shared = (block) => {
    const said = new Set(block.textContent.toLowerCase().match(/[\p{L}\p{N}]+/gu));
    return [...words].filter((word) => said.has(word)).length / (words.size + said.size);
  };
  const best = blocks.map((block) => [shared(block), block]).sort(([a], [b]) => b - a)[0];
  if (!best?.[0]) return;
  best[1].append(make("span", { className: `preview-mark ${one.level}`, role: "note" }, one.words));
}

function list(items) {
  const made = make("ul");
  made.append(...items);
  return made;
}

function make(name, with_ = {}, text = "") {
  return Object.assign(document.createElement(name), with_, text && { textContent: text });
}

// Storage may be forbidden; then the list is folded up on every page.
function kept() {
  try {
    return sessionStorage.getItem("rapport:preview") === "open";
  } catch {
    return false;
  }
}

function keep(open) {
  try {
    sessionStorage.setItem("rapport:preview", open ? "open" : "");
  } catch {
    /* As above. */
  }
}
