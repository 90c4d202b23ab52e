// Keyboard: "/" search, "n" new, "?" help. They can be switched off in the help (WCAG 2.1.4), for this browser.
const STORED = "keys";
const help = document.querySelector("[data-keys-help]");
const toggle = document.querySelector("[data-keys-toggle]");
const isOff = () => window.localStorage.getItem(STORED) === "off";

const actions = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  "n": () => document.querySelector("[data-new]")?.click(),
  "?": () => help?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable], dialog");
  if (typing || isOff() || event.ctrlKey || event.metaKey || event.altKey || !(event.key in actions)) return;
  event.preventDefault();
  actions[event.key]();
});

for (const opener of document.querySelectorAll("[data-keys-open]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => {
    opener.closest("details")?.removeAttribute("open");
    help.showModal();
  });
}

if (toggle) {
  toggle.checked = !isOff();
  toggle.addEventListener("change", () => window.localStorage.setItem(STORED, toggle.checked ? "on" : "off"));
}
