// Searches the essays in the reader's own browser. The index is fetched in small parts, and nothing of it before the
// reader turns to the field or comes with words in the address.

const form = document.getElementById("search");
const field = form.elements.q;
const status = document.getElementById("search-status");
const list = document.getElementById("search-results");
const more = document.getElementById("search-more");
const says = document.getElementById("search-says").content;
const STEP = 10;

let engine; // a promise of it, once somebody asks
let found = [];
let shown = 0;
let asked = ""; // the latest words; an answer to earlier ones is dropped

field.value = new URLSearchParams(location.search).get("q") ?? "";
field.addEventListener("focus", () => load().catch(() => {}), { once: true });
field.addEventListener("input", search);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
more.addEventListener("click", async () => {
  const first = list.children.length;
  await show();
  list.children[first]?.querySelector("a").focus();
});
if (field.value) search();

function load() {
  engine ??= import("/pagefind/pagefind.js").then(async (pagefind) => {
    await pagefind.options({ excerptLength: 28 });
    await pagefind.init();
    return pagefind;
  });
  return engine;
}

async function search() {
  const words = field.value.trim();
  asked = words;
  history.replaceState(null, "", words ? `?q=${encodeURIComponent(words)}` : location.pathname);
  if (!words) {
    found = [];
    return clear("");
  }
  try {
    const answer = await (await load()).debouncedSearch(words, {}, 150);
    if (!answer || asked !== words) return;
    found = answer.results;
    clear(found.length ? say("found").replace("{count}", found.length) : say("none"));
    await show();
  } catch {
    found = [];
    clear(say("away"));
  }
}

async function show() {
  const part = found.slice(shown, shown + STEP);
  const words = asked;
  const essays = await Promise.all(part.map((result) => result.data()));
  if (asked !== words) return;
  shown += part.length;
  list.append(...essays.map(entry));
  more.hidden = shown >= found.length;
}

function clear(sentence) {
  shown = 0;
  list.replaceChildren();
  more.hidden = true;
  status.textContent = sentence;
}

function say(name) {
  return says.querySelector(`[data-says="${name}"]`).textContent;
}

function entry(essay) {
  const item = document.createElement("li");
  const title = document.createElement("h2");
  const link = document.createElement("a");
  const excerpt = document.createElement("p");
  link.href = essay.url;
  link.textContent = essay.meta.title;
  title.append(link);
  excerpt.append("… ", ...marked(essay.excerpt), " …");
  item.append(title, excerpt);
  return item;
}

// Of the excerpt, which is HTML, only words and marks.
function marked(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes].map((node) => {
    if (node.nodeName !== "MARK") return node.textContent;
    const mark = document.createElement("mark");
    mark.textContent = node.textContent;
    return mark;
  });
}
