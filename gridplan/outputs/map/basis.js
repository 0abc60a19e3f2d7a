// The rail's third tab: how far from the best, the alternatives, what was modelled, and where everything comes from.

import { DATA, decimals, GRIDS, grouped, inLanguage, IS_MIXED, isUnreachable, minus, percent, SCOPES, state, t } from "./base.js";
import { el } from "./dom.js";
import { TOTAL } from "./shapes.js";
import { gridsOfScope, limitsTold } from "./rail.js";
import { ANNEXES, annexRows, annexSection } from "./overlays.js";
import { EDITING } from "./edit.js";
import { keyOfOther, OTHER_PLANS } from "./plans.js";
import { openCompare } from "./compare.js";

/** How far from the optimum: a headline and a line below it. */
export function optimumWords() {
  const { status, gap, gapTravel, explanation } = DATA.objective;
  if (breaksALimit()) return [t(status), explanation.length ? inLanguage(explanation[0]) : t("infeasible_more")];
  if (gap === null) return [t("gap_unknown"), explanation.length ? inLanguage(explanation[0]) : t("gap_unknown_more")];
  if (status === "optimal" && gap < 1e-6) return [t("gap_zero"), `${t("gap_zero_more")}${state.language === "zh" ? "；" : ". "}${inLanguage(DATA.objective.leftOut)}`];
  return [t("gap", { p: upwards(gap) }), secondsWords() || (gapTravel === null ? "" : t("gap_travel", { p: upwards(gapTravel) }))];
}

/** Whether the plan breaks a hard limit, because none can hold them all or because none was found that does. */
export function breaksALimit() {
  return ["infeasible", "unknown"].includes(DATA.objective.status);
}

/** A bound is rounded up, never down. */
export function upwards(share) {
  const steps = share < 0.001 ? 10000 : 1000;
  return `${decimals((Math.ceil(share * steps - 1e-9) / steps) * 100, steps === 10000 ? 2 : 1)}%`;
}

function secondsWords() {
  const { value, bound, terms } = DATA.objective;
  if (value === null || bound === null || !TOTAL) return "";
  const seconds = Math.max(0, Math.ceil(((value - bound) / TOTAL) * 60 - 1e-9));
  const others = Object.entries(terms).some(([name, term]) => name !== "travel" && Math.abs(term || 0) > 0.5);
  return t(others ? "gap_seconds" : "gap_seconds_travel", { s: grouped(seconds) });
}

export function basisTab() {
  const { explanation, boundKnowsContiguity, bound, gapTravel, gap } = DATA.objective;
  const [headline, line] = optimumWords();
  return [
    DATA.synthetic ? el("p", { class: "synthetic-note" }, el("b", {}, t("synthetic")), " ", t("synthetic_more")) : null,
    el("h2", {}, t("basis_optimum")),
    el("p", {}, el("b", {}, headline)),
    line ? el("p", {}, line) : null,
    gap !== null && gapTravel !== null ? el("p", {}, t("gap_travel", { p: upwards(gapTravel) })) : null,
    explanation.slice(line && explanation.length && inLanguage(explanation[0]) === line ? 1 : 0).map((text) => el("p", {}, inLanguage(text))),
    bound === null ? null : el("p", { class: "quiet" }, t(boundKnowsContiguity ? "bound_contiguity" : "bound_no_contiguity")),
    questionsList(),
    termsTable(),
    alternativesTable(),
    modelledList(),
    annexSection(ANNEXES.map((annex) => annexRows(annex, annex.rows.map((_, row) => row))), "annexes"),
    notesList(),
    el("h2", {}, t("basis_sources")),
    el("p", {}, inLanguage(DATA.sources)),
    el("h2", {}, t("basis_made")),
    madeBy(),
    el("h2", {}, t("keys")),
    el("p", { class: "quiet" }, t("keys_read", { k: Math.min(9, GRIDS.length) })),
  ];
}

/** The questions that are asked of every plan, each with its answer and where more of it stands. */
function questionsList() {
  const one = ([question, told, place, known]) => el("details", { class: "question" }, el("summary", {}, inLanguage(question)), el("p", { class: known ? null : "quiet" }, inLanguage(told)), el("p", { class: "quiet" }, t("question_more", { p: inLanguage(place) })));
  return [el("h2", {}, t("questions")), DATA.answers.map(one)];
}

