// The plan in hand on the ground while the work goes on: its grids, their leads, and how many residents each has where that is known.

import { el, svg } from "../../outputs/map/dom.js";
import { get } from "./api.js";
import { glyph } from "./parts.js";
import { idOf } from "./course.js";
import { people, t } from "./words.js";

/** What is drawn, of which row, and what is being asked for. @type {{ of: string, key: string, told: any, asking: string }} */
const seen = { of: "", key: "", told: null, asking: "" };

/** The map of what was found last of a row of the table; what was drawn before stays until the new one is there.
 * @param {any} frame @param {any} job @param {any} one @param {boolean} isBest */
export function foundMap(frame, job, one, isBest) {
  const at = job.heard.map((heard) => heard.drawn && idOf(heard) === idOf(one)).lastIndexOf(true);
  const of = `${job.number} ${idOf(one)}`;
  if (seen.of !== of) Object.assign(seen, { of, told: null });
  if (at >= 0) ask(frame, job, at, of);
  const size = one.whole && one.whole.residents.length ? t("from_to_people", { a: people(Math.min(...one.whole.residents)), b: people(Math.max(...one.whole.residents)) }) : t("still_sought");
  const waits = at < 0 ? el("p", { class: "none second" }, t("no_map_yet")) : el("p", { class: "wait" }, glyph("running"), t("drawing_found"));
  const { told } = seen;
  const body = !told ? waits : told.svg ? [picture(told, one), leadList(told, one)] : el("p", { class: "none second" }, t("no_ground_now"));
  return el("aside", { class: "sight found-map", "aria-label": t("found_map") }, el("div", { class: "pair-head" }, el("h3", {}, t(isBest ? "map_of_best" : "map_of", { n: one.k })), el("p", { class: "second" }, size)), body);
}

/** Ask for a picture; one at a time, and the last one that is wanted comes. */
async function ask(frame, job, at, of) {
  const key = `${of} ${at}`;
  if (seen.key === key || seen.asking) return;
  seen.asking = key;
  const told = await get("plan/found", { number: String(job.number), at: String(at) }).catch(() => ({ svg: "", grids: [] }));
  seen.asking = "";
  if (seen.of === of) Object.assign(seen, { key, told });
  frame.draw();
}

function picture(told, one) {
  const [, , width, height] = (told.svg.match(/viewBox="([^"]+)"/) || ["", "0 0 300 300"])[1].split(" ").map(Number);
  const marks = told.grids.map((grid, at) => svg("g", { transform: `translate(${grid.x} ${grid.y})`, class: "lead-mark" }, svg("circle", { r: 6.6 }), svg("text", { y: 3, "text-anchor": "middle" }, String(at + 1)), svg("title", {}, grid.name)));
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": t("map_of", { n: one.k }) }, svg("image", { href: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(told.svg)}`, width, height }), marks);
}

function leadList(told, one) {
  const residents = one.whole ? one.whole.residents : [];
  return el("ol", { class: "leads-found" }, told.grids.map((grid, at) => el("li", {}, svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("rect", { x: 0.5, y: 0.5, width: 15, height: 15, fill: grid.tint, stroke: "#6F767F" }), svg("text", { x: 8, y: 12, "text-anchor": "middle" }, String(at + 1))), el("span", { class: "title", title: grid.name }, grid.name), el("span", { class: "count" }, residents.length === told.grids.length ? people(residents[at]) : ""))));
}
