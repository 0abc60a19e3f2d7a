// Check: every problem with its row and its remedy, and totals that add up.

import { get, post } from "./api.js";
import { el } from "../../outputs/map/dom.js";
import { button, dropdown, glyph, head, link, OF_SEVERITY } from "./parts.js";
import { decimals, grouped, neededFound, pick, t } from "./words.js";

/** @type {{ severity: string, file: string, open: string | null, moreOf: Set<string> }} */
const shown = { severity: "", file: "", open: null, moreOf: new Set() };

/** What was written into cells since the files were last checked as they stand: shown until they are. @type {Map<string, string>} */
const written = new Map();

async function load() {
  const data = await get("check");
  if (data.fresh) written.clear();
  return data;
}

const running = (frame) => frame.view.state.stations.some((one) => one.key === "check" && one.glyph === "running");

function draw(frame, data) {
  const { checked } = data;
  if (frame.view.problem) Object.assign(shown, { open: frame.view.problem, severity: "", file: "" });
  frame.view.problem = "";
  if (!checked) {
    const waits = running(frame) ? el("p", { class: "wait" }, glyph("running"), t("checking")) : el("div", { class: "welcome" }, el("h2", {}, t("not_checked")), el("p", {}, t("not_checked_more")), el("div", { class: "row" }, button(t("check_now"), () => frame.doing(() => post("check")), { class: "blue" })));
    return { rail: [], stage: [waits], foot: foot(frame, data) };
  }
  return { rail: rail(frame, checked), stage: stage(frame, data), foot: foot(frame, data) };
}

const counted = (checked, severity) => checked.problems.filter((one) => one.severity === severity).length;

// ---- the rail --------------------------------------------------------------------------------------------------------

function rail(frame, checked) {
  const figure = (severity, name, colour) => el("div", { class: "figure" }, el("b", { class: counted(checked, severity) ? colour : "" }, String(counted(checked, severity))), el("span", {}, name));
  return [el("div", { class: "figures" }, figure("error", t("errors_more"), "red"), figure("warning", t("warnings"), ""), figure("repair", t("repairs"), "")), checked.ready ? el("p", { class: "ready" }, glyph("done"), pick(checked.ready)) : null, totals(checked), checked.pieces ? [head(t("roads_head")), el("p", { class: "second" }, pick(checked.pieces))] : null];
}

/** What the layers hold, what of it is used and what is left out for which reason: the sums close. */
function totals(checked) {
  /** @type {Map<string, any[]>} */
  const files = new Map();
  for (const account of checked.totals) {
    files.set(account.file, [...(files.get(account.file) || []), account]);
  }
  return [...files].map(([name, accounts], at) => [head(name, at ? "" : t("totals_close")), el("table", { class: "sums" }, accounts.map((account) => accountRows(account, accounts)))]);
}

function accountRows(account, beside) {
  const digits = account.measure === "km" ? 1 : 0;
  const number = (x) => (digits ? decimals(x, digits) : grouped(x));
  const twice = beside.some((other) => other !== account && other.subject === account.subject);
  const name = [pick([account.label.zh, account.label.en]), twice ? account.layer : "", account.measure === "km" ? "km" : ""].filter(Boolean).join(" · ");
  const rows = account.left_out.map((one) => el("tr", {}, el("td", {}, glyph("left_out"), pick([one.why.zh, one.why.en])), el("td", {}, number(one.amount))));
  const closes = [account.used, ...account.left_out.map((one) => one.amount)].map(number).join(" + ");
  const sum = account.left_out.length ? el("tr", { class: "sum" }, el("td", {}, t("total_of", { name }), " ", el("span", { class: "second" }, `${closes} =`)), el("td", {}, number(account.held))) : null;
  return [el("tr", {}, el("td", {}, t("used_of", { name })), el("td", {}, number(account.used))), ...rows, sum];
}

// ---- the stage -------------------------------------------------------------------------------------------------------

