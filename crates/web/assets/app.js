// The browser module of the console. Every page works without it; it saves page loads, answers typing and keeps what waits up to date.
//
//   data-swap="id …"      link or form: fetch the answer and replace these elements only      data-dialog        link: show its page's #dialog as a dialog
//   data-search           GET form: answer while typing                                        data-confirm="…"   form or button: ask before sending
//   data-auto             GET form: send on each change                                        data-live="topic"  element with id: fetch again when the topic stirs
//   data-marks="id"        marks the link there whose address is data-here
//   data-batch            form with [data-pick], [data-pick-all], [data-picked], [data-batch-bar]
//   data-fill="id"        shows that text with {name} and the like filled in from data-name …
//   data-left="id"        counts the room left in that text                                    data-copy="text"   button: copies
//   data-draw="svg"       button: saves that picture as a PNG named data-name, its letters in the fonts of this browser
//   data-countdown="42"   counts these seconds down in data-countdown-text, then says data-countdown-done

const { body } = document;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const toasts = document.getElementById("toasts");
const announcer = document.getElementById("announce");
const byId = (id) => document.getElementById(id);
const words = (text) => (text || "").split(/\s+/).filter(Boolean);
const placeOf = (url) => url.pathname + url.search;
let here = placeOf(location);

// ---- toasts: eight seconds, longer while looked at -------------------------------------------------------------------------------------------------

function toast(node) {
  let left = 8000, since = 0, timer = 0;
  const run = () => { since = Date.now(); timer = setTimeout(() => node.remove(), left); };
  const hold = () => { if (timer) { clearTimeout(timer); timer = 0; left -= Date.now() - since; } };
  const resume = () => { if (!timer && !node.matches(":hover, :focus-within")) run(); };
  for (const event of ["pointerenter", "focusin"]) node.addEventListener(event, hold);
  for (const event of ["pointerleave", "focusout"]) node.addEventListener(event, () => setTimeout(resume));
  node.classList.add("live");
  toasts.append(node);
  while (toasts.children.length > 3) toasts.firstElementChild.remove();
  run();
}

function say(text) {
  const node = document.createElement("div");
  node.className = "toast";
  node.append(Object.assign(document.createElement("span"), { textContent: text }));
  toast(node);
}

// ---- fetching and replacing parts ------------------------------------------------------------------------------------------------------------------

async function load(url, ids, options = {}) {
  const response = await fetch(url, { ...options, headers: { Accept: "text/html", "X-Fragment": ids.join(" ") } });
  const isPage = (response.headers.get("content-type") || "").startsWith("text/html");
  const doc = new DOMParser().parseFromString(isPage ? await response.text() : "", "text/html");
  return { response, doc, isPage };
}

/** Whether the answer has what was asked for. Sign-in and error pages have a `main` too, but not ours. */
const belongs = (doc, ids) => !doc.querySelector(".gate") && ids.some((id) => doc.getElementById(id) && byId(id));

/** Selectors that find the same control again after its surroundings were replaced, the best first. */
function trace(element) {
  const having = (attribute, value) => `[${attribute}="${CSS.escape(value)}"]`;
  const form = element.closest("form[action]");
  return [
    element.id && "#" + CSS.escape(element.id),
    element.name && having("name", element.name) + having("value", element.value),
    element.name && having("name", element.name),
    element.matches("a[href]") && "a" + having("href", element.getAttribute("href")),
    form && "form" + having("action", form.getAttribute("action")) + " button",
  ].filter(Boolean);
}

function replace(old, fresh) {
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  const paths = active && active !== old ? trace(active) : [];
  const selection = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  const picked = [...old.querySelectorAll("[data-pick]:checked")].map((box) => box.value);
  const opened = [...old.querySelectorAll("details[id][open]")].map((details) => details.id);
  fresh.classList.toggle("open", old.matches(".drawer:is(:target, .open)") || fresh.matches(".open"));
  old.replaceWith(fresh);
  for (const box of fresh.querySelectorAll("[data-pick]")) if (picked.includes(box.value)) box.checked = true;
  for (const id of opened) byId(id)?.setAttribute("open", "");
  ready(fresh);
  if (!active) return;
  const again = paths.map((path) => fresh.querySelector(path)).find(Boolean);
  if (!again && !fresh.hasAttribute("tabindex")) fresh.tabIndex = -1;
  (again || fresh).focus({ preventScroll: true });
  if (again && selection?.[0] != null) try { again.setSelectionRange(...selection); } catch { /* not every input has a selection */ }
}

