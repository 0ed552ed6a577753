// The numbers beside the tabs and in the desk's navigation, kept up with while the page is in sight. Without this file
// they are those of when the page was opened.

const EVERY = 30_000;
// After a decision, once nobody decides for a moment.
const SOON = 600;

const list = document.getElementById("list");
const fresh = document.querySelector(".fresh a");
let looked = Date.now();
let timer = setTimeout(look, EVERY);

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") plan(Math.max(0, EVERY - (Date.now() - looked)));
});
document.addEventListener("desk:decided", () => plan(SOON));

function plan(wait) {
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

async function look() {
  if (document.visibilityState !== "visible") return;
  const after = list ? `?after=${list.dataset.newest}` : "";
  try {
    const response = await fetch(`/desk/counts${after}`, { headers: { Accept: "application/json" } });
    // Whoever is signed out is told so by the next thing that they do.
    if (response.status === 403) return;
    if (response.ok) show(await response.json());
  } catch {
    /* The next time, then. */
  }
  looked = Date.now();
  plan(EVERY);
}

function show(told) {
  for (const number of document.querySelectorAll("[data-count]")) {
    const now = told.tabs[number.dataset.count];
    number.textContent = now;
    if (number.closest(".desk-nav")) number.hidden = now === 0;
  }
  if (!fresh) return;
  if (told.new) {
    fresh.textContent = told.new === 1 ? "1 new reply waits: show it" : `${told.new} new replies wait: show them`;
    fresh.href = list.dataset.newest ? `/desk/moderation?after=${list.dataset.newest}` : "/desk/moderation";
  }
  fresh.hidden = told.new === 0;
}
