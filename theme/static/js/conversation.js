// Replying without leaving the page. Everything here also works as plain links and plain forms; this file only saves
// the page loads. Until a reader begins to write it asks the service for nothing.

const section = document.getElementById("conversation");
const page = section?.dataset.page;
const form = document.getElementById("reply-form");
// What is said meanwhile stands in the page, in the language of the blog (theme/words).
const says = JSON.parse(document.getElementById("says")?.textContent ?? "{}");

const withdrawn = document.querySelector("[data-withdrawn]")?.dataset.withdrawn;
const sent = document.querySelector("[data-sent]")?.dataset.sent;

if (withdrawn) forget(withdrawn);
if (document.querySelector("[data-forgotten]")) for (const name of ["me", "mine", "liked"]) keep(name, null);
if (sent) keep(`draft:${sent}`, null);
if (form && section) enhance(form);
document.addEventListener("click", like);
showLiked();
if (section && signedIn()) import("/theme/js/desk-inline.js").then((desk) => desk.arrive(section, page));

function signedIn() {
  return /(^|; )(__Host-)?rapport_signed_in=1/.test(document.cookie);
}

// Whether this device has proven who it belongs to: only then is asking who that is worth a request.
function isKnown() {
  return /(^|; )(__Host-)?rapport_known=1/.test(document.cookie);
}

