// A unit's card, one level under the card of its grid: why the unit is there, minutes to every lead, what can be tried.

import { ACCENT, DATA, decimals, GRIDS, gridWords, grouped, INK, inLanguage, minutesWords, peopleInWords, percent, roundNumber, SCOPES, signed, state, swatch, t } from "./base.js";
import { byId, el } from "./dom.js";
import { insideOf, PROPOSED, UNIT_GRID, unitsOfGrid, unitsPath } from "./shapes.js";
import { SHORT_NAMES } from "./labels.js";
import { LEADS, stroke, zoomToUnits } from "./draw.js";
import { limitOf, limitsTold, openCard } from "./rail.js";
import { besides, driveTimes, movesOf, nearestGrid, strainOf, together } from "./unit_moves.js";
import { firmFact } from "./firmness.js";
import { edit, EDITING, moveUnits, streetIn, toggleLocks } from "./edit.js";
import { afterStep, ARROWS, checkWords, nextUnit, secondsChange } from "./edit_view.js";
import { BASE } from "./live_rules.js";
import { commentOnUnit } from "./comments.js";
import { openTab, redraw, setReadout, unitFacts } from "./start.js";

export const REASONS = DATA.reasons; // null where nobody found out
const MOST_BARS = 8; // leads in the bars of a unit
const nearerUnits = (grid) => (REASONS ? unitsOfGrid(grid).filter((unit) => REASONS.nearest[unit] >= 0) : []);

export function openUnit(unit) {
  if (UNIT_GRID[unit] < 0) return;
  if (state.card !== UNIT_GRID[unit] || state.tab !== "grids") openCard(UNIT_GRID[unit]);
  state.unit = unit;
  state.marked = [];
  redraw();
  setReadout(unitFacts(unit));
  byId("rail-body").scrollTop = 0;
}

export function closeUnit() {
  state.unit = null;
  redraw();
}

/** On the card of a grid: the way to its units that have a nearer lead. */
export function nearerRow(grid) {
  const units = nearerUnits(grid);
  if (!units.length) return null;
  const residents = units.reduce((sum, unit) => sum + DATA.units.population[unit], 0);
  return el("button", { class: "link more", onclick: () => openUnit(units[0]) }, `${t("nearer_elsewhere", { n: units.length, p: peopleInWords(residents) })} ›`);
}

export function unitCard(unit) {
  const [units, grid] = [DATA.units, UNIT_GRID[unit]];
  const others = nearerUnits(grid);
  const step = (by) => () => openUnit(others[(Math.max(others.indexOf(unit), by > 0 ? -1 : 0) + by + others.length) % others.length]);
  const facts = [units.id[unit], units.street[unit] === units.name[unit] ? "" : units.street[unit], units.population[unit] === null ? "" : t("people_exact", { n: grouped(units.population[unit]) }), firmFact(unit), edit.locked.has(unit) ? t("key_locked") : ""];
  return [
    el(
      "div",
      { class: "nav" },
      el("button", { class: "link", onclick: closeUnit }, `‹ ${gridWords(grid)}`),
      others.length > 1 ? el("span", { title: t("nearer_step") }, el("button", { class: "link", onclick: step(-1) }, `‹ ${t("previous")}`), el("button", { class: "link", onclick: step(1) }, `${t("next")} ›`)) : null,
    ),
    el("div", { class: "card-title" }, swatch(grid, "large"), el("div", {}, el("h2", {}, units.name[unit] || units.id[unit]), el("p", {}, facts.filter(Boolean).join(" · "), " ", el("button", { class: "link", onclick: () => zoomToUnits([unit]) }, t("zoom_unit"))))),
    unitReason(unit),
    unitBars(unit),
    costOfMoves(unit),
    unitButtons(unit),
  ];
}

/** The reason that was found, its first sentence large; where nobody looked for one, the limits that the move to the nearest lead breaks. */
function unitReason(unit) {
  if (!REASONS || REASONS.word[unit] < 0) return [el("p", { class: "quiet" }, t("reason_unknown")), triedReason(unit)];
  const [first, rest] = firstSentence(inLanguage(REASONS.message[unit] || REASONS.nearestMessage));
  return [el("p", { class: "reason" }, el("b", {}, inLanguage(REASONS.words[REASONS.word[unit]])), first), rest ? el("p", { class: "quiet" }, rest) : null];
}

function firstSentence(text) {
  const end = /。|\.(?= )/.exec(text);
  return end ? [text.slice(0, end.index + 1), text.slice(end.index + 1).trim()] : [text, ""];
}

function triedReason(unit) {
  const to = nearestGrid(unit);
  if (!EDITING || PROPOSED[unit] < 0) return null;
  if (to === PROPOSED[unit]) return el("p", {}, t("reason_nearest"));
  const move = movesOf(unit).find(({ grid }) => grid === to);
  if (!move) return null;
  const broken = move.changes.slice(0, 2).map(({ check }) => checkWords(check, move.plan)).join(state.language === "zh" ? "；" : "; ");
  return el("p", {}, broken ? t("reason_tried", { n: GRIDS[to].number, broken }) : t("reason_tried_none", { n: GRIDS[to].number }));
}

