// Plan: how far the work is, what it found so far, what waits behind it; ended early, with what there is, or cancelled.

import { get, post } from "./api.js";
import { el } from "../../outputs/map/dom.js";
import { foundMap } from "./found.js";
import { button, glyph, head, link, sentence } from "./parts.js";
import { openVersion } from "./review.js";
import { curveStage, trials } from "./studies.js";
import { courseChart, courseTable, idOf, logOf, rowsOf, usedIfStopped } from "./course.js";
import { clock, minutes, people, percent, pick, spoken, t } from "./words.js";

/** @type {{ course: string, log: boolean, text: string, copied: boolean, curve: boolean, seen: number }} */
const shown = { course: "", log: false, text: "", copied: false, curve: false, seen: 0 };

async function load() {
  const told = await get("plan");
  if (told.curve && shown.curve) told.steps = await get("curve");
  return told;
}

const isOpen = (job) => job.status === "running" || job.status === "waiting";

function draw(frame, data) {
  const running = data.jobs.find((job) => job.status === "running");
  const waiting = data.jobs.filter((job) => job.status === "waiting").reverse();
  const last = data.jobs.find((job) => !isOpen(job));
  const job = running || last;
  openOutcome(frame, running, last);
  return {
    rail: [interrupted(frame), job ? progress(frame, job) : el("p", { class: "second aside" }, data.ready ? pick(data.ready) : t("check_first")), job || data.last ? el("p", { class: "aside" }, link(t(shown.log ? "hide_log" : "show_log"), () => toggleLog(frame, data, job), { "aria-expanded": String(shown.log) }), data.curve && !running ? link(t(shown.curve ? "hide_curve" : "show_curve"), () => toggleCurve(frame), { class: "beside" }) : null, data.in_force && data.last && !running ? link(t("judge_in_force"), () => frame.doing(() => post("plan/in_force")), { class: "beside" }) : null) : null, waiting.length ? [head(t("queue"), t("queue_more")), el("ul", { class: "rows" }, waiting.map((one) => el("li", { class: "file" }, glyph("waiting"), el("span", { class: "what" }, pick(one.title)), link(t("take_out"), () => frame.doing(() => post("jobs/cancel", { number: one.number }))))))] : null],
    stage: shown.log ? log(frame, data, job) : shown.curve && data.steps && !running ? curveStage(frame, data.steps) : job && job.status === "failed" ? failed(job) : result(frame, data, running),
    foot: foot(frame, data, running),
  };
}

/** A study that has just ended shows what came of it, once. */
function openOutcome(frame, running, last) {
  if (running || !last || shown.seen === last.number) return;
  shown.seen = last.number;
  if (last.status === "done" && (last.kind === "adjust") !== shown.curve) toggleCurve(frame);
}

function toggleCurve(frame) {
  shown.curve = !shown.curve;
  frame.reload();
}

function interrupted(frame) {
  const noted = frame.view.state.interrupted;
  if (!noted) return null;
  const stage = pick(noted.stage);
  return el("div", { class: "band amber" }, glyph("doubt"), el("div", {}, el("p", {}, stage ? t("interrupted_at", { stage }) : t("interrupted")), el("p", { class: "second" }, pick(noted.title))), button(t("begin_again"), () => frame.doing(() => post("plan")), { class: "small" }), link(t("forget"), () => frame.doing(() => post("interrupted/forget"))));
}

function progress(frame, job) {
  const ends = job.stages.map((stage, at) => (at + 1 < job.stages.length ? job.stages[at + 1].at : isOpen(job) ? null : job.elapsed));
  const work = isOpen(job) ? trials(job) : null;
  return [
    el("div", { class: "elapsed" }, el("b", { "data-clock": isOpen(job) ? "running" : null }, clock(job.elapsed)), el("span", { class: "second" }, job.status === "running" ? pick(job.title) : t(`ended_${job.status}`))),
    el("ul", { class: "stages", "aria-live": "polite" }, !job.stages.length && job.status === "running" ? el("li", { class: "current" }, glyph("running"), el("span", {}, t("starting"))) : null, job.stages.map((stage, at) => el("li", { class: ends[at] === null ? "current" : "" }, glyph(ends[at] === null ? "running" : at === job.stages.length - 1 && job.status === "failed" ? "blocked" : "done"), el("span", {}, pick(stage.name)), el("span", { class: "count" }, ends[at] === null ? "" : clock(ends[at] - stage.at))))),
    work,
  ];
}

function failed(job) {
  return [el("div", { class: "stage-head" }, el("h2", {}, t("plan_failed"))), el("ul", { class: "doubts" }, job.problems.map((problem) => el("li", {}, glyph("blocked"), el("div", {}, sentence(problem)))))];
}

