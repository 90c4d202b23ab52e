// Draws every [data-chart] from the plotly figure that the page holds as JSON; a tap on a bar opens its list.
// Colours and the font come as names of tokens ("--accent"), so that light and dark are told by the style sheet.
const CONFIG = { displayModeBar: false, responsive: true, showSendToCloud: false, plotlyServerURL: "", doubleClick: false };

function withTokens(value, style) {
  if (Array.isArray(value)) return value.map((item) => withTokens(item, style));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTokens(item, style)]));
  }
  return typeof value === "string" && value.startsWith("--") ? style.getPropertyValue(value).trim() : value;
}

async function draw(slot) {
  const figure = JSON.parse(document.getElementById(slot.dataset.chart).textContent);
  const { data, layout } = withTokens(figure, getComputedStyle(slot));
  await window.Plotly.react(slot, data, layout, CONFIG);
  if ("drawn" in slot.dataset) return;
  slot.dataset.drawn = "";
  slot.on("plotly_click", ({ points: [point] }) => {
    if (point?.customdata) window.location.assign(point.customdata);
  });
}

function drawAll() {
  for (const slot of document.querySelectorAll("[data-chart]")) draw(slot);
}

if (window.Plotly) {
  drawAll();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
}
