// A day sheet by keyboard: Enter and the arrows go from cell to cell, F2 repeats the cell above, Ctrl+Enter saves.
// While somebody types, the server is asked what each line says so far. Without this the grid is a plain form.
const form = document.querySelector("[data-sheet]");
const cellsOf = (line) => [...line.querySelectorAll("tr:first-child td input")];
const lines = () => [...form.querySelectorAll("[data-line]")].filter((line) => cellsOf(line).length);
const lineOf = (cell) => cell.closest("[data-line]");
const columnOf = (cell) => cell.name.slice(0, cell.name.lastIndexOf("-"));
const cellIn = (line, column) => cellsOf(line).find((cell) => columnOf(cell) === column);

function go(cell) {
  if (!cell) return;
  cell.focus();
  if (cell.type === "text") cell.select();
}

function beside(cell, step) {
  const cells = cellsOf(lineOf(cell));
  const next = cells[cells.indexOf(cell) + step];
  if (next) return go(next);
  // The last cell leads to the next line's person: what is carried down needn't be passed.
  const following = lines()[lines().indexOf(lineOf(cell)) + Math.sign(step)];
  if (following) go(step > 0 ? cellIn(following, "person") : cellsOf(following).at(-1));
}

function above(cell, step) {
  const line = lines()[lines().indexOf(lineOf(cell)) + step];
  if (line) go(cellIn(line, columnOf(cell)));
}

function repeat(cell) {
  const line = lines()[lines().indexOf(lineOf(cell)) - 1];
  const model = line && cellIn(line, columnOf(cell));
  if (!model) return;
  if (cell.type === "checkbox") cell.checked = model.checked;
  else cell.value = model.value;
  changed(cell);
}

// A list that the browser shows below a cell takes the arrows once something is typed.
const listIsUp = (cell) => cell.list && cell.value !== cell.dataset.was;
const atEdge = (cell, step) => cell.type === "checkbox"
  || (cell.selectionStart === 0 && cell.selectionEnd === cell.value.length)
  || cell.selectionEnd === (step < 0 ? 0 : cell.value.length);

function key(event) {
  const cell = event.target;
  if (!cell.matches("[data-line] td input") || event.isComposing || event.altKey) return;
  if (cell.closest("[data-said]")) return;
  const done = () => event.preventDefault();
  if (event.key === "Enter") { done(); beside(cell, event.shiftKey ? -1 : 1); }
  else if (event.key === "F2") { done(); repeat(cell); }
  else if (event.key === "ArrowDown" && !listIsUp(cell)) { done(); above(cell, 1); }
  else if (event.key === "ArrowUp" && !listIsUp(cell)) { done(); above(cell, -1); }
  else if (event.key === "ArrowRight" && !event.shiftKey && atEdge(cell, 1)) { done(); beside(cell, 1); }
  else if (event.key === "ArrowLeft" && !event.shiftKey && atEdge(cell, -1)) { done(); beside(cell, -1); }
}

let waiting = 0;
let asked = 0;
let shown = 0;

function changed(cell) {
  const { line } = lineOf(cell).dataset;
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(line), 250);
}

async function ask(line) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value === "") data.delete(name);
  data.set("line", line);
  asked += 1;
  const number = asked;
  let answer;
  try {
    answer = await fetch(form.dataset.sheet, { method: "POST", body: new URLSearchParams(data) });
  } catch {
    return; // Without a line the same is said when the sheet is saved.
  }
  if (!answer.ok || answer.redirected || number < shown) return;
  shown = number;
  const said = await answer.json();
  for (const [at, { html, bad }] of Object.entries(said.lines)) show(at, html, bad);
}

function show(at, html, bad) {
  const line = form.querySelector(`[data-line="${at}"]`);
  const place = line?.querySelector("[data-said]");
  if (!place || place.contains(document.activeElement)) return;
  const ticked = place.querySelector("input:checked")?.value;
  // What the server says changes the page only where it differs: a reader is told once.
  if (place.dataset.html !== html) {
    place.innerHTML = html;
    place.dataset.html = html;
    const yes = place.querySelector("input");
    if (yes && yes.value === ticked) yes.checked = true;
  }
  line.classList.toggle("sheet-bad", bad.length > 0);
  line.classList.toggle("sheet-asked", !bad.length && Boolean(place.querySelector(".sheet-question")));
  for (const cell of cellsOf(line)) {
    const wrong = bad.includes(columnOf(cell)) && cell !== document.activeElement;
    if (wrong) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  }
}

if (form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else key(event);
  });
  form.addEventListener("focusin", (event) => {
    if (event.target.type === "text") event.target.dataset.was = event.target.value;
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-line] td input") && !event.target.closest("[data-said]")) changed(event.target);
  });
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
  const first = form.querySelector(".sheet-bad, .sheet-asked") ?? lines()[0];
  go(first && (first.querySelector("[aria-invalid]") ?? cellIn(first, "person")));
}
