// The frame: the bar with the seven stations, the rail, the stage and the foot; what is new comes from the server.

import { get, listen, post, Refused } from "./api.js";
import { check } from "./check.js";
import { byId, el, replace } from "../../outputs/map/dom.js";
import { refresh } from "../../outputs/map/refresh.js";
import { files } from "./files.js";
import { handout } from "./handout.js";
import { button, glyph, segments, tell } from "./parts.js";
import { plan } from "./plan.js";
import { review } from "./review.js";
import { versions } from "./versions.js";
import { wishes } from "./wishes.js";
import { pick, spoken, t } from "./words.js";

const STATIONS = { files, check, wishes, plan, review, versions, handout };

/** What the page shows; stations keep what is theirs under their own name. */
export const view = {
  /** @type {any} */ state: null,
  station: STATIONS[location.hash.slice(1)] ? location.hash.slice(1) : "files",
  /** @type {Record<string, any>} */ data: {},
  /** A problem that Check is to open. */
  problem: "",
  saving: 0,
  kept: true,
  here: true,
  /** It was told to close. */
  closed: false,
};

const station = () => STATIONS[view.station];

/** Everything that stations may do to the frame. */
const frame = { view, go, draw, reload, doing, quietly, kept };

/** @type {Record<string, { asked: number, taken: number }>} */
const turns = {};

/** Note that something is asked for; what is returned says, once there is an answer, whether none to a later question has been taken.
 * @param {string} name */
function nextTurn(name) {
  const turn = (turns[name] ??= { asked: 0, taken: 0 });
  const own = (turn.asked += 1);
  return () => own > turn.taken && Boolean((turn.taken = own));
}

/** Go to a station. @param {string} name */
function go(name) {
  view.station = name;
  location.hash = name;
  draw();
  reload();
}

/** Fetch what the station shows, and draw it. */
async function reload() {
  const name = view.station;
  const isNew = nextTurn(name);
  try {
    const data = await station().load(frame);
    if (!isNew()) return;
    view.data[name] = data;
    if (name === view.station) draw();
  } catch (error) {
    if (error instanceof Refused) tell(error.problems);
  }
}

/** Do something that changes the folder; say while it is saved, and what was refused.
 * @param {() => Promise<any>} action @returns {Promise<any>} */
async function doing(action) {
  view.saving += 1;
  drawSaved();
  try {
    const answer = await action();
    byId("told").replaceChildren();
    view.kept = true;
    return answer;
  } catch (error) {
    view.kept = false;
    if (error instanceof Refused) tell(error.problems);
    else if (view.here) tell([]);
    return null;
  } finally {
    view.saving -= 1;
    await refreshState();
    await reload();
  }
}

/** Note whether what was edited has been saved. @param {boolean} done */
function kept(done) {
  view.kept = done;
  drawSaved();
}

/** Ask something without redrawing; what was refused is said.
 * @param {() => Promise<any>} action @returns {Promise<any>} */
async function quietly(action) {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Refused) tell(error.problems);
    return null;
  }
}

async function refreshState() {
  const isNew = nextTurn("state");
  try {
    const state = await get("state");
    if (!isNew()) return;
    view.state = state;
    spoken.language = view.state.language;
  } catch (error) {
    if (!byId("told")) replace(byId("bench"), el("div", { id: "told" }));
    if (error instanceof Refused) tell(error.problems);
    return;
  }
  draw();
}

// ---- the bar ---------------------------------------------------------------------------------------------------------

function bar() {
  const { state } = view;
  return el(
    "header",
    { id: "bar" },
    el("div", { class: "place" }, el("h1", { title: state.place }, state.place || t("no_name"), state.synthetic ? el("span", { class: "tag" }, t("synthetic")) : null), el("p", { title: state.folder }, el("span", {}, state.folder.split(/[\\/]/).pop()), el("span", { id: "saved" }))),
    el("nav", { "aria-label": t("stations") }, el("ul", {}, state.stations.map(stationButton))),
    segments([["zh", "中"], ["en", "EN"]], state.language, (language) => doing(() => post("language", { language })), t("language")),
    menu(),
  );
}

function stationButton(one, at) {
  const current = one.key === view.station;
  return el("li", {}, el("button", { type: "button", "data-station": one.key, "aria-current": current ? "step" : null, accesskey: String(at + 1), onclick: () => go(one.key) }, el("span", { class: "name" }, glyph(one.glyph), el("span", {}, pick(one.name))), el("span", { class: "line" }, pick(one.line))));
}

function menu() {
  /** @type {[string, () => any][]} */
  const items = [
    [t("open_folder"), () => doing(() => post("open", {}))],
    [t("undo"), () => doing(() => post("undo", {}))],
    [t("for_technicians"), () => doing(() => post("open", { name: "case.toml" }))],
    [t("close_bench"), close],
  ];
  return el("details", { class: "menu" }, el("summary", { "aria-label": t("more") }, "⋯"), el("ul", {}, items.map(([name, action]) => el("li", {}, el("button", { type: "button", onclick: (event) => (event.target.closest("details").removeAttribute("open"), action()) }, name)))));
}

async function close() {
  view.closed = true;
  await post("quit", {}).catch(() => null);
  draw();
}

