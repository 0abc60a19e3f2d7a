// Two rows that may be one institution, on the ground: both points, the line between them, how far they are apart.

import { el, svg } from "../../outputs/map/dom.js";
import { get } from "./api.js";
import { glyph } from "./parts.js";
import { grouped, t } from "./words.js";

/** @type {{ key: string, told: any }} */
const seen = { key: "", told: null };

/** The files have changed since: what is shown is asked for again. */
export function forgetPair() {
  seen.key = "";
}

/** The picture of a row and of the institution it may belong to.
 * @param {any} frame @param {any} layer @param {any} row */
export function pairOf(frame, layer, row) {
  const key = JSON.stringify([layer.section, row.id, row.target]);
  if (seen.key !== key) fetchPair(frame, layer, row, key);
  const { told } = seen;
  const title = row.target_name ? t("pair_of", { a: row.name, b: row.target_name }) : row.name;
  return el("aside", { class: "sight pair", "aria-label": t("on_the_ground") }, el("div", { class: "pair-head" }, el("h3", {}, title), el("p", { class: "second" }, row.reason)), told ? picture(told, row, title) : el("p", { class: "wait" }, glyph("running"), t("drawing_file")), told ? el("p", { class: "second counts" }, told.distance_m === null ? t(row.target ? "pair_without_place" : "pair_alone") : el("b", { class: "ink" }, t("pair_apart", { n: grouped(told.distance_m) })), el("span", {}, t("pair_keys"))) : null);
}

async function fetchPair(frame, layer, row, key) {
  seen.key = key;
  seen.told = null;
  const told = await frame.quietly(() => get("files/pair", { section: JSON.stringify(layer.section), id: row.id, target: row.target }));
  if (seen.key !== key) return;
  seen.told = told || { svg: "", marks: [], distance_m: null, rule: null };
  frame.draw();
}

function picture(told, row, title) {
  if (!told.svg) return el("div", { class: "none" }, el("p", { class: "second" }, t("no_sight")));
  const [, , width, height] = (told.svg.match(/viewBox="([^"]+)"/) || ["", "0 0 300 300"])[1].split(" ").map(Number);
  const [first, second] = told.marks;
  const line = second ? svg("path", { class: "between", d: `M${first.x} ${first.y}L${second.x} ${second.y}` }) : null;
  const dots = told.marks.map((mark) => svg("circle", { class: mark.id === row.id ? "own" : "other", cx: mark.x, cy: mark.y, r: 4.4 }, svg("title", {}, mark.name)));
  const said = told.distance_m === null ? title : `${title}${t("comma")}${t("pair_apart", { n: grouped(told.distance_m) })}`;
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": said }, svg("image", { href: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(told.svg)}`, width, height }), line, [...dots].reverse(), ruler(told.rule, height));
}

function ruler(rule, height) {
  const [left, y] = [12, height - 12];
  return [svg("path", { class: "ruler", d: `M${left} ${y - 4}v4h${rule.pixels}v-4` }), svg("text", { x: left + rule.pixels + 6, y }, rule.metres < 1000 ? t("metres_n", { n: rule.metres }) : t("km_n", { n: rule.metres / 1000 }))];
}
