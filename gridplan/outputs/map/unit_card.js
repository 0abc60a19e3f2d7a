// A unit's card, one level under the card of its grid: why the unit is there, minutes to every lead, what can be tried.

const REASONS = DATA.reasons; // null where nobody found out
const MOST_BARS = 8; // leads in the bars of a unit
const nearerUnits = (grid) => (REASONS ? unitsOfGrid(grid).filter((unit) => REASONS.nearest[unit] >= 0) : []);

function openUnit(unit) {
  if (UNIT_GRID[unit] < 0) return;
  if (state.card !== UNIT_GRID[unit] || state.tab !== "grids") openCard(UNIT_GRID[unit]);
  state.unit = unit;
  state.marked = [];
  redraw();
  setReadout(unitFacts(unit));
  byId("rail-body").scrollTop = 0;
}

function closeUnit() {
  state.unit = null;
  redraw();
}

/** On the card of a grid: the way to its units that have a nearer lead. */
function nearerRow(grid) {
  const units = nearerUnits(grid);
  if (!units.length) return null;
  const residents = units.reduce((sum, unit) => sum + DATA.units.population[unit], 0);
  return el("button", { class: "link more", onclick: () => openUnit(units[0]) }, `${t("nearer_elsewhere", { n: units.length, p: peopleInWords(residents) })} ›`);
}

function unitCard(unit) {
  const [units, grid] = [DATA.units, UNIT_GRID[unit]];
  const others = nearerUnits(grid);
  const step = (by) => () => openUnit(others[(Math.max(others.indexOf(unit), by > 0 ? -1 : 0) + by + others.length) % others.length]);
  const facts = [units.id[unit], units.street[unit] === units.name[unit] ? "" : units.street[unit], units.population[unit] === null ? "" : t("people_exact", { n: grouped(units.population[unit]) }), firmFact(unit)];
  return [
    el(
      "div",
      { class: "nav" },
      el("button", { class: "link", onclick: closeUnit }, `‹ ${gridWords(grid)}`),
      others.length > 1 ? el("span", { title: t("nearer_step") }, el("button", { class: "link", onclick: step(-1) }, `‹ ${t("previous")}`), el("button", { class: "link", onclick: step(1) }, `${t("next")} ›`)) : null,
    ),
    el("div", { class: "card-title" }, swatch(grid, "large"), el("div", {}, el("h2", {}, units.name[unit] || units.id[unit]), el("p", {}, facts.filter(Boolean).join(" · ")))),
    unitReason(unit),
    unitBars(unit),
    unitButtons(unit),
  ];
}

function unitReason(unit) {
  if (!REASONS || REASONS.word[unit] < 0) return el("p", { class: "quiet" }, t("reason_unknown"));
  const told = inLanguage(REASONS.message[unit] || REASONS.nearestMessage);
  return el("p", { class: "reason" }, el("b", {}, inLanguage(REASONS.words[REASONS.word[unit]])), told);
}

/** Minutes from a unit to the lead of each grid, the nearest first. */
function driveTimes(unit) {
  const times = GRIDS.flatMap((facts, grid) => {
    const column = EDITING ? EDITING.leads.indexOf(facts.lead) : -1;
    if (column < 0 || SCOPE_OF_GRID[grid] !== SCOPE_OF_UNIT[unit]) return [];
    const hundredths = EDITING.minutes[column][unit];
    return [{ grid, minutes: hundredths < 0 ? Infinity : hundredths / 100 }];
  });
  return times.sort((one, two) => one.minutes - two.minutes || one.grid - two.grid);
}

function unitBars(unit) {
  const times = driveTimes(unit);
  if (!times.length) return null;
  const own = UNIT_GRID[unit];
  const shown = times.filter(({ grid }, i) => i < MOST_BARS || grid === own);
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
      el("small", {}, grid === own ? t("own_grid") : grid === nearest ? t("nearest_lead") : ""),
    );
  };
  const left = times.length - shown.length;
  return [
    el("h3", { class: "split" }, t("to_each_lead"), el("small", {}, t("drive_min"))),
    el("ul", { class: "bars" }, shown.map(row)),
    el("p", { class: "quiet" }, [left ? t("more_leads", { n: left }) : "", t("dashed_limit", { n: roundNumber(limitOf(own)) })].filter(Boolean).join(" ")),
  ];
}

/** Units that move with one where streets stay whole. */
const together = (unit) => (REASONS && REASONS.streetsWhole ? streetOf(unit) : [unit]);

function unitButtons(unit) {
  if (!EDITING) return null;
  const to = REASONS ? REASONS.nearest[unit] : -1;
  const attempt = () => {
    edit.target = to;
    openTab("edit");
    afterStep(moveUnits(together(unit), to));
  };
  return el(
    "div",
    { class: "buttons" },
    el("button", { class: "button", onclick: () => zoomToUnits([unit]) }, t("zoom_unit")),
    to >= 0 ? el("button", { class: "button desk", onclick: attempt }, t(together(unit).length > 1 ? "try_street" : "try_unit", { n: GRIDS[to].number })) : null,
    el("button", { class: "button", onclick: () => commentOnUnit(unit) }, t("comment_write")),
  );
}

/** The unit, and lines to its own lead and to the nearest one. */
function drawUnitFocus(context, view) {
  if (state.unit === null) return;
  const unit = state.unit;
  const path = unitsPath([unit]);
  stroke(context, view, path, "#fff", 6);
  stroke(context, view, path, INK, 2.8);
  const line = (grid, colour) => {
    const lead = GRIDS[grid].lead;
    if (lead < 0) return;
    const to = new Path2D();
    to.moveTo(...insideOf(unit));
    to.lineTo(...DATA.facilities.xy[lead]);
    stroke(context, view, to, "#fff", 3.6);
    stroke(context, view, to, colour, 1.8);
  };
  if (REASONS && REASONS.nearest[unit] >= 0) line(REASONS.nearest[unit], ACCENT);
  line(UNIT_GRID[unit], INK);
}