function result(frame, data, running) {
  const { last } = data;
  if (running && rowsOf(running).length) return found(frame, running);
  if (!last) return running ? [el("div", { class: "welcome" }, el("h2", {}, t("at_work")), el("p", {}, t("may_close")))] : [el("div", { class: "welcome" }, el("h2", {}, t("no_plan")), el("p", {}, data.ready ? pick(data.ready) : t("check_first")), data.ready ? el("div", { class: "row" }, button(t("begin_plan"), () => frame.doing(() => post("plan")), { class: "blue" }), data.in_force ? button(t("judge_in_force"), () => frame.doing(() => post("plan/in_force"))) : null) : null)];
  const { card } = last;
  const figure = (name, value, more) => el("div", { class: "figure" }, el("span", {}, name), el("b", {}, value), el("span", { class: "second" }, more || ""));
  return [
    el("div", { class: "stage-head" }, el("h2", {}, last.name), el("span", { class: "second" }, last.note), last.stale ? el("span", { class: "amber push" }, glyph("doubt"), t("plan_stale")) : null),
    el("div", { class: "figures strip" }, figure(t("grids_word"), String(card.grids), t("units_people", { n: card.units, p: people(card.population) })), figure(t("mean_to_lead"), minutes(card.mean_minutes)), figure(t("share_within"), percent(card.share_within)), figure(t("worst_deviation"), percent(card.max_deviation)), figure(t("must_should"), `${card.must} / ${card.should}`), figure(t("how_far"), card.status === "optimal" ? t("proven_best") : card.gap === null ? t("no_floor") : percent(card.gap, 2), card.status === "optimal" || card.gap === null ? "" : t("gap_more"))),
    card.stopped ? el("p", { class: "band amber" }, glyph("doubt"), el("span", {}, el("b", {}, t("not_again")), " ", pick(card.stopped))) : null,
    el("div", { class: "preview-of" }, el("p", { class: "second" }, glyph("running"), " ", t("drawing")), el("iframe", { class: "preview", src: `/review/${last.id}#grids`, title: last.name, "data-language": spoken.language, onload: (event) => event.target.contentWindow.gridplan?.host.setLanguage(spoken.language) })),
  ];
}

/** What is in hand of each number of grids, the course of one of them, and a map: of the one that was clicked, or of the best in hand. */
function found(frame, job) {
  const rows = rowsOf(job);
  const one = rows.find((row) => idOf(row) === shown.course) || rows[rows.length - 1];
  const best = new Set(rows.map((row) => row.scope)).size === 1 ? usedIfStopped(rows) : null;
  const drawn = rows.find((row) => idOf(row) === shown.course) || best || one;
  const choose = (row) => ((shown.course = idOf(row)), frame.draw());
  const chart = courseChart(job, one, rows);
  return [el("div", { class: "stage-head" }, el("h2", {}, chart ? t("course_of", { n: one.k }) : t("found_so_far")), el("span", { class: "second" }, t("not_checked_yet"))), el("div", { class: "beside-map" }, el("div", { class: "main-part" }, chart, courseTable(rows, one, choose), el("p", { class: "hint second" }, t("cost_is"))), foundMap(frame, job, drawn, drawn === best))];
}

/** The log of what is at work, or of the last plan. */
function log(frame, data, job) {
  const text = job ? logOf(job) : shown.text;
  const copy = () => navigator.clipboard.writeText(text).then(() => ((shown.copied = true), frame.draw()));
  return [el("div", { class: "stage-head" }, el("h2", {}, t("log")), el("span", { class: "push row" }, button(t(shown.copied ? "copied" : "copy"), copy), button(t("close"), () => toggleLog(frame, data, job)))), el("pre", { class: "log", tabindex: "0", "aria-label": t("log") }, text)];
}

async function toggleLog(frame, data, job) {
  shown.log = !shown.log;
  shown.copied = false;
  if (shown.log && !job && data.last) shown.text = (await frame.quietly(() => get("versions/log", { version: data.last.id }))) || "";
  frame.draw();
}

/** What the foot says while a plan is at work: it can be cancelled, or ended with what there is. */
function runningFoot(frame, running) {
  const rows = rowsOf(running);
  const used = usedIfStopped(rows);
  const single = new Set(rows.map((row) => row.scope)).size === 1;
  const stop = () => frame.doing(() => post("jobs/finish", { number: running.number }));
  const drawing = running.kind === "plan" && running.stages.length && running.heard.length && running.stages[running.stages.length - 1].at <= running.heard[running.heard.length - 1].at;
  const said = running.ending ? t("ending_now") : used && drawing ? t("stop_more") : t("may_close");
  return [el("div", {}, el("p", {}, t(used && drawing ? (used.whole && !used.whole.holds ? "plan_breaks" : "plan_in_hand") : "planning_now")), el("p", { class: "second" }, said)), button(t("cancel_plan"), () => frame.doing(() => post("jobs/cancel", { number: running.number }))), used && drawing ? button(single ? t("stop_with", { n: used.k }) : t("stop_with_these"), stop, { class: "blue", disabled: running.ending }) : null];
}

function foot(frame, data, running) {
  if (running) return runningFoot(frame, running);
  const begin = button(t(data.last ? "plan_again" : "begin_plan"), () => frame.doing(() => post("plan")), { class: data.last && !data.last.stale ? "" : "blue", disabled: !data.ready });
  const done = data.jobs.find((job) => job.status === "done");
  return [el("div", {}, el("p", {}, data.last ? t(!done || done.kind === "plan" ? "plan_done" : "study_done", { t: done ? clock(done.elapsed) : "" }) : t("plan_ready")), el("p", { class: "second" }, data.ready ? "" : t("check_first"))), begin, data.last ? button(t("go_review"), () => (openVersion(data.last.id, done && done.kind === "firmness" && done.out === data.last.id ? "borders" : ""), frame.go("review")), { class: data.last.stale ? "" : "blue" }) : null];
}

/** News of a job: the clock of what runs goes on by itself. */
function heard(frame, news) {
  if (frame.view.station === "plan" && news.kind !== "look" && news.kind !== "check") frame.reload();
}

setInterval(() => {
  const clockShown = /** @type {HTMLElement | null} */ (document.querySelector("[data-clock=running]"));
  if (!clockShown) return;
  const began = Number(clockShown.dataset.began || performance.now() / 1000 - secondsIn(clockShown.textContent || ""));
  clockShown.dataset.began = String(began);
  clockShown.textContent = clock(performance.now() / 1000 - began);
}, 1000);

function secondsIn(text) {
  const [first, second] = text.match(/\d+/g) || ["0"];
  return second === undefined ? Number(first) : 60 * Number(first) + Number(second);
}

export const plan = { load, draw, job: heard, live: true };