/** Replaces what both documents have; says whether anything was found. */
function swap(doc, ids) {
  let found = false;
  for (const id of ids) {
    const old = byId(id), fresh = doc.getElementById(id);
    if (!old || !fresh) continue;
    found = true;
    replace(old, document.adoptNode(fresh));
  }
  for (const count of doc.querySelectorAll("[data-count]")) {
    for (const shown of document.querySelectorAll(`[data-count="${CSS.escape(count.dataset.count)}"]`)) {
      if (shown.textContent !== count.textContent) shown.replaceChildren(...[...count.childNodes].map((node) => node.cloneNode(true)));
      shown.hidden = count.hidden;
    }
  }
  for (const node of doc.querySelectorAll("#toasts > .toast")) toast(document.adoptNode(node));
  return found;
}

function moveTo(url, doc, isReplaced) {
  const isNewPage = url.pathname !== location.pathname;
  if (url.href !== location.href) history[isReplaced ? "replaceState" : "pushState"](null, "", url);
  settle(doc);
  if (!isNewPage) return;
  scrollTo(0, 0);
  if (!byId("main").contains(document.activeElement)) byId("main").focus({ preventScroll: true });
}

/** Makes the frame agree with the address. */
function settle(doc) {
  here = placeOf(location);
  if (doc.title) document.title = doc.title;
  raise();
  for (const link of document.querySelectorAll(".rail a[href], .bar a[href], .menu a[href]")) {
    const isHere = location.pathname === link.pathname || (link.pathname !== "/" && location.pathname.startsWith(link.pathname + "/"));
    if (isHere && !link.matches(".brand")) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  const more = document.querySelector(".bar button");
  if (document.querySelector(".bar a[aria-current]")) more?.removeAttribute("aria-current"); else more?.setAttribute("aria-current", "true");
}

/** Opens the drawer that the address names: `:target` does not follow pushState. */
function raise() {
  for (const drawer of document.querySelectorAll(".drawer")) {
    const isOpen = drawer.classList.toggle("open", location.hash === "#" + drawer.id), close = drawer.querySelector(":scope > .close");
    // Only where it covers the page: beside the list the focus stays in the list.
    if (isOpen && close?.checkVisibility() && !drawer.contains(document.activeElement)) close.focus();
  }
}

function fade(change) {
  if (!document.startViewTransition || calm.matches) return change();
  const transition = document.startViewTransition(change);
  // A page may refuse or skip the picture; the change itself happens all the same.
  for (const step of [transition.ready, transition.finished]) step.catch(() => {});
}

/** Follows a link or a GET form. */
async function visit(url, ids, { isReplaced = false, isBack = false, signal } = {}) {
  const targets = ids.map(byId).filter(Boolean);
  for (const target of targets) target.setAttribute("aria-busy", "true");
  try {
    const { response, doc, isPage } = await load(url, ids, { signal });
    if (!isPage || !belongs(doc, ids)) return void location.assign(url);
    const end = new URL(response.url);
    end.hash ||= url.hash;
    const change = () => { swap(doc, ids); if (isBack) settle(doc); else moveTo(end, doc, isReplaced); };
    if (end.pathname !== location.pathname) fade(change); else change();
  } catch (error) {
    if (error.name !== "AbortError") say(body.dataset.offline);
  } finally {
    for (const target of targets) target.removeAttribute("aria-busy");
  }
}

/** Sends a POST form and replaces parts with the answer; whatever fails, what was typed stays. */
async function send(form, submitter) {
  const dialog = form.closest("dialog"), ids = dialog ? ["main"] : words(submitter?.dataset.swap || form.dataset.swap);
  const data = new FormData(form, submitter);
  const sent = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  const url = new URL(submitter?.getAttribute("formaction") || form.getAttribute("action") || "", location.href);
  try {
    const { response, doc, isPage } = await load(url, ids, { method: "POST", body: sent });
    if (dialog && !response.ok && doc.getElementById("dialog")) return void replace(form, document.adoptNode(doc.getElementById("dialog")));
    if (!belongs(doc, ids)) {
      if (response.ok && isPage) return void location.assign(response.url);
      return void say(doc.querySelector("#failure [data-says]")?.textContent || body.dataset.failed);
    }
    dialog?.close();
    form.closest(".toast")?.remove();
    swap(doc, ids);
    answered = Date.now();
    const end = new URL(response.url);
    // What lies open on this page stays so.
    if (end.pathname === location.pathname) end.hash ||= location.hash;
    if (response.redirected) moveTo(end, doc, false);
    ids.map(byId).map((part) => part?.querySelector("[aria-invalid]")).find(Boolean)?.focus();
  } catch {
    say(body.dataset.offline);
  } finally {
    rest(form);
  }
}

function rest(form) {
  delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy].btn")) button.removeAttribute("aria-busy");
}

