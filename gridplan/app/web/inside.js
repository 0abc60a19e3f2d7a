// What is inside a file: where it lies on the ground, what was decided of its rows, which of its hospitals may lead.

import { el, svg } from "../../outputs/map/dom.js";
import { get, post } from "./api.js";
import { ask, button, glyph, link, segments, sentence } from "./parts.js";
import { forgetPair, pairOf } from "./pair.js";
import { grouped, pick, t } from "./words.js";

/** @type {{ key: string, sight: any, asked: number }} */
const seen = { key: "", sight: null, asked: 0 };
/** @type {{ key: string, of: string, told: any, wanted: string, first: number, leads: any, shown: number }} `shown`: the row in the picture. */
const rows = { key: "", of: "", told: null, wanted: "low", first: 0, leads: null, shown: 0 };

const queryOf = (layer) => ({ section: JSON.stringify(layer.section) });

/** What is shown was of files that have changed since. */
export function forgetInside() {
  seen.key = "";
  rows.key = "";
  forgetPair();
}

// ---- on the ground ---------------------------------------------------------------------------------------------------

/** The map of a layer beside its columns: drawn when it is first asked for.
 * @param {any} frame @param {any} layer */
export function sightOf(frame, layer) {
  const key = JSON.stringify([layer.file, layer.layer, layer.section, layer.columns.map((one) => one.ours), layer.datum]);
  if (seen.key !== key) fetchSight(frame, layer, key);
  const { sight } = seen;
  if (!sight) return el("aside", { class: "sight" }, el("p", { class: "wait" }, glyph("running"), t("drawing_file")));
  if (!sight.svg) return el("aside", { class: "sight" }, el("div", { class: "none" }, sight.problems.length ? sight.problems.slice(0, 3).map((problem) => sentence(problem)) : el("p", { class: "second" }, t("no_sight")), sight.points ? el("p", { class: "second counts" }, countsOf(sight)) : null));
  return el("aside", { class: "sight", "aria-label": t("on_the_ground") }, picture(frame, sight, layer), el("p", { class: "second counts" }, countsOf(sight)));
}

async function fetchSight(frame, layer, key) {
  seen.key = key;
  seen.sight = null;
  const told = await get("files/sight", queryOf(layer)).catch((error) => ({ svg: "", problems: error.problems || [], marks: [] }));
  if (seen.key !== key) return;
  seen.sight = told;
  frame.draw();
}

function countsOf(sight) {
  const { points, marks } = sight;
  const dot = (name) => svg("svg", { viewBox: "0 0 10 10", width: 10, height: 10, class: `dot-${name}`, "aria-hidden": "true" }, svg("circle", { cx: 5, cy: 5, r: 4 }));
  return [points ? [el("span", {}, dot("inside"), t("inside_n", { n: grouped(points.inside) })), el("span", {}, dot("outside"), t("outside_n", { n: grouped(points.outside) })), points.nowhere ? el("span", { class: "red" }, t("nowhere_n", { n: grouped(points.nowhere) })) : null] : null, marks.length ? el("span", { class: "red" }, dot("doubtful"), t("doubtful_n", { n: marks.length })) : null, sight.sampled ? el("span", {}, t("sampled_n", { n: grouped(sight.sampled) })) : null];
}

