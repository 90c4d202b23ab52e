// Giving needles means that the service was given: a number above 0 ticks its chip. Saving does the same.
document.addEventListener("input", (event) => {
  const service = event.target.dataset?.ticks;
  if (!service || !(Number(event.target.value) > 0)) return;
  const chip = event.target.form.querySelector(`input[name="services"][value="${service}"]`);
  if (chip) chip.checked = true;
});
