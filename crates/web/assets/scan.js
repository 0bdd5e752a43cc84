// The camera on the page that scans: the browser's own reader where there is one and as long as it works, else frames that the server reads.

const form = document.getElementById("scan"), box = document.getElementById("camera");
const video = box.querySelector("video"), say = box.querySelector("[data-say]");
const [start, stop] = ["[data-start]", "[data-stop]"].map((name) => box.querySelector(name));
const canvas = document.createElement("canvas");
let stream, run = 0;

async function reader() {
  try {
    const formats = await window.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

/** What the browser's reader sees; null where it fails, as it does on phones that lack its service. */
async function detect(detector) {
  try {
    return (await detector.detect(video)).map((code) => code.rawValue).filter(Boolean);
  } catch {
    return null;
  }
}

/** A small grey frame: a code that fills a tenth of the picture is still read. */
function frame() {
  const share = Math.min(1, 800 / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = video.videoWidth * share;
  canvas.height = video.videoHeight * share;
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", .8));
}

/** Sends what was seen; says whether it was a code. */
async function send(name, value) {
  const data = new FormData();
  data.set("_csrf", form.elements._csrf.value);
  data.set("frame", "on");
  if (value instanceof Blob) data.set(name, value, "frame.jpg"); else for (const text of value) data.append(name, text);
  const response = await fetch("/scan", { method: "POST", body: data, headers: { "X-Fragment": "said" } });
  const leads = response.headers.get("x-leads-to");
  if (leads) { location.assign(leads); return true; }
  if (response.status !== 200) return false;
  const doc = new DOMParser().parseFromString(await response.text(), "text/html");
  document.getElementById("said").replaceChildren(...doc.getElementById("said").childNodes);
  for (const button of document.querySelectorAll("#said [data-copy]")) button.hidden = !navigator.clipboard;
  return true;
}

function end() {
  run += 1;
  for (const track of stream?.getTracks() || []) track.stop();
  stream = null;
  video.hidden = stop.hidden = true;
  start.hidden = false;
}

async function look() {
  const own = (run += 1);
  let detector = await reader();
  while (own === run) {
    try {
      if (video.readyState >= 2) {
        const found = detector && await detect(detector);
        if (!found) detector = null;
        const isRead = found ? found.length && await send("text", found) : await send("picture", await frame());
        if (isRead && own === run) return end();
      }
    } catch { /* a frame that fails is followed by the next */ }
    await new Promise((resolve) => setTimeout(resolve, detector ? 150 : 600));
  }
}

if (navigator.mediaDevices?.getUserMedia) {
  box.hidden = false;
  start.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    } catch {
      say.textContent = box.dataset.denied;
      return;
    }
    video.srcObject = stream;
    video.hidden = stop.hidden = false;
    start.hidden = true;
    await video.play();
    look();
  });
  stop.addEventListener("click", end);
  addEventListener("pagehide", end);
} else {
  box.classList.remove("soon");
}
