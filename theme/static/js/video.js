// Plays a video where its link stands, once it is pressed. Until then nobody is asked for anything; with a modifier
// key, or without a script, the link leads to the video's own page.

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-frame]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const frame = document.createElement("iframe");
  frame.src = link.dataset.frame;
  frame.title = link.textContent.trim();
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  // YouTube plays for nobody whose site it is not told.
  frame.referrerPolicy = "strict-origin";
  link.replaceWith(frame);
  frame.focus();
});
