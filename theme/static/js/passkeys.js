// Passkeys: only a browser can make and use one. A form with data-passkey is shown where it can, and asks for what to do
// (data-begin) before its answer is sent; letters and links sign in without this file.

if (window.PublicKeyCredential) {
  document.querySelector("[data-passkey=none]")?.remove();
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act(form);
    });
  }
}

async function act(form) {
  const problem = form.querySelector(".problem");
  const button = form.querySelector("button");
  problem.hidden = button.disabled = true;
  try {
    const options = await post(form.dataset.begin, {});
    const credential = form.dataset.passkey === "add" ? await made(options) : await signed(options);
    const name = form.elements.name?.value ?? "";
    const told = await post(form.action, { name, credential: JSON.stringify(asJson(credential)) });
    const next = new URL(told.next, location.href);
    if (next.pathname === location.pathname) location.reload();
    else location.assign(next);
  } catch (error) {
    problem.textContent = sentence(error, form.dataset.passkey);
    problem.hidden = button.disabled = false;
    button.focus();
  }
}

async function post(address, fields) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(fields) });
  const told = await response.json();
  if (!response.ok) throw Object.assign(new Error(told.error.message), { told: true });
  return told;
}

function made(options) {
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const known of options.excludeCredentials) known.id = bytes(known.id);
  return navigator.credentials.create({ publicKey: options });
}

function signed(options) {
  options.challenge = bytes(options.challenge);
  return navigator.credentials.get({ publicKey: options });
}

// By hand, because toJSON() is missing in browsers of a few years ago and fails in some password keepers.
function asJson({ id, rawId, type, response }) {
  const kept = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) kept[name] = text(response[name]);
  }
  return { id, rawId: text(rawId), type, response: kept };
}

function bytes(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function sentence(error, purpose) {
  if (error.told) return error.message;
  if (error.name === "NotAllowedError") return "Nothing was done: it was cancelled, or took too long. You can try again.";
  if (error.name === "InvalidStateError" && purpose === "add") return "This device has a passkey for your account already.";
  if (error.name === "TypeError") return "That did not reach the blog. Please try again in a while.";
  return "This browser could not use a passkey here. A letter or a printed link works everywhere.";
}
