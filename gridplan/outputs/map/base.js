// The proposal as data, what the reader has chosen, and the words and numbers that every part of the page uses.

import { byId, el, svg } from "./dom.js";

export const DATA = JSON.parse(byId("gridplan-data").textContent);
export const N = DATA.units.id.length;
export const GRIDS = DATA.grids;
export const { scopes: SCOPES, ofUnit: SCOPE_OF_UNIT, ofGrid: SCOPE_OF_GRID } = DATA.parts;
export const IS_MIXED = SCOPES.length > 1;
export const residentsOf = (unit) => DATA.units.population[unit] || 0;
export const GROUND = "#F4F4F1";
export const INK = "#16191D";
export const ACCENT = "#0A4F96";
export const TIME_TINTS = ["#FBF4E2", "#F1DAA6", "#DDAC5E", "#B27430", "#6B2A1C"];
export const DENSITY_TINTS = ["#F4F6F4", "#D6E3DD", "#A5C4BA", "#6B9C90", "#2F6B62"];
export const WATER = "#D9E8EF";
export const WATER_INK = "#3A5A6E"; // edges of water: at least 3:1 on every tint, so that a river stays in grey print
export const NO_DATA = "#E3E4E2";
export const FONT = '"Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif';

/** @type {State} */
export const state = {
  language: DATA.language,
  tab: "grids",
  card: null, // number of the grid whose card is open
  step: null, // step of the curve that the map shows
  unit: null, // unit whose card is open, under that of its grid
  panel: null, // what stands in the place of the table of grids: the histogram or the comparison
  span: null, // range of the histogram's bins: [from, to)
  mode: "grids",
  borderView: "firm", // what colours borders, where both are known
  layers: { roads: true, barriers: true, members: true, borders: true, labels: true, subAreas: false },
  cause: "all",
  status: "all",
  openRows: new Set(), // rows of the check list that show their single findings
  hover: -1, // unit under the pointer
  hoverGrid: -1, // grid whose row is pointed at
  marked: [], // units a finding or a search points at
  pin: null, // place of a facility that was searched for
};

// ---- words and numbers -------------------------------------------------------------------------------------------

/** A grid and its lead: a hospital is not a grid. */
export const gridWords = (grid) => `${inLanguage(DATA.grids[grid].name)} ${DATA.grids[grid].leadName}`;
export const inLanguage = (pair) => pair[state.language === "zh" ? 0 : 1];

/** Words by name, `{placeholders}` filled; "one|many" where English tells them apart. */
export function t(name, values) {
  const pair = DATA.words[name];
  if (!pair) return name;
  const [one, many] = inLanguage(pair).split("|");
  return (many === undefined || String(values.n) === "1" ? one : many).replace(/\{(\w+)\}/g, (whole, key) => (values && key in values ? String(values[key]) : whole));
}