// ---- dialogs ---------------------------------------------------------------------------------------------------------------------------------------

function open(content) {
  const dialog = document.createElement("dialog");
  dialog.append(content);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("[data-close]")) { event.preventDefault(); dialog.close(); } });
  body.append(dialog);
  dialog.showModal();
  return dialog;
}

function ask(text, button) {
  const make = (tag, className, textContent) => Object.assign(document.createElement(tag), { className, textContent });
  const form = Object.assign(document.createElement("form"), { method: "dialog" });
  const footer = make("footer", "", ""), yes = make("button", "btn main" + (button?.matches(".risk") ? " risk" : ""), button?.textContent.trim() || "OK");
  yes.value = "yes";
  footer.append(make("button", "btn", body.dataset.cancel), yes);
  form.append(make("p", "in", text), footer);
  const dialog = open(form);
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes")));
}

async function openLink(link) {
  try {
    const { doc } = await load(link.href, ["dialog"]);
    const content = doc.getElementById("dialog");
    if (!content) return void location.assign(link.href);
    const dialog = open(document.adoptNode(content));
    dialog.setAttribute("aria-labelledby", "dialog-title");
    ready(dialog);
  } catch {
    say(body.dataset.offline);
  }
}

// ---- clicks and forms ------------------------------------------------------------------------------------------------------------------------------

// What moves under the finger when an answered row goes is not what was aimed at.
let answered = 0, pressed = [0, 0];
document.addEventListener("click", (event) => {
  if (!event.detail) return;
  const isSame = Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) < 24;
  if (isSame && Date.now() - answered < 500 && event.target.closest("[data-live]")) { event.preventDefault(); event.stopPropagation(); }
  pressed = [event.clientX, event.clientY];
}, true);

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a[href]"), copy = event.target.closest("[data-copy]");
  if (copy) return void copyText(copy);
  const drawn = event.target.closest("[data-draw]");
  if (drawn) return void draw(drawn.dataset);
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
  if (link.matches(".drawer > .close")) {
    event.preventDefault();
    link.parentElement.classList.remove("open");
    history.replaceState(null, "", link.href);
    byId(link.hash.slice(1))?.querySelector("[aria-current] a, a")?.focus();
  } else if (link.dataset.dialog !== undefined) {
    event.preventDefault();
    openLink(link);
  } else if (link.dataset.swap) {
    event.preventDefault();
    visit(new URL(link.href), words(link.dataset.swap));
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target, { submitter } = event;
  if (form.method === "dialog") return;
  if (form.dataset.sent) return event.preventDefault();
  const question = submitter?.dataset.confirm || form.dataset.confirm;
  if (question && !form.dataset.sure) {
    event.preventDefault();
    if (await ask(question, submitter)) { form.dataset.sure = "yes"; form.requestSubmit(submitter); }
    return;
  }
  delete form.dataset.sure;
  // A button may post what its form otherwise only looks up.
  if ((submitter?.getAttribute("formmethod") || form.method) === "get") {
    if (!form.dataset.swap) return;
    event.preventDefault();
    return void visit(addressOf(form, submitter), words(form.dataset.swap));
  }
  form.dataset.sent = "yes";
  submitter?.setAttribute("aria-busy", "true");
  if (form.dataset.swap || form.closest("dialog")) { event.preventDefault(); send(form, submitter); }
});

