// A form with data-submit-once is sent once: a second tap on a slow line must not record twice.
function buttonsOf(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-submit-once]")) return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  // After this turn, so that the pressed button's own name still goes along.
  setTimeout(() => buttonsOf(form).forEach((button) => { button.disabled = true; }));
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-submit-once][data-sent]")) {
    delete form.dataset.sent;
    buttonsOf(form).forEach((button) => { button.disabled = false; });
  }
});