function enhance(form) {
  const field = form.elements;
  const title = document.getElementById("reply-title");
  const status = document.getElementById("reply-status");
  const preview = document.getElementById("reply-preview");
  const titleAtHome = [...title.childNodes];
  const place = document.createComment("the form's place");
  const cancel = make("button", { type: "button", className: "plain", textContent: said("cancel") });
  let sending = false;

  form.before(place);
  form.querySelector(".form-actions").append(cancel);
  cancel.hidden = true;
  fillIn();
  markMine();
  if (isKnown() && !signedIn()) form.addEventListener("focusin", tellWho, { once: true });
  form.addEventListener("focusin", begin, { once: true });

  section.addEventListener("click", (event) => {
    const link = event.target.closest("a.reply-link");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    answer(link);
  });
  cancel.addEventListener("click", () => {
    const link = linkTo(field.parent.value);
    goHome();
    (link ?? field.text).focus();
  });
  form.addEventListener("input", () => keep(`draft:${page}`, field.text.value));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    if (event.key === "Escape" && !cancel.hidden) cancel.click();
  });
  form.addEventListener("submit", (event) => {
    const elsewhere = event.submitter?.getAttribute("formaction");
    if (elsewhere?.startsWith("/identity/")) return;
    event.preventDefault();
    if (sending) return;
    (elsewhere ? show : send)();
  });

  // ── where the form stands ──

  function answer(link) {
    const comment = link.closest(".comment");
    comment.after(form);
    field.parent.value = new URL(link.href).searchParams.get("parent");
    title.replaceChildren(...parts("your_reply_to", { name: comment.querySelector(".p-name").cloneNode(true) }));
    cancel.hidden = false;
    preview.replaceChildren();
    say("");
    field.text.focus();
    form.scrollIntoView({ block: "nearest" });
  }

  function goHome() {
    place.after(form);
    field.parent.value = "";
    title.replaceChildren(...titleAtHome);
    cancel.hidden = true;
  }

  // ── what the form remembers, on this device only ──

  function fillIn() {
    field.text.value ||= kept(`draft:${page}`) ?? "";
    const me = kept("me");
    if (!me) return;
    for (const name of ["name", "email", "website"]) field[name].value ||= me[name] ?? "";
    field.remember.checked = true;
  }

  function remember() {
    const { name, email, website } = field;
    keep("me", field.remember.checked ? { name: name.value, email: email.value, website: website.value } : null);
  }

  // ── as whom one replies ──

  // When it was begun, signed, goes along with the reply: programs are quicker than people. Whoever comes back to a draft
  // is quick as well, so nothing is asked then; without it a reply is as welcome.
  async function begin() {
    if (field.text.value) return;
    const response = await fetch("/comments/began").catch(() => null);
    if (response?.ok) form.append(make("input", { type: "hidden", name: "began", value: (await response.json()).began }));
  }

  // Said once somebody begins to write, and not while they read: "You are replying as Ben, github.com/ben".
  async function tellWho() {
    const response = await fetch("/identity/", { headers: { Accept: "application/json" } }).catch(() => null);
    const who = response?.ok ? await response.json() : {};
    if (!who.known) return;
    const named = who.name && who.proven;
    const line = make("p", { className: "appearing", id: "reply-appearing" });
    const change = make("a", { href: "#reply-ways", textContent: said("change") });
    const name = make("span");
    name.append(make("strong", { textContent: who.name, dir: "auto" }), " ", make("span", { className: "proven", textContent: who.proven }));
    line.append(...parts(named ? "as_name" : who.proven ? "as_proven" : "as_guest", { name, proven: who.proven, change }));
    const place = field.name.closest(".field");
    place.before(line);
    if (named && place.contains(document.activeElement)) change.focus();
    place.hidden = Boolean(named);
    field.name.required = !named;
    offer(who);
  }

  // A name that nobody may have any more, or never could, is given anew, and stays with what was proven.
  function renamed(input) {
    if (!input.closest(".field").hidden) return;
    input.closest(".field").hidden = false;
    input.required = true;
    input.after(make("input", { type: "hidden", name: "rename", value: "yes" }));
  }

  // What they could appear as instead, beside the ways that are offered to everybody.
  function offer(who) {
    const list = document.querySelector("#reply-ways .way-list");
    if (!list) return;
    document.getElementById("reply-ways-title").textContent = said("otherwise");
    document.querySelector("#reply-ways .hint").textContent = said("typed_stays");
    const way = (value, words) => make("button", { className: "way", type: "submit", name: "way", value, textContent: words });
    const others = who.identities.filter((one) => !one.now).map((one) => way(one.id, said(one.name ? "as_other" : "as_yourself", one)));
    if (who.proven) others.push(way("guest", said("as_a_guest")));
    const out = make("button", { className: "way", type: "submit", textContent: said("sign_out") });
    for (const button of [...others, out]) {
      button.setAttribute("formaction", button === out ? "/identity/sign-out" : "/identity/choose");
      button.formNoValidate = true;
    }
    list.prepend(...others);
    list.append(out);
  }

  // ── sending and previewing ──

  async function show() {
    const answer = await ask("/comments/preview", said("wait"));
    if (!answer) return;
    say("");
    const words = make("div", { className: "e-content", dir: "auto", innerHTML: answer.body.html });
    const mark = answer.body.proven ? ` (${answer.body.proven})` : "";
    preview.replaceChildren(make("p", { className: "as", textContent: said("preview_as", { name: answer.body.as + mark }) }), words);
    preview.scrollIntoView({ block: "nearest" });
  }

  async function send() {
    const parent = field.parent.value;
    const alone = field.private.checked;
    const answer = await ask("/comments/", said("sending"));
    if (!answer) return;
    const comment = answer.body;
    remember();
    keep(`draft:${page}`, null);
    keep("mine", [...(kept("mine") ?? []).filter((mine) => mine.id !== comment.id), { id: comment.id, page, at: Date.now() }].slice(-50));
    field.text.value = "";
    field.wants_answer.value = "";
    field.private.checked = false;
    preview.replaceChildren();
    goHome();
    if (comment.state === "published" && !alone) await renew();
    const stands = document.getElementById(`comment-${comment.id}`);
    if (!stands && comment.html !== undefined) stand(comment, parent, alone);
    say(said(stands ? "stands" : "arrived"));
    document.getElementById(`comment-${comment.id}`)?.focus();
  }

  // Sends the form; returns what came back, or null after saying why nothing did. What was typed stays in every case.
  async function ask(address, meanwhile) {
    mark({});
    say(meanwhile);
    sending = true;
    for (const button of form.querySelectorAll("[type=submit]")) button.setAttribute("aria-disabled", "true");
    try {
      const response = await fetch(address, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(20000),
      });
      const body = await response.json();
      if (response.ok) return { body };
      mark(body.error.fields ?? {});
      say(body.error.message, true);
    } catch {
      say(said("unsent"), true);
    } finally {
      sending = false;
      for (const button of form.querySelectorAll("[type=submit]")) button.removeAttribute("aria-disabled");
    }
    return null;
  }

  function say(words, problem = false) {
    status.textContent = words;
    status.classList.toggle("problem", problem);
  }

  // Puts each sentence beside its field and goes to the first; with none it clears them all.
  function mark(fields) {
    for (const old of form.querySelectorAll(".field-error")) old.remove();
    for (const input of form.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
      describe(input, `reply-${input.name}-error`, false);
    }
    let first = null;
    for (const [name, sentence] of Object.entries(fields)) {
      const input = form.querySelector(`#reply-${CSS.escape(name)}`);
      if (!input) continue;
      const id = `reply-${name}-error`;
      if (name === "name") renamed(input);
      input.closest("details")?.setAttribute("open", "");
      input.closest(".field").append(make("p", { id, className: "field-error", textContent: sentence }));
      input.setAttribute("aria-invalid", "true");
      describe(input, id, true);
      first ??= input;
    }
    first?.focus();
  }

  // ── the thread ──

  // Puts the conversation as it stands now in place of the one that was read, if it can be had.
  async function renew() {
    const response = await fetch(`/comments/thread?page=${encodeURIComponent(page)}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const heading = document.getElementById("conversation-title");
    const thread = fresh.querySelector(".thread");
    heading.replaceChildren(...fresh.getElementById("conversation-title").childNodes);
    for (const count of document.querySelectorAll(".essay-head .count")) count.textContent = heading.textContent;
    section.querySelector(":scope > .thread")?.remove();
    if (thread) (section.querySelector("#likes") ?? place).before(document.adoptNode(thread));
    markMine();
    showLiked();
  }

  // A reply that nobody else sees yet stands in its place for its writer, and says so.
  function stand(comment, parent, alone) {
    const head = make("header", { className: "comment-head" });
    const disc = make("span", { className: `avatar ${comment.disc}`, textContent: [...comment.name][0].toUpperCase(), ariaHidden: "true" });
    if (comment.picture) disc.append(make("img", { src: comment.picture, alt: "" }));
    head.append(disc, make("bdi", { className: "p-name", textContent: comment.name }));
    if (comment.proven) head.append(" ", make("span", { className: "proven", textContent: comment.proven }));
    const truth = alone ? "private" : comment.state === "published" ? "published" : "held";
    const state = make("p", { className: "held-state" });
    state.append(`${said(truth)} `, make("a", { href: comment.own_url, textContent: said("change_own") }));
    const article = make("article", { id: `comment-${comment.id}`, className: "comment mine held", tabIndex: -1 });
    article.setAttribute("aria-label", said(`label_${truth}`, comment));
    article.append(head, make("div", { className: "e-content", dir: "auto", innerHTML: comment.html }), state);
    const item = make("li");
    item.append(article);
    threadUnder(parent).append(item);
  }

  function threadUnder(parent) {
    const above = parent && document.getElementById(`comment-${parent}`)?.closest("li");
    const holder = above || section;
    const found = holder.querySelector(":scope > .thread");
    if (found) return found;
    const made = make("ol", { className: "thread" });
    above ? above.append(made) : (section.querySelector("#likes") ?? place).before(made);
    return made;
  }

  // This device's own replies get the way to their page; those that wait are told of for a month.
  function markMine() {
    const waiting = [];
    for (const mine of kept("mine") ?? []) {
      if (mine.page !== page) continue;
      const comment = document.getElementById(`comment-${mine.id}`);
      const own = make("a", { href: `/comments/${mine.id}/` });
      if (comment?.matches(".gone")) forget(mine.id);
      if (!comment && Date.now() - mine.at < 30 * 24 * 3600 * 1000) waiting.push(mine);
      if (comment && !comment.matches(".gone, .mine")) {
        comment.classList.add("mine");
        comment.tabIndex = -1;
        own.textContent = said("own");
        comment.querySelector("button.like")?.parentElement.remove();
        comment.querySelector(".comment-tools")?.append(own);
      }
    }
    document.getElementById("reply-waiting")?.remove();
    if (!waiting.length) return;
    const line = make("p", { id: "reply-waiting", className: "form-line" });
    const see = make("a", { href: `/comments/${waiting.at(-1).id}/`, textContent: said("see") });
    line.append(...parts("written_before", { see }));
    form.querySelector(".field").before(line);
  }

  function linkTo(id) {
    return document.getElementById(`comment-${id}`)?.querySelector("a.reply-link");
  }
}

// ── liking ──

// A press is sent without leaving the page; pressing again takes it back.
async function like(event) {
  const button = event.target.closest?.("button.like");
  if (!button || button.ariaBusy) return;
  event.preventDefault();
  button.ariaBusy = "true";
  try {
    const response = await fetch(button.getAttribute("formaction") ?? "/likes/", {
      method: "POST",
      body: new URLSearchParams({ page: button.value }),
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(20000),
    });
    const body = await response.json();
    if (response.ok) count(button, body);
    else beside(button, "like-said", body.error.message);
  } catch {
    beside(button, "like-said", said("like_unsent"));
  } finally {
    button.ariaBusy = null;
  }
}

function count(button, { likes, liked }) {
  const others = (kept("liked") ?? []).filter((one) => one !== subject(button));
  keep("liked", liked ? [...others, subject(button)].slice(-500) : others);
  beside(button, "likes", likes || "");
  beside(button, "like-said", "");
  button.ariaPressed = String(liked);
}

// Puts words into their place after a button; a place that is not there yet is made.
function beside(button, className, words) {
  const found = button.parentElement.querySelector(`.${className}`);
  const place = found ?? make("span", { className });
  if (!found && className === "like-said") place.setAttribute("role", "status");
  if (!found) button.parentElement.append(" ", place);
  place.textContent = words;
}

function showLiked() {
  const mine = new Set(kept("liked") ?? []);
  for (const button of document.querySelectorAll("button.like")) button.ariaPressed = String(mine.has(subject(button)));
}

// What a button likes: an essay by its path, a comment by its address.
function subject(button) {
  return button.value || button.getAttribute("formaction");
}

// What was withdrawn is no reply of this device's any more.
function forget(id) {
  keep("mine", (kept("mine") ?? []).filter((mine) => mine.id !== id));
}

// A sentence in parts: what stands in braces is filled in, by words or by elements.
function parts(name, filled = {}) {
  return (says[name] ?? "").split(/\{(\w+)\}/).map((part, at) => (at % 2 ? filled[part] : part));
}

function said(name, filled) {
  return parts(name, filled).join("");
}

function make(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}

function describe(input, id, on) {
  const ids = new Set((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  on ? ids.add(id) : ids.delete(id);
  ids.size ? input.setAttribute("aria-describedby", [...ids].join(" ")) : input.removeAttribute("aria-describedby");
}

// Storage may be full or forbidden; then nothing is kept and nothing breaks.
function keep(key, value) {
  try {
    if (value) localStorage.setItem(`rapport:${key}`, JSON.stringify(value));
    else localStorage.removeItem(`rapport:${key}`);
  } catch {
    /* The reply itself does not need it. */
  }
}

function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(`rapport:${key}`));
  } catch {
    return null;
  }
}
