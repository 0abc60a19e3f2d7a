// Consultation: reviewers' files, opinion by opinion, each with what becomes of it and why.

import { post, Refused, upload } from "./api.js";
import { el } from "../../outputs/map/dom.js";
import { ask, button, changeRow, dropdown, glyph, head, link, segments, sentence, tell } from "./parts.js";
import { openVersion } from "./review.js";
import { minutes, people, percent, pick, t } from "./words.js";

/** @type {{ judged: any, judging: boolean, version: string }} */
const shown = { judged: null, judging: false, version: "" };

/** The version whose opinions are shown; empty: the one on which most files were made. */
export const askedAbout = () => shown.version;

/** @param {any} frame @param {any} data */
export function consultation(frame, data) {
  const told = data.consultation;
  return { rail: rail(frame, data, told), stage: stage(frame, told), foot: foot(frame, told) };
}

/** What was decided and is on its way to the disk: who types the reason right after a decision must not lose it. @type {Map<string, { decision: string, reason: string }>} */
const sent = new Map();
/** @type {Promise<any>} */
let saving = Promise.resolve();

const decisionOf = (told, one) => sent.get(one.key) || told.decisions[one.key] || { decision: "", reason: "" };

/** Note what becomes of an opinion, or why; the other one stays as it is. */
function decide(frame, told, one, change) {
  const decided = { ...decisionOf(told, one), ...change };
  shown.judged = null;
  sent.set(one.key, decided);
  frame.draw();
  saving = saving.catch(() => null).then(() => post("opinions/decide", { key: one.key, ...decided }));
  frame.doing(() => saving).then(() => {
    if (sent.get(one.key) === decided) sent.delete(one.key);
    frame.draw();
  });
}

const isSettled = ({ decision, reason }) => Boolean(decision && reason.trim());
const openOnes = (told) => told.opinions.filter((one) => !isSettled(decisionOf(told, one)));

// ---- the files -------------------------------------------------------------------------------------------------------

function rail(frame, data, told) {
  const picker = el("input", { type: "file", multiple: true, accept: ".json", hidden: true, onchange: (event) => send(frame, [...event.target.files]) });
  const choices = data.versions.map((one) => [one.id, one.name]);
  const area = el("div", { class: "drop", ondragover: (event) => event.preventDefault(), ondrop: (event) => (event.preventDefault(), send(frame, [...event.dataTransfer.files])) }, el("span", {}, t("drop_edits")), link(t("choose_files"), () => picker.click()), picker);
  const row = (file) => {
    const own = told.opinions.filter((one) => one.file === file);
    const refused = told.refused.find((one) => one.file === file);
    const left = own.filter((one) => !isSettled(decisionOf(told, one))).length;
    return el("li", { class: "file" }, glyph(refused ? "blocked" : left ? "doubt" : "done"), el("span", { class: "what" }, el("span", { class: "title" }, own.length ? own[0].author : file), el("span", { class: "second" }, refused ? refused.problems.map((problem) => sentence(problem)) : [file, t("opinions_n", { n: own.length })].join(" · "))), link(t("take_out"), () => frame.doing(() => post("opinions/drop", { file }))));
  };
  return [area, told.version ? el("label", { class: "name-row" }, el("span", {}, t("made_on")), dropdown(choices, told.version, (version) => ((shown.version = version), (shown.judged = null), frame.reload()), { "data-key": "made-on" })) : null, told.files.length ? [head(t("files_in", { n: told.files.length })), el("ul", { class: "rows" }, told.files.map(row))] : el("p", { class: "second aside" }, t("how_to_consult"))];
}

async function send(frame, list) {
  const refused = [];
  for (const file of list) {
    try {
      await upload(file, "opinions");
    } catch (error) {
      if (error instanceof Refused) refused.push(...error.problems);
    }
  }
  shown.judged = null;
  await frame.reload();
  if (refused.length) tell(refused);
}

// ---- the opinions ----------------------------------------------------------------------------------------------------