function addressOf(form, submitter) {
  const url = new URL(form.getAttribute("action") || "", location.href);
  const filled = [...new FormData(form, submitter)].filter(([, value]) => value !== "");
  url.search = new URLSearchParams(filled);
  return url;
}

addEventListener("pageshow", (event) => { if (event.persisted) { document.querySelectorAll("form[data-sent]").forEach(rest); resync(); } });
addEventListener("popstate", () => {
  raise();
  if (placeOf(location) === here) return;
  visit(new URL(location.href), ["main"], { isBack: true });
});

// ---- search while typing: an older answer never overwrites a newer one, and half-composed characters are not searched -------------------------------

let searching, pause, quiet;

function search(form) {
  clearTimeout(pause);
  pause = setTimeout(async () => {
    searching?.abort();
    searching = new AbortController();
    const { signal } = searching, ids = words(form.dataset.swap);
    await visit(addressOf(form), ids, { isReplaced: true, signal });
    clearTimeout(quiet);
    quiet = setTimeout(() => { announcer.textContent = ids.map(byId).map((part) => part?.querySelector("[data-announce]")?.textContent || "").join(" "); }, 700);
  }, 60);
}

document.addEventListener("input", (event) => {
  const { target } = event;
  if (target.matches("textarea, input")) { room(target); for (const note of document.querySelectorAll(`[data-fill="${CSS.escape(target.id)}"]`)) fill(note); }
  if (target.form?.dataset.search !== undefined && !event.isComposing) search(target.form);
});
document.addEventListener("compositionend", ({ target }) => { if (target.form?.dataset.search !== undefined) search(target.form); });

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const { key, target } = event, isTyping = target.matches("input, textarea, select, [contenteditable]");
  const close = key === "Escape" && document.querySelector(".drawer.open > .close");
  if (close && close.checkVisibility()) return close.click();
  const box = document.querySelector('main input[type="search"]');
  if (key === "/" && !isTyping && box) { event.preventDefault(); box.focus(); box.select(); return; }
  const list = box && byId(box.getAttribute("aria-controls"));
  if (!list || !(target === box || list.contains(target))) return;
  if (key === "Escape" && target !== box) { box.focus(); return; }
  if (key !== "ArrowDown" && key !== "ArrowUp") return;
  const stops = [box, ...list.querySelectorAll("a.name")], row = target.closest("li")?.querySelector("a.name");
  const next = stops[stops.indexOf(target === box ? box : row) + (key === "ArrowDown" ? 1 : -1)];
  if (next) { event.preventDefault(); next.focus(); }
});

// ---- small things in a page ------------------------------------------------------------------------------------------------------------------------

function room(field) {
  for (const note of document.querySelectorAll(`[data-left="${CSS.escape(field.id)}"]`)) note.textContent = note.dataset.leftText.replace("{n}", field.maxLength - field.value.length);
}

// A text with {name} and the like, as it will read; values[name] stands at the note as data-name.
function fill(note) {
  const field = byId(note.dataset.fill);
  if (field) note.textContent = field.value.replace(/\{(department|name|position)\}/g, (_, name) => note.dataset[name]);
}

function count(form) {
  const boxes = [...form.querySelectorAll("[data-pick]")], matching = form.querySelector("[data-pick-matching]");
  // Whoever means all that match does not choose among those on this page.
  for (const box of boxes) if (matching) box.disabled = matching.checked;
  const n = matching?.checked ? Number(matching.dataset.pickMatching) : boxes.filter((box) => box.checked).length;
  const all = form.querySelector("[data-pick-all]"), note = form.querySelector("[data-picked]");
  if (all) { all.disabled = !!matching?.checked; all.checked = n > 0 && n === boxes.length; all.indeterminate = n > 0 && n < boxes.length; }
  if (note) note.textContent = note.dataset.picked.replace("{n}", n.toLocaleString(document.documentElement.lang));
}

// A list that is fetched alone says which link beside it stands for it.
function mark(part) {
  const list = byId(part.dataset.marks), link = part.dataset.here && list?.querySelector(`a[href="${CSS.escape(part.dataset.here)}"]`);
  for (const other of list?.querySelectorAll("[aria-current]") || []) if (other !== link) other.removeAttribute("aria-current");
  if (link) link.setAttribute("aria-current", "true");
}