export const label = (group, key) => (DATA.labels[group][key] ? inLanguage(DATA.labels[group][key]) : key);
export const grouped = (n) => Math.round(n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
export const minus = (text) => text.replace("-", "\u2212");
export const decimals = (x, n) => minus(x.toFixed(n));
export const percent = (share, n = 1) => (share === null ? "" : `${decimals(100 * share, n)}%`);
export const signed = (share, n = 1) => (share === null ? "" : (share > 0 ? "+" : "") + percent(share, n));

/** People in the unit of the language: 万 with one decimal, or thousands. */
export function people(n, withUnit = true) {
  if (n === null) return "";
  if (state.language === "zh") {
    if (withUnit && n < 10000) return `${grouped(n)} `;
    return decimals(n / 10000, n < 10000 ? 2 : 1) + (withUnit ? " 万" : "");
  }
  if (withUnit && n < 10000) return grouped(n);
  return (n < 10000 ? decimals(n / 1000, 1) : grouped(n / 1000)) + (withUnit ? "k" : "");
}

export function peopleInWords(n) {
  if (state.language === "en" && n >= 1e6) return t("n_people", { n: `${decimals(n / 1e6, 2)}M` });
  return t("n_people", { n: people(n) });
}

export const isUnreachable = (m) => m === -1;
export const minutesWords = (m) => (isUnreachable(m) ? t("unreachable") : t("minutes_n", { n: decimals(m, 1) }));
export const roundNumber = (x) => String(Number(x.toFixed(2)));

// ---- documents ---------------------------------------------------------------------------------------------------

/** The first element below another one that fits.
 * @type {(root: ParentNode, selector: string) => HTMLElement | null} */
export const findIn = (root, selector) => root.querySelector(selector);

/** The element that has the focus.
 * @returns {any} */
export const focused = () => document.activeElement;

/** Let Enter and the space bar do what a click does. */
export function pressable(action) {
  return {
    tabindex: "0",
    onclick: action,
    onkeydown: (event) => {
      if (event.target !== event.currentTarget || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      action(event);
    },
  };
}

// ---- icons -------------------------------------------------------------------------------------------------------

export function severityIcon(severity, title) {
  const shapes = {
    must: [svg("circle", { cx: 7, cy: 7, r: 6.5, fill: "#B3202C" }), bang("#fff", 3.2, 10.3)],
    should: [svg("path", { d: "M7 .9 13.6 12.6H.4Z", fill: "#D98200" }), bang("#fff", 4.6, 10.8)],
    note: [
      svg("rect", { x: 1.1, y: 1.1, width: 11.8, height: 11.8, rx: 1.5, fill: "none", stroke: "#4A6076", "stroke-width": 1.3 }),
      svg("path", { d: "M7 6.2V10.4M7 3.5V4.9", stroke: "#4A6076", "stroke-width": 1.5 }),
    ],
    met: [svg("path", { d: "M1.5 7.4 5.2 11 12.6 2.8", fill: "none", stroke: "#1D6B4F", "stroke-width": 1.8 })],
    waived: [
      svg("circle", { cx: 7, cy: 7, r: 5.8, fill: "none", stroke: "#565D66", "stroke-width": 1.3 }),
      svg("path", { d: "M3.2 10.8 10.8 3.2", stroke: "#565D66", "stroke-width": 1.3 }),
    ],
    not_evaluated: [
      svg("circle", { cx: 7, cy: 7, r: 5.8, fill: "none", stroke: "#6F767F", "stroke-width": 1.3, "stroke-dasharray": "2.4 2.2" }),
    ],
  };
  const icon = svg("svg", { viewBox: "0 0 14 14", width: 14, height: 14, class: "icon", ...(title ? { role: "img", "aria-label": title } : { "aria-hidden": "true" }) });
  icon.append(...shapes[severity]);
  return icon;
}

function bang(colour, top, bottom) {
  const middle = bottom - 2.6;
  return svg("path", { d: `M7 ${top}V${middle}M7 ${bottom - 1.4}V${bottom}`, stroke: colour, "stroke-width": 1.6 });
}

/** The mark of a kind of member, as on the map. */
export function memberIcon(group) {
  const shapes = {
    hospital: svg("rect", { x: 4.3, y: 4.3, width: 5.4, height: 5.4, fill: "#fff", stroke: INK, "stroke-width": 1.3 }),
    primary: svg("circle", { cx: 7, cy: 7, r: 2.6, fill: INK }),
    station: svg("circle", { cx: 7, cy: 7, r: 1.4, fill: INK }),
    care: svg("path", { d: "M7 2.6 11.4 7 7 11.4 2.6 7Z", fill: INK }),
    other: svg("path", { d: "M4 7H10M7 4V10", stroke: INK, "stroke-width": 1.3 }),
  };
  return svg("svg", { viewBox: "0 0 14 14", width: 14, height: 14, class: "icon", "aria-hidden": "true" }, shapes[group]);
}

export function lineIcon(...paths) {
  const strokes = paths.map((d) => svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 1.5 }));
  return svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, class: "icon", "aria-hidden": "true" }, strokes);
}

/** The numbered swatch of a grid, as in the table and the check list. */
export function swatch(grid, size = "") {
  const colour = DATA.tints[DATA.grids[grid].tint];
  return el("span", { class: `swatch ${size}`, style: { background: colour }, title: gridWords(grid) }, String(DATA.grids[grid].number));
}
