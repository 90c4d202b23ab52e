// − and + beside a number. The buttons come hidden with the page; the plain number field works without them.
function show(box) {
  const input = box.querySelector("input");
  const [less, more] = box.querySelectorAll("[data-step]");
  less.disabled = input.disabled || (input.min !== "" && Number(input.value) <= Number(input.min));
  more.disabled = input.disabled || (input.max !== "" && Number(input.value) >= Number(input.max));
}

export function start(root) {
  for (const box of root.querySelectorAll("[data-stepper-box]")) {
    for (const button of box.querySelectorAll("[data-step]")) button.hidden = false;
    show(box);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const box = button.closest("[data-stepper-box]");
  const input = box.querySelector("input");
  const wanted = Number(input.value) + Number(button.dataset.step) * (Number(input.dataset.stepper) || 1);
  const low = input.min === "" ? -Infinity : Number(input.min);
  const high = input.max === "" ? Infinity : Number(input.max);
  input.value = Math.min(high, Math.max(low, wanted));
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-stepper-box]");
  if (box) show(box);
});
document.addEventListener("htmx:afterSwap", (event) => start(event.target));

start(document);
