// Topics for older pupils go under the fold of higher grades when the class is chosen; what is ticked stays in sight.
// Another school has other classes: the form opens again for it.
const lesson = document.querySelector("[data-lesson]");
const form = lesson.closest("form");
const fitting = lesson.querySelector('[data-topics="fit"]');
const later = lesson.querySelector('[data-topics="later"]');
const groups = [...lesson.querySelectorAll("[data-fits-from]")].sort((a, b) => a.dataset.fitsFrom - b.dataset.fitsFrom);

function gradeNow() {
  const known = form.querySelector('input[name="known_class"]:checked')?.value;
  const chosen = known || form.querySelector('input[name="grade"]:checked')?.value;
  return chosen ? Number.parseInt(chosen, 10) : null;
}

function sortTopics() {
  const grade = gradeNow();
  if (grade === null) return;
  for (const group of groups) {
    const fits = Number(group.dataset.fitsFrom) <= grade || group.querySelector("input:checked");
    (fits ? fitting : later.querySelector("div")).append(group);
  }
  later.hidden = !later.querySelector("input");
}

form.addEventListener("change", (event) => {
  const { name, value } = event.target;
  if (name === "grade" || name === "known_class") sortTopics();
  if (name === "school" && !form.elements.version) {
    const address = new URL(location.href);
    address.search = new URLSearchParams({ school: value, date: form.elements.occurred_on.value });
    location.assign(address);
  }
});
sortTopics();