/** Leads in the bars of a unit: the nearest ones and its own. */
const barsOf = (unit) => driveTimes(unit).filter(({ grid }, i) => i < MOST_BARS || grid === UNIT_GRID[unit]);

function unitBars(unit) {
  const times = driveTimes(unit);
  if (!times.length) return null;
  const own = UNIT_GRID[unit];
  const shown = barsOf(unit);
  const near = besides(together(unit));
  const longest = Math.max(limitOf(own), ...shown.map(({ minutes }) => minutes).filter(Number.isFinite)) * 1.04;
  const nearest = times[0].grid;
  const row = ({ grid, minutes }) => {
    const kind = grid === own ? "own" : grid === nearest ? "nearest" : "";
    return el(
      "li",
      { class: kind },
      swatch(grid),
      el("span", { class: "name", title: GRIDS[grid].leadName }, SHORT_NAMES[grid]),
      el("span", { class: "track" }, Number.isFinite(minutes) ? el("i", { style: { width: `${(100 * minutes) / longest}%` } }) : null, el("em", { style: { left: `${(100 * limitOf(own)) / longest}%` } })),
      el("b", {}, Number.isFinite(minutes) ? decimals(minutes, 1) : t("unreachable")),
      el("small", {}, grid === own ? t("own_grid") : grid === nearest ? t("nearest_lead") : near.has(grid) ? "" : t("not_adjacent")),
    );
  };
  const left = times.length - shown.length;
  return [
    el("h3", { class: "split" }, t("to_each_lead"), el("small", {}, `${t("drive_min")} · ${t("dashed_limit", { n: roundNumber(limitOf(own)) })}`)),
    el("ul", { class: "bars" }, shown.map(row)),
    left ? el("p", { class: "quiet" }, t("more_leads", { n: left })) : null,
  ];
}

// ---- what a move would cost ----------------------------------------------------------------------------------------

/** A broken limit in a word or two. */
const SHORT_RULE = {
  "R-04": () => t("short_r04"),
  "R-06": (check) => t("short_r06", { n: check.value }),
  "R-07": () => t("short_r07", { p: percent(DATA.tolerance, 0) }),
  "R-08": () => t("short_r08"),
  "R-09": () => t("short_r09"),
  "R-50": (check) => t(check.grid < 0 ? "short_r09" : "short_rule", { r: check.rule }),
  "R-60": (check, own) => t("short_r60", { m: roundNumber(SCOPES[own.scope].limit) }),
};

function costOfMoves(unit) {
  if (!EDITING) return null;
  const own = PROPOSED[unit];
  const moves = movesOf(unit);
  if (!moves.length) return null;
  const toNearest = moves.findIndex(({ grid }) => grid !== nearestGrid(unit));
  const stay = el("tr", {}, el("th", { scope: "row" }, t("stay_in", { n: GRIDS[own].number })), el("td", {}, `${decimals(BASE.mean || 0, 2)} ${t("minute")}`), el("td", {}, percent(BASE.share, 1)), el("td", {}, signed(BASE.grids[own].deviation)), el("td"));
  const rows = moves.map((move) => moveRow(move, unit));
  rows.splice(toNearest < 0 ? rows.length : toNearest, 0, redrawnRow(unit));
  const head = [t("mean_change"), t("within_short", { n: limitsTold() }), t("deviation_of"), t("outcome")].map((text) => el("th", { scope: "col" }, text));
  return el("details", { class: "moves", open: nearestGrid(unit) !== own }, el("summary", {}, t("cost_of_moves")),
    el("table", { class: "plain" }, el("thead", {}, el("tr", {}, el("td"), head)), el("tbody", {}, stay, rows)),
    el("p", { class: "quiet" }, t("cost_by_unit_means_live")));
}

function moveRow(move, unit) {
  const { units, grid, plan, changes } = move;
  const strain = strainOf(move);
  const worst = changes.find(({ check }) => check.rule !== "R-60") || changes[0];
  const say = ({ check }) => (SHORT_RULE[check.rule] || ((one) => t("short_rule", { r: one.rule })))(check, check.grid < 0 ? null : plan.grids[check.grid]);
  const residents = units.reduce((sum, one) => sum + (DATA.units.population[one] || 0), 0);
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, el("button", { class: "link desk", title: t("try_unit", { n: GRIDS[grid].number }), onclick: () => attempt(units, grid) }, t("move_to", { n: GRIDS[grid].number })),
      el("small", {}, units.length > 1 ? t("whole_street_n", { n: units.length, p: peopleInWords(residents) }) : unit === units[0] ? t("only_this_unit") : "")),
    el("td", {}, secondsChange((plan.mean || 0) - (BASE.mean || 0))),
    el("td", {}, percent(plan.share, 1)),
    el("td", { class: DATA.tolerance && Math.abs(strain.deviation) > DATA.tolerance + 1e-9 ? "worse" : null }, strain.grid === grid ? "" : el("small", {}, `${GRIDS[strain.grid].number} `), signed(strain.deviation)),
    el("td", { class: worst ? "worse" : "better", title: changes.map(({ check }) => checkWords(check, plan)).join("\n") || null }, worst ? [say(worst), changes.length > 1 ? el("small", {}, ` +${changes.length - 1}`) : ""] : t("within_limits")),
  );
}

