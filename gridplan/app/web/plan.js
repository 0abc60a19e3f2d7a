// Plan: how far the work is, what it found so far, what waits behind it.

import { get, post } from "./api.js";
import { el } from "../../outputs/map/dom.js";
import { button, glyph, head, link, sentence } from "./parts.js";
import { clock, grouped, minutes, people, percent, pick, t } from "./words.js";

async function load() {
  return get("plan");
}

const isOpen = (job) => job.status === "running" || job.status === "waiting";

function draw(frame, data) {
  const running = data.jobs.find((job) => job.status === "running");
  const waiting = data.jobs.filter((job) => job.status === "waiting").reverse();
  const last = data.jobs.find((job) => !isOpen(job));
  const shown = running || last;
  return {
    rail: [interrupted(frame), shown ? progress(frame, shown) : el("p", { class: "second" }, data.ready ? pick(data.ready) : t("check_first")), waiting.length ? [head(t("queue"), t("queue_more")), el("ul", { class: "rows" }, waiting.map((job) => el("li", { class: "file" }, glyph("waiting"), el("span", { class: "what" }, pick(job.title)), link(t("take_out"), () => frame.doing(() => post("jobs/cancel", { number: job.number }))))))] : null],
    stage: shown && shown.status === "failed" ? failed(shown) : result(frame, data, running),
    foot: foot(frame, data, running),
  };
}

function interrupted(frame) {
  const noted = frame.view.state.interrupted;
  if (!noted) return null;
  const stage = pick(noted.stage);
  return el("div", { class: "band amber" }, glyph("doubt"), el("div", {}, el("p", {}, stage ? t("interrupted_at", { stage }) : t("interrupted")), el("p", { class: "second" }, pick(noted.title))), button(t("begin_again"), () => frame.doing(() => post("plan")), { class: "small" }), link(t("forget"), () => frame.doing(() => post("interrupted/forget"))));
}

function progress(frame, job) {
  const ends = job.stages.map((stage, at) => (at + 1 < job.stages.length ? job.stages[at + 1].at : isOpen(job) ? null : job.elapsed));
  return [
    el("div", { class: "elapsed" }, el("b", { "data-clock": isOpen(job) ? "running" : null }, clock(job.elapsed)), el("span", { class: "second" }, job.status === "running" ? pick(job.title) : t(`ended_${job.status}`))),
    el("ul", { class: "stages", "aria-live": "polite" }, job.stages.map((stage, at) => el("li", { class: ends[at] === null ? "current" : "" }, glyph(ends[at] === null ? "running" : at === job.stages.length - 1 && job.status === "failed" ? "blocked" : "done"), el("span", {}, pick(stage.name)), el("span", { class: "count" }, ends[at] === null ? "" : clock(ends[at] - stage.at))))),
  ];
}

function failed(job) {
  return [el("div", { class: "stage-head" }, el("h2", {}, t("plan_failed"))), el("ul", { class: "doubts" }, job.problems.map((problem) => el("li", {}, glyph("blocked"), el("div", {}, sentence(problem)))))];
}

function result(frame, data, running) {
  const { last } = data;
  if (running && running.heard.length) return found(running);
  if (!last) return running ? [el("div", { class: "welcome" }, el("h2", {}, t("at_work")), el("p", {}, t("may_close")))] : [el("div", { class: "welcome" }, el("h2", {}, t("no_plan")), el("p", {}, data.ready ? pick(data.ready) : t("check_first")), data.ready ? el("div", { class: "row" }, button(t("begin_plan"), () => frame.doing(() => post("plan")), { class: "blue" }), data.in_force ? button(t("judge_in_force"), () => frame.doing(() => post("plan/in_force"))) : null) : null)];
  const { card } = last;
  const figure = (name, value, more) => el("div", { class: "figure" }, el("span", {}, name), el("b", {}, value), el("span", { class: "second" }, more || ""));
  return [
    el("div", { class: "stage-head" }, el("h2", {}, last.name), el("span", { class: "second" }, last.note), last.stale ? el("span", { class: "amber push" }, glyph("doubt"), t("plan_stale")) : null),
    el("div", { class: "figures strip" }, figure(t("grids_word"), String(card.grids), t("units_people", { n: card.units, p: people(card.population) })), figure(t("mean_to_lead"), minutes(card.mean_minutes)), figure(t("share_within"), percent(card.share_within)), figure(t("worst_deviation"), percent(card.max_deviation)), figure(t("must_should"), `${card.must} / ${card.should}`), figure(t("how_far"), card.status === "optimal" ? t("proven_best") : card.gap === null ? "" : percent(card.gap, 2), card.status === "optimal" ? "" : t("gap_more"))),
    el("iframe", { class: "preview", src: `/review/${last.id}#grids`, title: last.name, loading: "lazy" }),
  ];
}

