// A period's name and own dates exclude each other; a district belongs to one province. What a choice makes void is
// emptied at once, so that the server has nothing to refuse.
const form = document.querySelector("form[data-filter]");

form?.addEventListener("change", (event) => {
  const period = form.elements.period;
  if (event.target === period && period.value !== "dates") {
    for (const day of form.querySelectorAll("[data-own-date]")) day.value = "";
  }
  if (event.target.matches("[data-own-date]") && event.target.value) period.value = "dates";
  if (event.target.name === "province" && form.elements.district) form.elements.district.value = "";
});