document.addEventListener("change", ({ target }) => {
  const form = target.form || target.closest("form");
  if (!form) return;
  if (form.dataset.batch !== undefined) {
    if (target.matches("[data-pick-all]")) for (const box of form.querySelectorAll("[data-pick]")) box.checked = target.checked;
    count(form);
  }
  if (form.dataset.auto !== undefined && target.type !== "search") form.requestSubmit();
});

async function copyText(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const before = [...button.childNodes];
  button.replaceChildren(button.dataset.done);
  announcer.textContent = button.dataset.done;
  setTimeout(() => button.replaceChildren(...before), 2000);
}

function countDown(note) {
  const end = Date.now() + note.dataset.countdown * 1000;
  const timer = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000);
    note.textContent = left > 0 ? note.dataset.countdownText.replace("{n}", left) : note.dataset.countdownDone;
    if (left <= 0 || !note.isConnected) clearInterval(timer);
  }, 1000);
}

async function draw({ draw: source, name }) {
  const image = new Image(), canvas = document.createElement("canvas"), link = document.createElement("a");
  image.src = source;
  await image.decode();
  [canvas.width, canvas.height] = [1024, Math.round(1024 * image.naturalHeight / image.naturalWidth)];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const file = await new Promise((resolve) => canvas.toBlob(resolve));
  Object.assign(link, { href: URL.createObjectURL(file), download: name }).click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function ready(root) {
  const within = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  for (const note of within("[data-left]")) { const field = byId(note.dataset.left); if (field) room(field); }
  for (const form of within("form[data-batch]")) count(form);
  for (const part of within("[data-marks]")) mark(part);
  // Not scrollIntoView, which would move the page as well.
  for (const tab of within(".tabs > [aria-current]")) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
  within("[data-countdown]").forEach(countDown);
  for (const button of within("[data-draw]")) button.hidden = false;
  for (const button of within("[data-copy]")) if (navigator.clipboard) button.hidden = false; else button.classList.remove("soon");
}

// ---- live: a tab in the background holds no connection, and catches up when it is seen again ---------------------------------------------------------

let stream, hasLapsed = false, stirred = new Set(), gathering;

function refresh(topics) {
  for (const topic of topics) stirred.add(topic);
  clearTimeout(gathering);
  gathering = setTimeout(async () => {
    const selector = stirred.has("*") ? "[data-live]" : [...stirred].map((topic) => `[data-live~="${CSS.escape(topic)}"]`).join(", ");
    stirred = new Set();
    // Somebody is typing in there: leave it.
    const parts = [...document.querySelectorAll(selector)].filter((part) => part.getAttribute("id") && ![...part.querySelectorAll("input, textarea")].some((field) => "defaultValue" in field && !field.matches("[type=checkbox], [type=radio]") && field.value !== field.defaultValue));
    const ids = parts.map((part) => part.getAttribute("id")).slice(0, 15), place = here;
    try {
      const { response, doc } = await load(location.href, ids.length ? ids : ["counts"]);
      // The session is over: show where to sign in, with the way back.
      if (response.redirected && new URL(response.url).pathname === "/sign-in") location.assign(response.url);
      else if (response.ok && !response.redirected && place === here) swap(doc, ids);
    } catch { /* the stream tells when the network is back */ }
    // A change of people or rules reaches every open page of the company: they do not all ask at once.
  }, stirred.has("people") || stirred.has("directory") ? 80 + Math.random() * 900 : 80);
}

const resync = () => refresh(["*"]);

function listen() {
  if (!body.dataset.liveUrl || document.hidden || stream) return;
  stream = new EventSource(body.dataset.liveUrl);
  stream.addEventListener("open", () => { if (hasLapsed) { hasLapsed = false; resync(); } });
  stream.addEventListener("refresh", ({ data }) => refresh(words(data)));
  stream.addEventListener("error", () => {
    hasLapsed = true;
    if (stream?.readyState !== EventSource.CLOSED) return;
    stream = null;
    setTimeout(listen, 5000 + Math.random() * 10000);
  });
}

function hush() {
  stream?.close();
  if (stream) hasLapsed = true;
  stream = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
addEventListener("pagehide", hush);
addEventListener("online", () => { hush(); listen(); });

for (const node of [...(toasts?.children || [])]) { node.remove(); setTimeout(() => toast(node), 50); }
ready(document);
listen();