/** To the nearest lead and the rest drawn again, where the proposal knows what that costs. */
function redrawnRow(unit) {
  const price = REASONS && REASONS.price[unit];
  if (!price) return null;
  const [seconds, dragged] = price;
  return el("tr", {}, el("th", { scope: "row" }, t("move_and_redraw", { n: GRIDS[REASONS.nearest[unit]].number }), el("small", {}, t("drags_along", { p: peopleInWords(dragged) }))), el("td", { colspan: 3, class: "wide" }, t("price_each", { s: inLanguage(seconds) })), el("td", { class: "better" }, t("within_limits")));
}

/** Go to the editor with units moved. */
function attempt(units, grid) {
  edit.target = grid;
  openTab("edit");
  afterStep(moveUnits(units, grid));
}

function unitButtons(unit) {
  if (!EDITING) return null;
  const [to, own] = [nearestGrid(unit), PROPOSED[unit]];
  const street = streetIn(PROPOSED, unit);
  const noStreet = to === own ? "already_nearest" : !DATA.units.streetId[unit] ? "no_streets" : street.length < 2 ? "only_one_of_street" : "";
  const isLocked = edit.locked.has(unit);
  const lock = () => {
    toggleLocks([unit]);
    redraw();
  };
  return el(
    "div",
    { class: "buttons unit" },
    to === own ? null : el("button", { class: "button desk", disabled: isLocked, title: isLocked ? t("is_locked") : null, onclick: () => attempt([unit], to) }, t("try_unit", { n: GRIDS[to].number })),
    el("button", { class: "button desk", disabled: Boolean(noStreet), title: noStreet ? t(noStreet) : null, onclick: () => attempt(street, to) }, t("tool_street")),
    noStreet ? el("small", { class: "quiet desk" }, t(noStreet)) : null,
    el("button", { class: "button desk", "aria-pressed": String(isLocked), onclick: lock }, t(isLocked ? "unlock" : "tool_lock")),
    el("button", { class: "button", onclick: () => commentOnUnit(unit) }, t("comment_write")),
  );
}

/** With a unit's card open, arrows on the map go to its neighbours and Enter tries its nearest lead; tells whether it was such a key. */
export function unitKey(event) {
  const unit = state.unit;
  if (unit === null || !EDITING || !(ARROWS[event.key] || event.key === "Enter")) return false;
  if (event.key === "Enter") {
    if (nearestGrid(unit) !== PROPOSED[unit]) attempt(together(unit), nearestGrid(unit));
  } else openUnit(nextUnit(unit, ARROWS[event.key]));
  event.preventDefault();
  event.stopPropagation();
  return true;
}

// ---- map -----------------------------------------------------------------------------------------------------------

/** Minutes from a unit to the lead of a grid, as written under its name. */
export function minutesFrom(unit, grid) {
  const told = driveTimes(unit).find((one) => one.grid === grid);
  return told ? minutesWords(Number.isFinite(told.minutes) ? told.minutes : -1) : "";
}

/** The unit, and lines from it: thin and dotted to the leads of its card, accent to the nearest, ink to its own. */
export function drawUnitFocus(context, view) {
  const unit = state.unit;
  if (unit === null) return;
  const path = unitsPath([unit]);
  stroke(context, view, path, "#fff", 6);
  stroke(context, view, path, INK, 2.8);
  const to = (grid) => {
    const line = new Path2D();
    line.moveTo(...insideOf(unit));
    line.lineTo(LEADS[grid].xy[0], LEADS[grid].xy[1]);
    return line;
  };
  const [own, nearest] = [UNIT_GRID[unit], nearestGrid(unit)];
  const others = barsOf(unit).map(({ grid }) => grid).filter((grid) => grid !== own && grid !== nearest);
  for (const grid of others) if (LEADS[grid].xy) stroke(context, view, to(grid), "rgba(22,25,29,.55)", 0.8, [2, 3]);
  for (const [grid, colour] of new Map([[nearest, ACCENT], [own, INK]])) {
    if (!LEADS[grid].xy) continue;
    stroke(context, view, to(grid), "#fff", 3.6);
    stroke(context, view, to(grid), colour, 1.8);
  }
}
