// A filter form leaves what is empty out of the address; with data-filter="auto" a chosen option applies at once.
for (const form of document.querySelectorAll("form[data-filter]")) {
  form.addEventListener("formdata", (event) => {
    const filled = [...event.formData].filter(([, value]) => value !== "");
    for (const name of [...event.formData.keys()]) event.formData.delete(name);
    for (const [name, value] of filled) event.formData.append(name, value);
  });
  form.addEventListener("change", (event) => {
    if (form.dataset.filter === "auto" && event.target.matches("select")) form.requestSubmit();
  });
}
