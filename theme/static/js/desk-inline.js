// The author's side of a conversation, under the essay itself. conversation.js loads this only for somebody who is
// signed in. What arrives are plain forms of the desk; this file sends them without leaving the page.

export async function arrive(section, page) {
  const panel = document.createElement("div");
  panel.className = "desk-inline";
  if (!(await show(panel, page))) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/theme/css/desk.css" }));
  document.getElementById("conversation-title").after(panel);
  const form = document.getElementById("reply-form");
  if (form) speakAs(panel.querySelector("[data-name]").dataset, form);
  placeTools(section, panel);
  // A reply just sent brings a new thread, which has no tools yet.
  new MutationObserver(() => placeTools(section, panel)).observe(section, { childList: true });
  section.addEventListener("submit", (event) => {
    if (!event.target.matches('form[action^="/desk/"]')) return;
    event.preventDefault();
    send(event.target, event.submitter, section, panel, page);
  });
}

// Fills the panel with how things stand; false for somebody whose session has ended.
async function show(panel, page, done = []) {
  const query = new URLSearchParams([["page", page], ...done]);
  const response = await fetch(`/desk/inline?${query}`, { headers: { Accept: "text/html" }, redirect: "manual" });
  if (response.ok) panel.innerHTML = await response.text();
  return response.ok;
}

async function send(form, button, section, panel, page) {
  const problem = panel.querySelector(".problem");
  problem.hidden = true;
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await response.json();
    if (!response.ok) return refused(problem, form, told.error);
    await renew(section, page);
    await show(panel, page, new URL(told.next, location.href).searchParams);
    placeTools(section, panel);
    panel.querySelector(".done")?.focus();
  } catch {
    say(problem, "That did not reach the desk. Nothing was changed; please try again in a while.");
  }
}

// What was told once is known: the same words again, or after a quicker author, are sent when they are sent once more.
function refused(problem, form, error) {
  const once = { form_letter: "as_it_is", conflict: "seen" }[error.code];
  if (once === "as_it_is") {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: once, value: "yes" }));
    form.elements.text.addEventListener("input", () => form.elements.as_it_is?.remove(), { once: true });
  } else if (once && form.elements.seen) form.elements.seen.value = "";
  say(problem, error.message);
}

function say(problem, words) {
  problem.textContent = words;
  problem.hidden = false;
  problem.scrollIntoView({ block: "nearest" });
}

// Puts the thread as it stands now in place of the one that was read. A reply being written stays where it was.
async function renew(section, page) {
  const response = await fetch(`/comments/thread?page=${encodeURIComponent(page)}`, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const heading = document.getElementById("conversation-title");
  const form = document.getElementById("reply-form");
  const old = section.querySelector(":scope > .thread");
  const thread = fresh.querySelector(".thread");
  const answering = old?.contains(form) && form.elements.parent.value;
  if (answering) section.append(form);
  old?.remove();
  if (thread) (section.querySelector(":scope > .desk-inline") ?? heading).after(document.adoptNode(thread));
  if (answering) document.getElementById(`comment-${answering}`)?.after(form);
  heading.replaceChildren(...fresh.getElementById("conversation-title").childNodes);
  for (const count of document.querySelectorAll("header a.count")) count.textContent = heading.textContent;
}

// The same few buttons under each comment that stands.
function placeTools(section, panel) {
  const template = panel.querySelector("template").content.firstElementChild;
  for (const comment of section.querySelectorAll(".comment:not(.gone, .held, :has(> .desk-tools))")) {
    const tools = template.cloneNode(true);
    const name = comment.querySelector(".p-name").textContent;
    tools.setAttribute("action", template.getAttribute("action").replace("ID", comment.id.replace("comment-", "")));
    if (comment.matches(".by-author")) tools.querySelector("[value=spam]").remove();
    for (const button of tools.querySelectorAll("button")) button.setAttribute("aria-label", `${button.textContent}: ${name}’s reply`);
    comment.append(tools);
  }
}

// An account has its name already; the guest's fields give way to a line that says who is speaking.
function speakAs({ name, role }, form) {
  const field = form.elements.name;
  field.required = false;
  for (const guest of [field.closest(".field"), form.querySelector(".wants"), ...form.querySelectorAll(".more")]) guest.hidden = true;
  const line = form.querySelector(".form-line:not(#reply-waiting)") ?? document.createElement("p");
  line.className = "form-line";
  line.textContent = `You are replying as ${name}${role === "author" ? " (author)" : ""}.`;
  document.getElementById("reply-title").after(line);
}
