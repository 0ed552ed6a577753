// A former address leads on to the present one, and what stood behind the # goes along.
addEventListener("DOMContentLoaded", () => {
  location.replace(document.getElementById("moved-to").href + location.hash);
});
