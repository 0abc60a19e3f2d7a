// The curve of least change: minutes over residents who change lead, a stop at each step, and on the map who changes there.

import { ACCENT, DATA, decimals, FONT, INK, inLanguage, peopleInWords, roundNumber, state, t } from "./base.js";
import { byId, el, replace, svg } from "./dom.js";
import { arcsPath, isOuter, UNIT_GRID, unitsPath } from "./shapes.js";
import { haloText, keep, stroke, toPixels } from "./draw.js";
import { upwards } from "./basis.js";
import { hatch, isEditing } from "./edit_view.js";
import { lineKey, painter, redraw } from "./start.js";

const CURVE = DATA.curve; // null where the plan is no step of a curve
const CURVE_BOX = { width: 340, height: 170, left: 34, right: 12, top: 12, bottom: 26 };
export const showsCurve = () => CURVE !== null && state.step !== null && state.tab === "grids" && state.card === null && !isEditing();

function openCurve(step) {
  state.step = step;
  state.marked = [];
  redraw();
}

/** Leads of all units at a step. */
function leadsAt(step) {
  const leads = [...CURVE.before];
  for (const [unit, lead] of CURVE.changed[step]) leads[unit] = lead;
  return leads;
}

/** Units that change lead at a step: those whose lead leads no more, and those whose lead goes on without them. */
function changesAt(step) {
  const leads = leadsAt(step);
  const open = new Set(leads);
  const moved = CURVE.changed[step].map(([unit]) => unit).filter((unit) => CURVE.before[unit] >= 0);
  return { leads, withdrawn: moved.filter((unit) => !open.has(CURVE.before[unit])), chosen: moved.filter((unit) => open.has(CURVE.before[unit])) };
}

// ---- rail ----------------------------------------------------------------------------------------------------------

export function curveSection() {
  if (CURVE === null) return null;
  const shown = state.step === null ? CURVE.here : state.step;
  const most = CURVE.steps.length - 1;
  const slider = el("input", { type: "range", min: 0, max: most, step: 1, value: Math.max(shown, 0), "aria-label": t("curve_slider"), "aria-valuetext": shown < 0 ? null : stepWords(CURVE.steps[shown]), oninput: slide, onchange: redraw });
  return [
    el("div", { class: "section" }, el("h2", {}, t("curve")), state.step === null ? null : el("button", { class: "link", onclick: () => openCurve(null) }, t("curve_close"))),
    slider,
    el("div", { id: "curve-shown" }, curveShown(shown)),
  ];
}

/** While the slider is dragged it stays, and all but it is made anew. */
function slide(event) {
  state.step = Number(event.target.value);
  state.marked = [];
  replace(byId("curve-shown"), ...curveShown(state.step));
  painter.draw();
}

function curveShown(shown) {
  const step = CURVE.steps[shown];
  return [
    curvePicture(shown),
    curveTable(shown),
    step && step.note[0] ? el("p", { class: "quiet" }, inLanguage(step.note)) : null,
    step && shown !== CURVE.here ? el("p", { class: "quiet" }, el("a", { href: `../${step.folder}/map.html` }, t("curve_open"))) : null,
  ];
}

const stepWords = (step) => `${inLanguage(CURVE.lines[step.line])} · ${peopleInWords(step.moved)} · ${decimals(step.minutes, 2)} ${t("drive_min")}`;

function curvePicture(shown) {
  const { width, height, left, right, top, bottom } = CURVE_BOX;
  const most = Math.max(1, ...CURVE.steps.map(({ moved }) => moved));
  const minutes = CURVE.steps.map((step) => step.minutes);
  const [low, high] = [Math.floor(Math.min(...minutes)), Math.max(Math.floor(Math.min(...minutes)) + 1, Math.ceil(Math.max(...minutes)))];
  const x = (moved) => left + ((width - left - right) * moved) / most;
  const y = (value) => top + ((height - top - bottom) * (high - value)) / (high - low);
  const parts = [low, (low + high) / 2, high].flatMap((value) => [svg("path", { d: `M${left} ${y(value)}H${width - right}`, stroke: "#DEE1E4" }), svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end", class: "axis" }, roundNumber(value))]);
  for (const [at, anchor] of [[0, "start"], [most, "end"]]) parts.push(svg("text", { x: x(at), y: height - 8, "text-anchor": anchor, class: "axis" }, peopleInWords(at)));
  for (const line of Object.keys(CURVE.lines)) {
    const steps = CURVE.steps.filter((step) => step.line === line);
    parts.push(svg("path", { d: `M${steps.map((step) => `${x(step.moved)} ${y(step.minutes)}`).join("L")}`, fill: "none", stroke: INK, "stroke-width": 1.6, "stroke-dasharray": line === "stay" ? "5 3" : null }));
  }
  CURVE.steps.forEach((step, i) => {
    const here = i === shown;
    parts.push(svg("circle", { cx: x(step.moved), cy: y(step.minutes), r: here ? 6 : 4, fill: here ? ACCENT : "#fff", stroke: here ? ACCENT : INK, "stroke-width": 1.6, class: "stop", onclick: () => openCurve(i) }, svg("title", {}, stepWords(step))));
    const [by, anchor, down] = step.line === "stay" ? [7, "start", -8] : [-7, "end", 16];
    if (step.elbow) parts.push(svg("text", { x: x(step.moved) + by, y: y(step.minutes) + down, "text-anchor": anchor, class: "elbow" }, t("curve_elbow")));
  });
  const key = Object.keys(CURVE.lines).filter((line) => CURVE.steps.some((step) => step.line === line));
  return [
    svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "curve", role: "img", "aria-label": t("curve") }, parts),
    el("p", { class: "quiet keys" }, key.map((line) => el("span", {}, lineKey({ stroke: INK, "stroke-width": 1.6, "stroke-dasharray": line === "stay" ? "5 3" : null }), inLanguage(CURVE.lines[line])))),
  ];
}

