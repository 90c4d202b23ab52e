// Service points that fit the service sought stand first: the groups of the list are put in order at each choice.
const places = document.querySelector("select[data-fits]");

function reorder(sought) {
  const fitting = JSON.parse(places.dataset.fits)[sought] ?? [];
  const place = (group) => (fitting.includes(group.label) ? fitting.indexOf(group.label) : fitting.length);
  const groups = [...places.querySelectorAll("optgroup")];
  const chosen = places.value;
  groups.sort((one, other) => place(one) - place(other) || one.label.localeCompare(other.label));
  places.append(...groups);
  places.value = chosen;
}

if (places) {
  for (const choice of document.querySelectorAll("input[name=type]")) {
    choice.addEventListener("change", () => reorder(choice.value));
    if (choice.checked) reorder(choice.value);
  }
}