/** The best plan of each number of grids as it is found: cost, floor, and how far the one is from the other. */
function found(job) {
  const scopes = new Set(job.heard.map((one) => one.scope));
  const best = Math.min(...job.heard.filter((one) => one.holds).map((one) => one.objective));
  const gapOf = (one) => (one.bound === null ? null : Math.max(0, (one.objective - one.bound) / Math.max(Math.abs(one.bound), 1e-12)));
  const told = (one) => {
    const gap = gapOf(one);
    if (!one.holds) return el("span", { class: "red" }, t("breaks_a_limit"));
    if (gap === null) return t("no_floor");
    return gap < 1e-6 ? [glyph("done"), t("proven_best")] : t("at_most", { g: percent(gap, 2) });
  };
  const row = (one) => el("tr", { class: scopes.size === 1 && one.objective === best ? "best" : "" }, el("th", { scope: "row" }, scopes.size > 1 ? `${one.scope || t("city_part")} · ` : "", t("k_grids", { n: one.k })), el("td", { class: "number" }, people(Math.min(...one.residents))), el("td", { class: "number" }, people(Math.max(...one.residents))), el("td", { class: "number" }, percent(one.deviation)), el("td", { class: "number" }, grouped(one.objective / 1e4)), el("td", { class: "number" }, one.bound === null ? "" : grouped(one.bound / 1e4)), el("td", {}, told(one)));
  const titles = ["number_of_grids", "smallest", "largest", "worst_deviation", "cost", "floor", "how_far"].map((name) => el("th", { scope: "col" }, t(name)));
  return [el("div", { class: "stage-head" }, el("h2", {}, t("found_so_far")), el("span", { class: "second" }, t("not_checked_yet"))), el("table", { class: "found" }, el("thead", {}, el("tr", {}, titles)), el("tbody", {}, job.heard.map(row))), el("p", { class: "hint second" }, t("cost_is"))];
}

function foot(frame, data, running) {
  if (running) return [el("div", {}, el("p", {}, t("planning_now")), el("p", { class: "second" }, t("may_close"))), button(t("cancel_plan"), () => frame.doing(() => post("jobs/cancel", { number: running.number })))];
  const begin = button(t(data.last ? "plan_again" : "begin_plan"), () => frame.doing(() => post("plan")), { class: data.last && !data.last.stale ? "" : "blue", disabled: !data.ready });
  const done = data.jobs.find((job) => job.status === "done");
  return [el("div", {}, el("p", {}, data.last ? t("plan_done", { t: done ? clock(done.elapsed) : "" }) : t("plan_ready")), el("p", { class: "second" }, data.ready ? "" : t("check_first"))), data.in_force ? button(t("judge_in_force"), () => frame.doing(() => post("plan/in_force"))) : null, begin, data.last ? button(t("go_review"), () => frame.go("review"), { class: data.last.stale ? "" : "blue" }) : null];
}

/** News of a job: the clock of what runs goes on by itself. */
function heard(frame, news) {
  if (frame.view.station === "plan" && news.kind !== "look" && news.kind !== "check") frame.reload();
}

setInterval(() => {
  const shown = /** @type {HTMLElement | null} */ (document.querySelector("[data-clock=running]"));
  if (!shown) return;
  const began = Number(shown.dataset.began || performance.now() / 1000 - secondsIn(shown.textContent || ""));
  shown.dataset.began = String(began);
  shown.textContent = clock(performance.now() / 1000 - began);
}, 1000);

function secondsIn(text) {
  const [first, second] = text.match(/\d+/g) || ["0"];
  return second === undefined ? Number(first) : 60 * Number(first) + Number(second);
}

export const plan = { load, draw, job: heard, live: true };