/** The picture with the doubtful rows on it; one leads to its problem under Check. */
function picture(frame, sight, layer) {
  const [, , width, height] = (sight.svg.match(/viewBox="([^"]+)"/) || ["", "0 0 300 300"])[1].split(" ").map(Number);
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(sight.svg)}`;
  const open = (mark) => () => {
    frame.view.problem = mark.key;
    frame.go("check");
  };
  const marks = sight.marks.map((mark) => svg("circle", { class: "doubtful", cx: mark.x, cy: mark.y, r: 3.4, tabindex: 0, role: "button", "aria-label": t("row_n", { n: mark.row }), onclick: open(mark), onkeydown: (event) => event.key === "Enter" && open(mark)() }, svg("title", {}, t("row_n", { n: mark.row }))));
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": layer.label }, svg("image", { href: address, width, height }), marks);
}

// ---- what was decided of the rows ------------------------------------------------------------------------------------

let writing = Promise.resolve();
const DECISIONS = ["keep", "merge", "campus", "leave_out"];

/** The rows of a table of institutions, doubtful ones first, each with its decision; written where Excel has it.
 * @param {any} frame @param {any} layer */
export function decidedRows(frame, layer) {
  const key = JSON.stringify(["decided", layer.section, layer.merges, rows.wanted, rows.first]);
  if (rows.key !== key) fetchRows(frame, layer, key);
  const { told } = rows;
  if (told === false) return el("p", { class: "hint" }, t("not_done"));
  if (!told) return el("p", { class: "wait" }, glyph("running"), t("loading"));
  const choose = (wanted) => {
    Object.assign(rows, { wanted, first: 0 });
    frame.draw();
  };
  const chip = (name, count) => el("button", { type: "button", class: "chip", "aria-pressed": String(rows.wanted === name), onclick: () => choose(name) }, t(`rows_${name || "all"}`), " ", el("b", {}, grouped(count || 0)));
  return [
    el("div", { class: "stage-head chips" }, chip("low", told.counts.low), DECISIONS.map((name) => chip(name, told.counts[name])), chip("", told.counts.all), el("span", { class: "second push" }, t("decisions_in", { file: told.file }), " ", link(t("open_excel"), () => frame.doing(() => post("open", { name: told.file }))))),
    told.rows.length ? el("div", { class: "beside-map" }, el("div", { class: "main-part" }, decidedTable(frame, told)), pairOf(frame, layer, shownRow(told))) : el("p", { class: "hint" }, t("no_rows")),
    pages(frame, told),
  ];
}

/** The row whose picture is shown: the one that was chosen, or the first. */
const shownRow = (told) => told.rows.find((row) => row.row === rows.shown) || told.rows[0];

function decidedTable(frame, told) {
  const heads = ["institution", "near_to", "decision"].map((name) => el("th", { scope: "col" }, t(name)));
  return el("table", { class: "decided" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, told.rows.map((row) => decidedRow(frame, told, row))));
}

/** Keys among the rows: up and down choose one, 1 to 4 decide; true where the key was one of these.
 * @param {any} frame @param {KeyboardEvent} event */
export function rowsKey(frame, event) {
  const { told } = rows;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const decision = /^[1-4]$/.test(event.key) ? DECISIONS[Number(event.key) - 1] : "";
  if (!told || !told.rows.length || event.altKey || (!step && !decision)) return false;
  event.preventDefault();
  const row = shownRow(told);
  if (decision && told.writable) decide(frame, told, row, decision);
  if (!step) return true;
  const at = told.rows.indexOf(row) + step;
  rows.shown = told.rows[Math.max(0, Math.min(told.rows.length - 1, at))].row;
  frame.draw();
  document.querySelector(".decided tr.current")?.scrollIntoView({ block: "nearest" });
  return true;
}

async function decide(frame, told, row, decision) {
  let target = row.target;
  rows.shown = row.row;
  if ((decision === "merge" || decision === "campus") && !target) {
    const said = await ask(t("merge_into"), [{ name: "target", label: t("merge_into_id"), required: true }], t("save"));
    if (!said) return;
    ({ target } = said);
  }
  row.decision = decision;
  frame.draw();
  writing = writing.then(() => frame.doing(() => writeDecision(told, row, target, told.labels[decision])));
}

function decidedRow(frame, told, row) {
  const current = row === shownRow(told);
  const show = () => {
    rows.shown = row.row;
    frame.draw();
  };
  const apart = row.distance_m === "" ? "" : t("metres_n", { n: grouped(Number(row.distance_m)) });
  const title = el("button", { type: "button", class: "unfold", "aria-pressed": String(current), "data-key": `decided ${row.row}`, title: row.name, onclick: show }, el("span", { class: "title" }, row.name), el("span", { class: "second" }, row.address || row.id));
  return el("tr", { class: `${row.low ? "low" : ""}${current ? " current" : ""}`, onclick: current ? null : show }, el("th", { scope: "row" }, title), el("td", { title: row.reason }, el("span", { class: "title" }, row.target_name), el("span", { class: "second" }, [row.role, apart].filter(Boolean).join(" · "))), el("td", {}, told.writable ? segments(DECISIONS.map((name) => [name, t(`decide_${name}`)]), row.decision, (decision) => decide(frame, told, row, decision), `${row.name}: ${t("decision")}`) : row.written));
}

/** Write a decision; one after the other, each on what the last one wrote. */
async function writeDecision(told, row, target, written) {
  const cell = (column, before, value) => post("files/cell", { file: told.file, layer: told.sheet, row: row.row, column, before, value });
  try {
    if (target !== row.target) await cell(told.columns.target_id, row.target, target);
    row.target = target;
    await cell(told.columns.decision, row.written, written);
    row.written = written;
  } finally {
    rows.key = "";
  }
}

function pages(frame, told) {
  if (told.count <= told.rows.length) return null;
  const turn = (step) => () => {
    rows.first = Math.max(0, rows.first + step * 100);
    frame.draw();
  };
  return el("div", { class: "stage-foot" }, el("span", { class: "second" }, t("rows_from_to", { a: grouped(rows.first + 1), b: grouped(rows.first + told.rows.length), n: grouped(told.count) })), el("span", { class: "row" }, button(t("rows_before"), turn(-1), { disabled: rows.first === 0 }), button(t("rows_after"), turn(1), { disabled: rows.first + told.rows.length >= told.count })));
}

/** Rows of another layer, or of another choice, are not shown while those that are asked for are on their way. */
function startRows(layer, key) {
  const of = JSON.stringify([layer.section, layer.merges, rows.wanted, rows.first]);
  if (rows.of !== of) Object.assign(rows, { told: null, leads: null });
  Object.assign(rows, { key, of });
}

async function fetchRows(frame, layer, key) {
  startRows(layer, key);
  const told = await frame.quietly(() => get("files/decided", { ...queryOf(layer), first: String(rows.first), wanted: rows.wanted }));
  if (rows.key !== key) return;
  if (!told) rows.told = false;
  else if (!told.rows.length && rows.wanted === "low" && told.counts.all) rows.wanted = "";
  else rows.told = told;
  frame.draw();
}

// ---- who may lead ----------------------------------------------------------------------------------------------------

/** The hospitals of a table, what of them decides who may lead, and why; changed where they stand.
 * @param {any} frame @param {any} layer */
export function leadRows(frame, layer) {
  const key = JSON.stringify(["leads", layer.section]);
  if (rows.key !== key) fetchLeads(frame, layer, key);
  const told = rows.leads;
  if (told === null) return el("p", { class: "wait" }, glyph("running"), t("loading"));
  if (!told) return el("div", { class: "welcome" }, el("h2", {}, t("no_ground")), el("p", {}, t("no_ground_more")), el("div", { class: "row" }, button(t("go_check"), () => (post("check"), frame.go("check")), { class: "blue" })));
  const lists = told.columns.filter((one) => one.offered.length).map((one) => el("datalist", { id: `offered-${one.name}` }, one.offered.map((word) => el("option", { value: word }))));
  return [
    el("p", { class: "hint second" }, t(told.writable ? "leads_edit" : "edit_elsewhere")),
    el("div", { hidden: true }, lists),
    el("div", { class: "scroll" }, el("table", { class: "decided leads" }, el("thead", {}, el("tr", {}, told.columns.map((one) => el("th", { scope: "col" }, pick(one.label))), el("th", { scope: "col" }, t("may_lead")))), el("tbody", {}, told.rows.map((row) => leadRow(frame, told, row))))),
  ];
}

function leadRow(frame, told, row) {
  const cells = row.cells.map((cell, at) => {
    const column = told.columns[at];
    if (column.name === "name") return el("th", { scope: "row", title: row.id }, cell);
    const write = (event) => frame.doing(() => post("files/cell", { file: told.file, layer: told.sheet, row: row.row, column: column.column, before: cell, value: event.target.value.trim() }).then(() => (rows.key = "")));
    return el("td", {}, told.writable ? el("input", { type: "text", class: "cell", value: cell, list: column.offered.length ? `offered-${column.name}` : null, size: 10, "aria-label": `${row.cells[0]}: ${pick(column.label)}`, "data-key": `lead ${row.row} ${at}`, onchange: write }) : cell);
  });
  return el("tr", { class: row.may ? "" : "quiet" }, cells, el("td", {}, row.may ? glyph("done") : glyph("left_out"), " ", pick(row.reason)));
}

async function fetchLeads(frame, layer, key) {
  startRows(layer, key);
  const told = await frame.quietly(() => get("files/leads", queryOf(layer)));
  if (rows.key !== key) return;
  rows.leads = told || false;
  frame.draw();
}

