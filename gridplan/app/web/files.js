// Files: what each file was taken for, its columns, and the doubts with their answers beside them.

import { get, post, Refused, upload } from "./api.js";
import { el } from "../../outputs/map/dom.js";
import { decidedRows, forgetInside, leadRows, rowsKey, sightOf } from "./inside.js";
import { button, dropdown, glyph, head, link, sentence, tabs, tell } from "./parts.js";
import { bytes, grouped, pick, t } from "./words.js";

/** @type {string | null} */
let chosen = null;
let showsUnused = false;
let tab = "columns";
/** @type {{ done: number, all: number, name: string } | null} */
let sending = null;

const keyOf = (layer) => `${layer.file}\n${layer.layer}`;
const idOf = (layer) => `${keyOf(layer)}\n${layer.section.join(".")}`;
const openDoubts = (data, layer) => (layer.section.length ? layer.doubts.filter((doubt) => !data.confirmed.includes(doubt.key)) : []);
const isUsed = (layer) => layer.section.length > 0;

async function load() {
  const told = await get("files");
  const stamp = JSON.stringify([told.sizes, told.saved, told.checked]);
  if (stamp !== looked) forgetInside();
  looked = stamp;
  return told;
}

let looked = "";

function draw(frame, data) {
  if (!data.layers.length && !data.unreadable.length) return { rail: emptyRail(frame), stage: emptyStage(frame), foot: [] };
  const layers = [...data.layers].sort((a, b) => Number(isUsed(b)) - Number(isUsed(a)));
  const layer = layers.find((one) => idOf(one) === chosen) || layers.find((one) => openDoubts(data, one).length) || layers[0];
  return { rail: rail(frame, data, layers, layer), stage: layer ? stage(frame, data, layer) : [], foot: foot(frame, data, layers) };
}

// ---- nothing yet -----------------------------------------------------------------------------------------------------

function emptyRail(frame) {
  return [nameRow(frame), dropArea(frame)];
}

function emptyStage(frame) {
  return [
    el("div", { class: "welcome" }, el("h2", {}, t("welcome")), el("p", {}, t("needs_1")), el("p", {}, t("needs_2")), el("p", {}, t("needs_3")), el("div", { class: "row" }, button(t("try_example"), () => frame.doing(() => post("files/example")), { class: "blue" }), button(t("open_folder"), () => frame.doing(() => post("open", {}))), button(t("blank_templates"), () => frame.doing(() => post("files/templates"))))),
  ];
}

function nameRow(frame) {
  const { state } = frame.view;
  const input = el("input", { type: "text", value: state.place, "data-key": "place", "aria-label": t("place_name"), class: state.named ? "" : "amber", onchange: (event) => event.target.value.trim() && frame.doing(() => post("place", { name: event.target.value.trim() })) });
  return el("label", { class: "name-row" }, el("span", {}, t("place_name")), input);
}

function dropArea(frame) {
  const picker = el("input", { type: "file", multiple: true, hidden: true, onchange: (event) => send(frame, [...event.target.files]) });
  const area = el(
    "div",
    { class: "drop", ondragover: (event) => (event.preventDefault(), area.classList.add("over")), ondragleave: () => area.classList.remove("over"), ondrop: (event) => (event.preventDefault(), area.classList.remove("over"), send(frame, [...event.dataTransfer.files])) },
    sending ? el("span", { role: "status" }, glyph("running"), t("sending", { name: sending.name, n: sending.done + 1, all: sending.all })) : [el("span", {}, t("drop_here")), link(t("choose_files"), () => picker.click()), link(t("open_folder"), () => frame.doing(() => post("open", {})))],
    el("span", { class: "push" }, link(t("blank_templates"), () => frame.doing(() => post("files/templates")))),
    picker,
  );
  return area;
}

async function send(frame, list) {
  const refused = [];
  for (const [done, file] of list.entries()) {
    sending = { done, all: list.length, name: file.name };
    frame.draw();
    try {
      await upload(file);
    } catch (error) {
      if (error instanceof Refused) refused.push(...error.problems);
    }
  }
  sending = null;
  await frame.reload();
  if (refused.length) tell(refused);
}

// ---- the rail --------------------------------------------------------------------------------------------------------

