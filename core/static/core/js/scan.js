// Reads a card's code with the camera into the search box beside it, and sends the form. Where the browser has no
// camera or can't read codes the button stays hidden, and the code is typed.
const box = document.querySelector("[data-scan]");
const links = document.querySelectorAll("[data-scan-link]");

async function reader() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return null;
  const formats = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code") ? new window.BarcodeDetector({ formats: ["qr_code"] }) : null;
}

function setUp(detector) {
  const form = box.closest("form");
  const [start, stop, view] = ["start", "stop", "view"].map((name) => box.querySelector(`[data-scan-${name}]`));
  const video = view.querySelector("video");
  const denied = box.querySelector("[data-scan-said]");
  let stream = null;

  function close() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
    start.hidden = false;
  }

  async function look() {
    if (!stream) return;
    const found = await detector.detect(video).catch(() => []);
    if (!stream) return;
    if (found.length === 0) {
      setTimeout(look, 150);
      return;
    }
    form.querySelector("[data-scan-into]").value = found[0].rawValue.slice(0, 80);
    close();
    form.requestSubmit();
  }

  async function open() {
    denied.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      denied.hidden = false;
      return;
    }
    video.srcObject = stream;
    view.hidden = false;
    start.hidden = true;
    // Not waited for: a picture may take its time, and until it is there nothing is found in it.
    video.play().catch(() => {});
    look();
  }

  start.addEventListener("click", open);
  stop.addEventListener("click", close);
  window.addEventListener("pagehide", close);
  box.hidden = false;
  if ("scanNow" in box.dataset) open();
}

const detector = await reader();
if (detector) {
  for (const link of links) link.hidden = false;
  if (box) setUp(detector);
}