function curveTable(shown) {
  const row = (step, i) =>
    el(
      "tr",
      { class: i === shown ? "here" : "" },
      el("td", {}, el("button", { class: "link", onclick: () => openCurve(i) }, peopleInWords(step.moved)), step.elbow ? el("small", {}, ` ${t("curve_elbow")}`) : null),
      el("td", {}, peopleInWords(step.withdrawn)),
      el("td", {}, decimals(step.minutes, 2)),
      el("td", {}, step.perMinute === null ? "" : peopleInWords(step.perMinute)),
      el("td", {}, step.gap === null ? "–" : step.gap < 1e-6 ? "0" : upwards(step.gap)),
    );
  return Object.keys(CURVE.lines).map((line) => {
    const rows = CURVE.steps.map((step, i) => (step.line === line ? row(step, i) : null)).filter(Boolean);
    if (!rows.length) return null;
    const heads = ["curve_moved", "curve_withdrawn", "curve_minutes", "curve_rate", "curve_gap"].map((name) => el("th", {}, t(name)));
    return el("table", { class: "plain steps" }, el("caption", {}, inLanguage(CURVE.lines[line])), el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows));
  });
}

// ---- map -----------------------------------------------------------------------------------------------------------

const CURVE_LEADS = CURVE === null ? [] : CURVE.leads.map((id) => DATA.facilities.id.indexOf(id));
export const CURVE_FILLS = { same: "#F3F3EF", withdrawn: "#8FB0D3" };

/** Who changes lead at the step, in place of the grids of this plan: coloured where the lead leads no more, hatched where it does. */
export function drawCurve(context, view) {
  const { leads, withdrawn, chosen } = changesAt(state.step);
  context.fillStyle = CURVE_FILLS.same;
  context.fill(keep("all units", () => unitsPath(UNIT_GRID.map((_, unit) => unit))));
  context.fillStyle = CURVE_FILLS.withdrawn;
  context.fill(unitsPath(withdrawn));
  context.fillStyle = hatch(context, view, "rgba(22,25,29,.55)");
  context.fill(unitsPath(chosen));
  const between = (of) => arcsPath((arc) => arc.right >= 0 && of[arc.left] !== of[arc.right]);
  const border = between(leads);
  stroke(context, view, keep("outer", () => arcsPath(isOuter)), "#7A8087", 1);
  stroke(context, view, border, "#fff", 4.6);
  stroke(context, view, border, INK, 1.8);
  stroke(context, view, between(CURVE.before), ACCENT, 1.6, [5, 4]);
}

/** Leads of the step as discs, those in force that lead no more as rings; each with its name. */
export function drawCurveLeads(context, view) {
  const open = new Set(leadsAt(state.step));
  CURVE_LEADS.forEach((facility, lead) => {
    const was = CURVE.before.includes(lead);
    if (facility < 0 || !DATA.facilities.xy[facility] || !(was || open.has(lead))) return;
    const [x, y] = toPixels(view, DATA.facilities.xy[facility]);
    context.beginPath();
    context.arc(x, y, 6.5, 0, 7);
    context.fillStyle = open.has(lead) ? INK : "#fff";
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = open.has(lead) ? "#fff" : INK;
    context.stroke();
    haloText(context, DATA.facilities.name[facility], x, y - 12, "center", `${open.has(lead) ? 700 : 500} 13px ${FONT}`);
  });
}

export function curveKeys() {
  return [
    [el("i", { class: "box", style: { background: CURVE_FILLS.withdrawn } }), t("key_curve_withdrawn")],
    [el("i", { class: "box hatched" }), t("key_curve_chosen")],
    [lineKey({ stroke: INK, "stroke-width": 1.8 }), t("key_curve_border")],
    [lineKey({ stroke: ACCENT, "stroke-width": 1.6, "stroke-dasharray": "5 3" }), t("key_curve_in_force")],
    [svg("svg", { viewBox: "0 0 20 14", width: 20, height: 14, class: "icon", "aria-hidden": "true" }, svg("circle", { cx: 10, cy: 7, r: 4.5, fill: "#fff", stroke: INK, "stroke-width": 1.8 })), t("key_curve_former")],
  ];
}