function rail(frame, data, layers, current) {
  const used = new Set(layers.filter(isUsed).map((one) => one.file)).size;
  const unused = layers.filter((one) => !isUsed(one));
  return [
    nameRow(frame),
    dropArea(frame),
    head(t("files_known", { n: used }), unused.length ? t("files_unused", { n: unused.length }) : ""),
    el("ul", { class: "rows" }, data.unreadable.map(unreadableRow), layers.map((layer) => fileRow(frame, data, layer, layer === current))),
  ];
}

function unreadableRow(problem) {
  return el("li", { class: "file bad" }, glyph("blocked"), el("div", {}, el("b", {}, problem.file), el("p", { class: "second" }, pick(problem.found), " ", pick(problem.remedy))));
}

function fileRow(frame, data, layer, current) {
  const doubts = openDoubts(data, layer);
  const state = !isUsed(layer) ? "left_out" : doubts.length ? "doubt" : "done";
  const said = isUsed(layer) ? [pick(layer.meaning), doubts.length ? el("span", { class: "amber" }, t("to_confirm", { n: doubts.length })) : null] : [t("not_used"), el("span", {}, pick(layer.why))];
  const choose = () => {
    chosen = idOf(layer);
    frame.draw();
  };
  return el("li", {}, el("button", { type: "button", class: `file${current ? " current" : ""}`, "aria-current": current ? "true" : null, "data-key": `file ${idOf(layer)}`, onclick: choose }, glyph(state), el("span", { class: "what" }, el("span", { class: "title" }, layer.label), el("span", { class: "second" }, said)), el("span", { class: "count" }, countOf(layer))));
}

function countOf(layer) {
  if (!layer.rows) return "";
  return t({ table: "rows_n", point: "points_n", line: "lines_n", polygon: "polygons_n", raster: "cells_n", osm: "rows_n" }[layer.shape], { n: grouped(layer.rows) });
}

function foot(frame, data, layers) {
  const open = layers.filter((layer) => openDoubts(data, layer).length);
  const count = open.reduce((sum, layer) => sum + openDoubts(data, layer).length, 0) + (frame.view.state.named ? 0 : 1);
  const next = () => {
    const at = open.findIndex((layer) => idOf(layer) === chosen);
    if (open.length) chosen = idOf(open[(at + 1) % open.length]);
    frame.draw();
  };
  return [
    el("div", {}, el("p", {}, count ? t("doubts_left", { n: count }) : t("files_clear")), el("p", { class: "second" }, count ? t("doubts_stay") : t("files_clear_more"))),
    count ? button(t("next_doubt"), next) : null,
    button(t("go_check"), () => (post("check"), frame.go("check")), { class: "blue" }),
  ];
}

// ---- the stage -------------------------------------------------------------------------------------------------------

function stage(frame, data, layer) {
  const facts = [countOf(layer), layer.columns.length ? t("columns_n", { n: layer.columns.length }) : "", layer.crs, bytes(data.sizes[layer.file])].filter(Boolean);
  const uses = layer.uses.map((one) => [`${one.role} ${one.kind}`, pick(one.name)]);
  const change = (value) => {
    const [role, kind] = value.split(" ");
    frame.doing(() => post("files/use", { file: layer.file, layer: layer.layer, role, kind }));
  };
  return [
    el("div", { class: "stage-head" }, el("h2", { title: layer.label }, layer.label), el("span", { class: "second" }, facts.join("  ")), el("label", { class: "push" }, t("this_is"), dropdown(uses, `${layer.role} ${layer.kind}`, change, { "data-key": "use" })), isUsed(layer) ? button(t("do_not_use"), () => change("unused "), { "data-key": "unuse" }) : null),
    el("ul", { class: "doubts" }, frame.view.state.named ? null : nameDoubt(frame), openDoubts(data, layer).map((doubt) => doubtRow(frame, layer, doubt)), layer.notes.map((note) => el("li", {}, glyph("note"), el("div", {}, sentence(note))))),
    inside(frame, layer),
  ];
}

/** The columns of a layer beside its map; of institutions also what was decided of the rows, and who may lead. */
function inside(frame, layer) {
  const names = [["columns", t("columns_tab")], ...(layer.role === "facilities" && isUsed(layer) ? [...(layer.merges ? [["rows", t("rows_tab")]] : []), ["leads", t("leads_tab")]] : [])];
  const current = names.some(([name]) => name === tab) ? tab : "columns";
  const choose = (name) => {
    tab = name;
    frame.draw();
  };
  const row = names.length > 1 ? el("div", { class: "tab-row inner" }, tabs(names, current, choose)) : null;
  if (current === "rows") return [row, decidedRows(frame, layer)];
  if (current === "leads") return [row, leadRows(frame, layer)];
  const columns = layer.columns.length ? columnTable(frame, layer) : el("p", { class: "hint" }, pick(layer.why));
  return [row, isUsed(layer) && PLACED.includes(layer.role) ? el("div", { class: "beside-map" }, el("div", { class: "main-part" }, columns), sightOf(frame, layer)) : columns];
}

