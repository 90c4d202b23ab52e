// The list of people: "all as last time", and how many were there, said while it is filled in.
const all = document.querySelector("[data-tick-all]");
const together = document.querySelector("[data-together]");

function number(input) {
  return Number(input.value) || 0;
}

function tell() {
  const named = document.querySelectorAll("[name=attendees]:checked").length + Number(together.dataset.hidden);
  const heads = [...document.querySelectorAll("input[name^=heads_]")].reduce((sum, input) => sum + number(input), 0);
  const { textNamed, textHeads, textAll } = together.dataset;
  const said = [[textNamed, named], [textHeads, heads], [textAll, named + heads]];
  together.textContent = said.map(([text, n]) => `${text}: ${n}`).join(" · ");
  together.hidden = false;
}

all?.addEventListener("click", () => {
  for (const box of document.querySelectorAll("[name=attendees][data-last]")) box.checked = true;
  tell();
});
if (all) all.hidden = document.querySelector("[name=attendees][data-last]") === null;
document.addEventListener("input", tell);
tell();