function drawSaved() {
  const place = byId("saved");
  const said = view.closed ? "closed" : view.saving ? "saving" : view.kept && view.here ? "saved" : "not_saved";
  if (place) place.textContent = ` · ${t(said)}`;
  if (place) place.className = said === "not_saved" ? "red" : "";
}

/** Whether somebody is writing something that has not been sent yet: a redraw would take it away. */
function isTyping() {
  const field = /** @type {any} */ (document.activeElement);
  return Boolean(field && field.matches("#main input[type=text], #main input[type=number], #main textarea") && field.value !== field.defaultValue && !field.dataset.sent);
}

let waits = false; // a redraw that waits until the field is left
document.addEventListener("input", (event) => {
  const field = /** @type {any} */ (event.target);
  if (field.dataset) delete field.dataset.sent;
}, true);
document.addEventListener("change", (event) => {
  const field = /** @type {any} */ (event.target);
  if (field.dataset) field.dataset.sent = "yes";
}, true);
document.addEventListener("focusout", () => {
  if (!waits) return;
  waits = false;
  setTimeout(draw, 0);
});

// ---- the whole page --------------------------------------------------------------------------------------------------

function draw() {
  if (!view.state) return;
  if (isTyping()) {
    waits = true;
    return;
  }
  const focus = focusedKey();
  const page = byId("bench");
  document.documentElement.lang = spoken.language === "zh" ? "zh-CN" : "en";
  const running = view.state.stations.find((one) => one.glyph === "running");
  document.title = `${running ? `… ${pick(running.line)} · ` : ""}${view.state.place || "gridplan"}`;
  if (!byId("bar")) replace(page, el("div", { id: "top" }), el("div", { id: "told" }), el("main", { id: "main" }));
  refresh(byId("top"), bar());
  drawSaved();
  drawStation();
  restoreFocus(focus);
}

function drawStation() {
  const main = byId("main");
  const data = view.data[view.station];
  const scrolls = ["rail-body", "stage"].map((id) => [id, byId(id) ? byId(id).scrollTop : 0]);
  main.className = view.station;
  const veil = view.here && !view.closed ? null : el("div", { class: "veil", role: "alert" }, t(view.closed ? "bench_closed" : "server_gone"));
  if (station().whole) {
    station().whole(frame, main, data);
    main.querySelector(":scope > .veil")?.remove();
    if (veil) main.append(veil);
    return;
  }
  const parts = data === undefined ? { rail: [], stage: [el("p", { class: "wait" }, glyph("running"), t("loading"))], foot: [] } : station().draw(frame, data);
  refresh(main, el("section", { id: "rail", "aria-label": t("rail"), inert: Boolean(veil) }, el("div", { id: "rail-body", tabindex: "0" }, parts.rail), el("footer", { id: "foot" }, parts.foot)), el("section", { id: "stage", tabindex: "0", "aria-label": t("stage") }, parts.stage, veil));
  for (const [id, top] of scrolls) byId(id).scrollTop = top;
}

/** What had the focus, so that it has it again when the page was drawn anew. */
function focusedKey() {
  const node = /** @type {any} */ (document.activeElement);
  if (!node || !node.dataset) return null;
  const key = node.dataset.key || (node.dataset.station && `station-${node.dataset.station}`);
  return key ? { key, start: node.selectionStart, end: node.selectionEnd } : null;
}

function restoreFocus(focus) {
  if (!focus) return;
  const node = /** @type {any} */ (document.querySelector(focus.key.startsWith("station-") ? `[data-station="${focus.key.slice(8)}"]` : `[data-key="${CSS.escape(focus.key)}"]`));
  if (!node) return;
  node.focus({ preventScroll: true });
  if (node.matches("input[type=text], textarea") && focus.start !== null && focus.start !== undefined) node.setSelectionRange(focus.start, focus.end);
}

function keyPressed(event) {
  const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  if (event.altKey && /^[1-7]$/.test(event.key)) {
    event.preventDefault();
    go(Object.keys(STATIONS)[Number(event.key) - 1]);
  } else if ((event.ctrlKey || event.metaKey) && event.key === "z" && !typing && view.station !== "review") {
    event.preventDefault();
    doing(() => post("undo", {}));
  } else if (!typing && station().key) station().key(frame, event);
}

async function start() {
  spoken.words = await (await fetch("/words", { credentials: "same-origin" })).json();
  await refreshState();
  await reload();
  const again = (names) => () => names.includes(view.station) && reload();
  listen(
    {
      state: () => refreshState().then(() => (station().live ? reload() : null)),
      files: again(["files"]),
      check: again(["check", "files", "wishes"]),
      job: (job) => {
        if (station().job) station().job(frame, job);
        else if (job.status === "failed" && job.kind !== "save") tell(job.problems, pick(job.title));
      },
      papers: again(["handout"]),
    },
    (here) => {
      const back = here && !view.here;
      view.here = here;
      if (back) refreshState().then(reload);
      else draw();
    },
  );
}

document.addEventListener("keydown", keyPressed);
window.addEventListener("hashchange", () => {
  const name = location.hash.slice(1);
  if (STATIONS[name] && name !== view.station) go(name);
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.menu[open]")) if (!open.contains(/** @type {Node} */ (event.target))) open.removeAttribute("open");
});
if (window.top === window.self) start();
else replace(byId("bench"), button("gridplan", () => undefined));
