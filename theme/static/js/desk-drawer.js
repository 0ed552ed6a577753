// Who wrote a comment, beside the list: the link's own page, set into a panel. Escape leads back to the link.

const panel = Object.assign(document.createElement("dialog"), { className: "drawer" });
panel.setAttribute("aria-labelledby", "writer-title");

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-drawer]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link);
});
// A press beside the panel closes it.
panel.addEventListener("click", (event) => event.target === panel && panel.close());

async function open(link) {
  const address = new URL(link.href);
  address.searchParams.set("panel", "yes");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, redirect: "manual", signal: AbortSignal.timeout(10000) });
    if (!response.ok) throw new Error(response.status);
    panel.innerHTML = await response.text();
  } catch {
    return location.assign(link.href); // the same as without a script
  }
  const close = Object.assign(document.createElement("button"), { type: "button", className: "plain drawer-close", textContent: "Close" });
  close.addEventListener("click", () => panel.close());
  panel.prepend(close);
  document.body.append(panel);
  if (!panel.open) panel.showModal();
  document.getElementById("writer-title").focus();
}