function stage(frame, data) {
  const { checked } = data;
  const matches = (one) => (!shown.severity || one.severity === shown.severity) && (!shown.file || (one.file || "-") === shown.file);
  const problems = checked.problems.filter(matches);
  return [
    chips(frame, data),
    data.fresh || running(frame) ? null : el("p", { class: "band amber" }, glyph("doubt"), t("check_stale"), link(t("check_again"), () => frame.doing(() => post("check")))),
    running(frame) ? el("p", { class: "band" }, glyph("running"), t("checking")) : null,
    data.repaired.length ? el("p", { class: "band green" }, glyph("done"), t("repaired_now", { n: data.repaired.length }), " ", el("span", { class: "second" }, data.repaired.slice(0, 3).map((one) => [one.file, pick(one.found)].filter(Boolean).join(t("colon"))).join(t("semicolon")))) : null,
    problems.length ? el("div", { class: "problems", role: "table", "aria-label": t("problems") }, el("div", { class: "problem titles", role: "row" }, [el("span", { class: "unseen" }, t("severity")), t("file"), t("row"), t("problem"), t("what_to_do")].map((name) => el("span", { role: "columnheader" }, name))), problems.map((one) => problemRow(frame, one))) : el("div", { class: "welcome" }, el("h2", {}, checked.problems.length ? t("none_of_these") : t("no_problems")), checked.ready ? el("p", {}, pick(checked.ready)) : null),
  ];
}

function chips(frame, { checked }) {
  const files = [...new Set(checked.problems.map((one) => one.file || "-"))];
  const chip = (name, count, on, action) => el("button", { type: "button", class: "chip", "aria-pressed": String(on), onclick: () => (action(), frame.draw()) }, name, " ", el("b", {}, String(count)));
  const severities = [["", t("all_problems"), checked.problems.length], ...["error", "warning", "repair"].map((name) => [name, t(`chip_${name}`), counted(checked, name)])];
  return el("div", { class: "stage-head chips" }, severities.filter(([name, , count]) => !name || count).map(([name, said, count]) => chip(said, count, shown.severity === name, () => (shown.severity = name))), files.length > 1 ? files.map((file) => chip(file === "-" ? t("all_files") : file, checked.problems.filter((one) => (one.file || "-") === file).length, shown.file === file, () => (shown.file = shown.file === file ? "" : file))) : null, button(t("send_excel"), () => frame.doing(() => post("check/book")), { class: "push" }));
}

function problemRow(frame, one) {
  const isOpen = shown.open === one.key;
  const toggle = () => {
    shown.open = isOpen ? null : one.key;
    frame.draw();
  };
  const rows = one.rows.length ? `${grouped(one.rows[0])}${one.rows.length > 1 ? ` ${t("and_more", { n: grouped(one.rows.length - 1) })}` : ""}` : "";
  return el(
    "div",
    { class: `problem${isOpen ? " current" : ""}`, role: "row" },
    el("span", { role: "cell" }, glyph(OF_SEVERITY[one.severity])),
    el("span", { role: "cell" }, el("span", { class: "title" }, one.file || t("all_files")), el("span", { class: "second" }, [one.layer, one.field].filter(Boolean).join(" · "))),
    el("span", { role: "cell", class: "number" }, rows),
    el("span", { role: "cell" }, el("button", { type: "button", class: "unfold", "aria-expanded": String(isOpen), "data-key": `problem ${one.key}`, onclick: toggle }, one.severity === "repair" ? pick(one.found) : neededFound(one))),
    el("span", { role: "cell", class: "remedy" }, pick(one.remedy), remedy(frame, one)),
    isOpen ? el("div", { class: "unfolded", role: "cell" }, one.values.length ? el("p", { class: "second" }, t("values_found"), one.values.join(t("comma"))) : null, one.sample ? sampleTable(frame, one) : null) : null,
  );
}