function stage(frame, told) {
  if (!told.opinions.length) return [el("div", { class: "welcome" }, el("h2", {}, t("no_opinions")), el("p", {}, t("how_to_consult")))];
  return [summary(told), el("ul", { class: "opinions" }, told.opinions.map((one) => opinionRow(frame, told, one)))];
}

function summary(told) {
  const count = (name) => told.opinions.filter((one) => decisionOf(told, one).decision === name).length;
  const words = ["adopted", "partly", "rejected"].map((name) => `${t(`decision_${name}`)} ${count(name)}`).join(" · ");
  const judged = shown.judged;
  return [
    el("div", { class: "stage-head" }, el("h2", {}, t("opinions_head", { n: told.opinions.length })), el("span", { class: "second" }, words), el("span", { class: "second push" }, t("conflicts_n", { n: told.opinions.filter((one) => one.conflict).length }))),
    shown.judging ? el("p", { class: "band" }, glyph("running"), t("judging")) : null,
    judged ? el("div", { class: "together" }, head(t("as_decided"), t("moved_in_all", { p: people(judged.totals.residents_moved || 0) })), el("p", {}, t("together", { m0: minutes(judged.plan.mean_minutes[0]), m1: minutes(judged.plan.mean_minutes[1]), d0: percent(judged.plan.max_deviation[0]), d1: percent(judged.plan.max_deviation[1]), must: judged.must[1], should: judged.should[1] })), changesOf(judged)) : null,
  ];
}

function changesOf(judged) {
  const changes = judged.findings.filter((one) => one.change !== "changed");
  return el("details", {}, el("summary", {}, t("changes_n", { n: changes.length })), el("ul", { class: "rows changes" }, changes.map(changeRow)));
}

function opinionRow(frame, told, one) {
  const decided = decisionOf(told, one);
  const choices = [["adopted", t("decision_adopted")], ["partly", t("decision_partly")], ["rejected", t("decision_rejected")]];
  const reason = el("input", { type: "text", value: decided.reason, class: decided.decision && !decided.reason.trim() ? "amber" : "", placeholder: t("reason_for_sender"), "aria-label": t("reason_for_sender"), "data-key": `reason ${one.key}`, onchange: (event) => decide(frame, told, one, { reason: event.target.value }) });
  return el("li", { class: isSettled(decided) ? "settled" : "" }, glyph(isSettled(decided) ? "done" : one.conflict ? "blocked" : "doubt"), el("div", { class: "what" }, el("p", {}, pick(one.text)), el("p", { class: "second" }, [one.author, one.conflict ? t("contradicts") : "", one.people ? people(one.people) : ""].filter(Boolean).join(" · ")), reason), segments(choices, decided.decision, (decision) => decide(frame, told, one, { decision }), t("decision")));
}

function foot(frame, told) {
  const left = openOnes(told).length;
  const judge = async () => {
    shown.judging = true;
    frame.draw();
    await saving.catch(() => null);
    shown.judged = await frame.quietly(() => post("opinions/judge", { version: told.version }));
    shown.judging = false;
    frame.draw();
  };
  const conclude = async () => {
    const said = await ask(t("save_final"), [{ name: "name", label: t("version_name"), required: true, value: t("final_name") }, { name: "note", label: t("version_note"), long: true }, { name: "author", label: t("version_author"), value: told.author }], t("save"));
    if (!said) return;
    await saving.catch(() => null);
    const saved = await frame.doing(() => post("opinions/conclude", { version: told.version, ...said }));
    if (!saved) return;
    openVersion(saved.out);
    if (frame.view.station === "versions") frame.go("review");
  };
  if (!told.opinions.length) return [];
  return [el("div", {}, el("p", {}, left ? t("opinions_left", { n: left }) : t("all_decided")), el("p", { class: "second" }, t("reasons_go_out"))), button(t("judge_together"), judge, { disabled: shown.judging }), button(t("save_final"), conclude, { class: "blue", disabled: left > 0, title: left ? t("opinions_left", { n: left }) : null })];
}