function termsTable() {
  const { terms, value, bound } = DATA.objective;
  const name = (key) => (DATA.words[`term_${key}`] ? t(`term_${key}`) : key);
  const row = (key, n, kind) => el("tr", { class: kind }, el("td", {}, key), el("td", {}, n === null ? "" : minus(grouped(n))));
  return el(
    "table",
    { class: "plain" },
    el("caption", {}, t("basis_terms")),
    el("tbody", {}, Object.entries(terms).map(([key, n]) => row(name(key), n)), row(t("term_total"), value, "total"), bound === null ? null : row(t("term_bound"), bound)),
  );
}

function alternativesTable() {
  if (!DATA.alternatives.length) return null;
  const head = [...(IS_MIXED ? [t("alt_part")] : []), t("alt_k"), t("alt_mean"), t("alt_within", { n: limitsTold() }), t("alt_deviation"), t("alt_gap"), ""];
  return [
    el("h2", {}, t("basis_alternatives")),
    el("table", { class: "plain wide" }, el("thead", {}, el("tr", {}, head.map((text) => (text ? el("th", { scope: "col" }, text) : el("td"))))), el("tbody", {}, DATA.alternatives.map(alternativeRow))),
  ];
}

function alternativeRow(row) {
  const scope = Math.max(0, SCOPES.findIndex((other) => other.id === (row.scope_id || "")));
  const isThis = sameLeads(row.leads, gridsOfScope(scope));
  const status = DATA.words[`status_${row.status}`] ? t(`status_${row.status}`) : row.status || "";
  const leads = leadIdsOf(row.leads).map((id) => DATA.facilities.name[DATA.facilities.id.indexOf(id)] || id);
  return el(
    "tr",
    { class: isThis ? "this" : null, title: leads.join(t("comma")) },
    IS_MIXED ? el("td", {}, inLanguage(SCOPES[scope].name)) : null,
    el("td", {}, String(row.k)),
    el("td", {}, row.mean_minutes === null || isUnreachable(row.mean_minutes) ? "" : decimals(row.mean_minutes, 1)),
    el("td", {}, percent(row.share_within)),
    el("td", {}, percent(row.worst_deviation)),
    el("td", {}, row.gap === null ? "" : upwards(row.gap)),
    el("td", {}, isThis ? t("alt_this") : OTHER_PLANS.some((told) => keyOfOther(told) === `k${row.k}.${scope}`) && EDITING ? el("button", { class: "link", onclick: () => openCompare(`k${row.k}.${scope}`) }, t("compare_open")) : status),
  );
}

const leadIdsOf = (leads) => (Array.isArray(leads) ? leads : String(leads || "").split(/[;,、\s]+/)).filter(Boolean);

function sameLeads(leads, grids) {
  const own = grids.map((grid) => (GRIDS[grid].lead >= 0 ? DATA.facilities.id[GRIDS[grid].lead] : "")).sort();
  const told = leadIdsOf(leads).sort();
  return told.length === own.length && told.every((id, i) => id === own[i]);
}

function modelledList() {
  const modelled = DATA.provenance.modelled;
  return modelled.length ? [el("h2", {}, t("basis_modelled")), el("ul", { class: "notes" }, modelled.map((text) => el("li", {}, inLanguage(text))))] : null;
}

function notesList() {
  const notes = DATA.provenance.notes;
  if (!notes.length) return null;
  const shown = notes.slice(0, 60);
  return [
    el("h2", {}, `${t("basis_notes")} ${notes.length}`),
    el("ul", { class: "notes" }, shown.map(([severity, ...pair]) => el("li", {}, el("b", {}, `${t(`note_${severity}`)} `), inLanguage(pair)))),
    notes.length > shown.length ? el("p", { class: "quiet" }, t("more_n", { n: notes.length - shown.length })) : null,
  ];
}

function madeBy() {
  const { seed, reproducible, versions, hashes } = DATA.provenance;
  const pairs = (object) => Object.entries(object).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]);
  return [
    el("p", {}, `${madeByLine()} · ${t(reproducible ? "reproducible" : "not_reproducible")}`),
    el("details", {}, el("summary", {}, t("versions")), el("dl", {}, pairs(versions))),
    el("details", {}, el("summary", {}, t("input_hashes")), el("dl", {}, pairs(hashes))),
    el("p", { class: "quiet" }, `${t("seed")} ${seed}`),
  ];
}

export const madeByLine = () => ["gridplan", DATA.provenance.versions.gridplan].filter(Boolean).join(" ");
