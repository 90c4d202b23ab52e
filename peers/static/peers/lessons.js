// A topic for older pupils goes under the fold of higher grades when the class is chosen; what is ticked stays in sight.
// Another school has other classes: the form opens again for it.
const lesson = document.querySelector("[data-lesson]");
const form = lesson.closest("form");
const fitting = lesson.querySelector('[data-topics="fit"] .chips');
const later = lesson.querySelector('[data-topics="later"]');
const topics = [...lesson.querySelectorAll('input[name="topics"]')];

function gradeNow() {
  const known = form.querySelector('input[name="known_class"]:checked')?.value;
  const chosen = known || form.querySelector('input[name="grade"]:checked')?.value;
  return chosen ? Number.parseInt(chosen, 10) : null;
}

function sortTopics() {
  const grade = gradeNow();
  if (grade === null) return;
  for (const topic of topics) {
    const fits = topic.checked || Number(topic.dataset.fitsFrom) <= grade;
    (fits ? fitting : later.querySelector(".chips")).append(topic.closest(".chip"));
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