/** The remedy as a control where there is one: the file itself is changed where it was made. */
function remedy(frame, one) {
  if (!one.file) return null;
  if (one.mapped) return one.mapped.values.map((value) => el("label", { class: "mapped" }, el("span", {}, value), dropdown([["", t("choose")], ...one.mapped.choices.map(([word, name]) => [word, pick(name)])], "", (ours) => ours && frame.doing(() => post("check/value", { section: one.mapped.section, column: one.mapped.column, theirs: value, ours })), { class: "amber", "aria-label": t("means", { value }) })));
  const isCase = one.file === "case.toml";
  return button(t(isCase ? "open_settings" : /\.(xlsx?|xlsm|csv)$/i.test(one.file) ? "open_excel" : "open_file"), () => frame.doing(() => post("open", { name: one.file })), { class: "small" });
}

/** The rows of a problem with those beside them; what stands in a row of the problem is corrected in the place. */
function sampleTable(frame, problem) {
  const { sample } = problem;
  const cellOf = (row, cell, at) => (row.bad && sample.writable && cell.length < LONGEST ? cellField(frame, problem, row, cell, at) : cell);
  return [
    el("div", { class: "scroll" }, el("table", { class: "sample" }, el("thead", {}, el("tr", {}, el("th", {}, t("row")), sample.headers.map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, sample.rows.map((row) => el("tr", { class: row.bad ? "bad" : "" }, el("th", { scope: "row" }, String(row.row)), row.cells.map((cell, at) => el("td", { class: row.bad && at === sample.field ? "red" : "" }, cellOf(row, cell, at)))))))),
    el("p", { class: "second" }, sample.more > 0 ? t("more_rows", { n: grouped(sample.more) }) : "", " ", t(sample.writable ? "edit_here" : "edit_elsewhere")),
  ];
}

const LONGEST = 390;

function cellField(frame, problem, row, cell, at) {
  const said = `${t("row")} ${row.row} · ${problem.sample.headers[at]}`;
  const column = problem.sample.first + at;
  const place = JSON.stringify([problem.file, problem.layer, row.row, column]);
  const now = written.get(place) ?? cell;
  const change = (event) => {
    const value = event.target.value.trim();
    frame.doing(async () => {
      await post("files/cell", { file: problem.file, layer: problem.layer, row: row.row, column, before: now, value });
      written.set(place, value);
    });
  };
  return el("input", { type: "text", class: "cell", value: now, size: Math.min(40, Math.max(4, [...now].reduce((sum, sign) => sum + (sign > "\u2e80" ? 2 : 1), 0))), "aria-label": said, "data-key": `cell ${problem.key} ${row.row} ${at}`, onchange: change });
}

function foot(frame, { checked }) {
  if (!checked) return [];
  const errors = checked.problems.filter((one) => one.severity === "error");
  const next = () => {
    const at = errors.findIndex((one) => one.key === shown.open);
    shown.open = errors[(at + 1) % errors.length].key;
    frame.draw();
    document.querySelector(".problem.current")?.scrollIntoView({ block: "center" });
  };
  return [
    el("div", {}, el("p", {}, errors.length ? t("mend_to_plan", { n: errors.length }) : t("can_plan")), el("p", { class: "second" }, errors.length ? t("saved_is_checked") : t("warnings_may_stay"))),
    button(t("check_again"), () => frame.doing(() => post("check"))),
    errors.length ? button(t("next_error"), next, { class: "blue" }) : button(t("go_wishes"), () => frame.go("wishes"), { class: "blue" }),
  ];
}

function key(frame, event) {
  const data = frame.view.data.check;
  if (!data || !data.checked || (event.key !== "j" && event.key !== "k")) return;
  const { problems } = data.checked;
  if (!problems.length) return;
  const at = problems.findIndex((one) => one.key === shown.open);
  shown.open = problems[(at + (event.key === "j" ? 1 : problems.length - 1) + problems.length) % problems.length].key;
  frame.draw();
  document.querySelector(".problem.current")?.scrollIntoView({ block: "center" });
}

export const check = { load, draw, key, live: true };
