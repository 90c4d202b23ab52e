// A call by keyboard: each chip has a key, Enter saves. Keys are read by their place, so that a Khmer layout works too.
const form = document.querySelector("form[data-call]");
const isOff = () => window.localStorage.getItem("keys") === "off";
const TYPING = "input:not([type=radio], [type=checkbox]), select, textarea, dialog";
const FIELDS = { g: "caller", h: "outcome", j: "referral_type", l: "code" };
let began = 0;

function letterOf(event) {
  const found = /^(?:Key|Digit)(.)$/.exec(event.code);
  return found ? found[1].toLowerCase() : event.key.toLowerCase();
}

function choose(input) {
  input.closest("details")?.setAttribute("open", "");
  input.focus();
  if (input.type === "submit" || input.type === "checkbox" || !input.checked) input.click();
}

function open(selector) {
  const fold = form.querySelector(selector);
  fold.open = true;
  fold.querySelector("input")?.focus();
}

function act(event) {
  const letter = letterOf(event);
  if (event.key === "+" || event.code === "Equal") return open("[data-details]");
  if (letter === "k") return open("[data-again]");
  if (letter in FIELDS) return form.elements[FIELDS[letter]].focus();
  const target = document.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  if (!target) return false;
  return choose(target);
}

document.addEventListener("keydown", (event) => {
  began ||= Date.now();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.key === "Enter" && event.target.name === "code") {
    event.preventDefault();
    form.querySelector("[data-find]").click();
    return;
  }
  if (event.key === "Enter" && !event.target.closest("a, button, summary, input, select, dialog")) {
    event.preventDefault();
    form.querySelector("[data-save]").click();
    return;
  }
  if (isOff() || event.target.closest(TYPING) || event.key === "Enter" || event.key === "Tab") return;
  if (act(event) !== false) event.preventDefault();
});
document.addEventListener("pointerdown", () => { began ||= Date.now(); });

// The call is kept at its first touch, whatever the clock of this device says.
document.addEventListener("submit", (event) => {
  const elapsed = event.target.elements.elapsed;
  if (elapsed && began) elapsed.value = Math.round((Date.now() - began) / 1000);
});

const showKeys = () => { document.documentElement.dataset.keys = isOff() ? "off" : "on"; };
showKeys();
document.querySelector("[data-keys-toggle]")?.addEventListener("change", showKeys);
if (!document.activeElement || document.activeElement === document.body) form.querySelector("input[name=nature]:checked")?.focus({ preventScroll: true });