const PLACED = ["facilities", "population", "roads", "barriers", "units", "boundaries"];

function nameDoubt(frame) {
  return el("li", {}, glyph("doubt"), el("div", {}, el("p", {}, t("name_doubt", { name: frame.view.state.place })), el("p", { class: "second" }, t("name_doubt_more"))), button(t("confirm"), () => frame.doing(() => post("place", { name: frame.view.state.place }))));
}

function doubtRow(frame, layer, doubt) {
  const about = layer.datum && /datum|基准|wgs84|gcj02/i.test(doubt.text[0]);
  const datums = [["wgs84", "WGS 84"], ["cgcs2000", "CGCS2000"], ["gcj02", t("gcj02")], ["bd09", t("bd09")]];
  return el(
    "li",
    {},
    glyph("doubt"),
    el("div", {}, el("p", {}, pick(doubt.text))),
    about ? dropdown(datums, layer.datum, (datum) => frame.doing(() => post("files/datum", { section: layer.section, datum })), { class: "amber", "aria-label": t("datum") }) : null,
    button(t("confirm"), () => frame.doing(() => post("files/confirm", { keys: [doubt.key] }))),
  );
}

function columnTable(frame, layer) {
  const used = layer.columns.filter((one) => one.ours.length);
  const others = layer.columns.filter((one) => !one.ours.length);
  const shown = showsUnused || !isUsed(layer) || !used.length ? [...used, ...others] : used;
  const missing = layer.needed.filter((name) => !used.some((one) => one.ours.includes(name)));
  return [
    missing.length && isUsed(layer) ? el("p", { class: "hint amber" }, glyph("doubt"), t("columns_missing", { names: missing.map((name) => pick(layer.wanted[name])).join(t("comma")) })) : null,
    el("table", { class: "columns" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("column")), el("th", { scope: "col", colspan: 3 }, t("three_values")), el("th", { scope: "col" }, t("used_as")))), el("tbody", {}, shown.map((one) => columnRow(frame, layer, one)))),
    others.length && shown === used ? el("p", { class: "hint" }, link(t("more_columns", { n: others.length }), () => ((showsUnused = true), frame.draw())), " ", el("span", { class: "second" }, others.slice(0, 8).map((one) => one.header).join(" · "))) : null,
  ];
}

function columnRow(frame, layer, one) {
  const names = Object.entries(layer.wanted).map(([ours, label]) => [ours, pick(label)]);
  const many = one.ours.length > 1 ? [[one.ours.join(" "), one.ours.map((ours) => pick(layer.wanted[ours] || [ours, ours])).join(t("comma"))]] : [];
  const change = (ours) => ours.includes(" ") || frame.doing(() => post("files/column", { section: layer.section, header: one.header, ours }));
  const control = isUsed(layer) ? dropdown([["", t("unused_column")], ...many, ...names], one.ours.join(" "), change, { "aria-label": `${one.header}: ${t("used_as")}`, "data-key": `column ${one.header}` }) : t("unused_column");
  return el("tr", { class: one.ours.length ? "" : "quiet" }, el("th", { scope: "row", title: one.header }, one.header), [0, 1, 2].map((at) => el("td", { title: one.samples[at] || "" }, one.samples[at] || "")), el("td", {}, control));
}

function key(frame, event) {
  if (document.querySelector("dialog[open]") || (document.querySelector(".decided tr.current") && rowsKey(frame, event))) return;
  if (event.key !== "j" && event.key !== "k") return;
  const data = frame.view.data.files;
  if (!data) return;
  const open = data.layers.filter((layer) => openDoubts(data, layer).length);
  if (!open.length) return;
  const at = open.findIndex((layer) => idOf(layer) === chosen);
  chosen = idOf(open[(at + (event.key === "j" ? 1 : open.length - 1) + open.length) % open.length]);
  frame.draw();
}

export const files = { load, draw, key };
