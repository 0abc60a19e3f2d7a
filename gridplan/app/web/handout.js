// Hand out: papers by purpose, made of one version, opened where they are.

import { get, post } from "./api.js";
import { el } from "../../outputs/map/dom.js";
import { button, dropdown, glyph, head, link, sentence, versionChoices } from "./parts.js";
import { people, pick, t } from "./words.js";

/** @type {{ version: string, wanted: Set<string>, preview: string }} */
const shown = { version: "", wanted: new Set(["report"]), preview: "" };

async function load() {
  return get("handout", shown.version ? { version: shown.version } : undefined);
}

const jobOf = (data, what) => [...data.jobs].reverse().find((job) => job.version === data.version.id && (what === "report" ? job.kind === "report" : job.kind === "export" && job.title[1] === what));

function draw(frame, data) {
  if (!data.versions.length) return { rail: [], stage: [el("div", { class: "welcome" }, el("h2", {}, t("no_versions")), el("p", {}, t("no_plan_more")))], foot: [] };
  return { rail: rail(frame, data), stage: stage(frame, data), foot: foot(frame, data) };
}

function rail(frame, data) {
  const { version } = data;
  const { card } = version;
  const choices = versionChoices(data.versions);
  const stands = [];
  if (card.must) stands.push(["blocked", t("must_stands_n", { n: card.must }), t("must_stands_more")]);
  if (card.should) stands.push(["doubt", t("should_stands_n", { n: card.should }), t("should_stands_more")]);
  if (version.stale) stands.push(["doubt", t("plan_stale"), t("plan_stale_more")]);
  return [
    el("label", { class: "name-row" }, el("span", {}, t("version")), dropdown(choices, version.id, (id) => (Object.assign(shown, { version: id, preview: "" }), frame.reload()), { "data-key": "handout-version" })),
    el("p", { class: "second" }, card.grids === undefined ? "" : t("version_facts", { g: card.grids, u: card.units, p: people(card.population) }), version.stage === "draft" ? null : el("span", { class: "tag" }, t(`stage_${version.stage}`)), version.published ? el("span", {}, " ", version.published) : null),
    head(t("before_out")),
    stands.length ? el("ul", { class: "rows" }, stands.map(([sign, name, more]) => el("li", { class: "file" }, glyph(sign), el("span", { class: "what" }, el("span", { class: "title" }, name), el("span", { class: "second" }, more))))) : el("p", { class: "second" }, glyph("done"), t("nothing_stands")),
    el("p", { class: "second" }, t("gaps_in_papers")),
  ];
}

function stage(frame, data) {
  const preview = shown.preview ? el("iframe", { class: "paper", src: shown.preview, title: t("preview"), sandbox: "allow-scripts" }) : null;
  return data.papers.map((group, at) => [head(pick(group.purpose)), el("ul", { class: "rows papers" }, group.rows.map((row) => paperRow(frame, data, row))), at === 0 ? preview : null]);
}

function paperRow(frame, data, row) {
  const job = jobOf(data, row.what);
  const working = job && (job.status === "running" || job.status === "waiting");
  const sign = working ? "running" : job && job.status === "failed" ? "blocked" : row.files.length ? "done" : "waiting";
  const toggle = (event) => {
    if (event.target.checked) shown.wanted.add(row.what);
    else shown.wanted.delete(row.what);
    frame.draw();
  };
  const id = `paper ${row.what}`;
  return el(
    "li",
    { class: "paper-row" },
    el("input", { type: "checkbox", id, checked: shown.wanted.has(row.what), "data-key": id, onchange: toggle }),
    glyph(sign),
    el("div", { class: "what" }, el("label", { for: id, class: "title" }, row.what === "report" ? pick(row.name) : row.what), el("span", { class: "second" }, working && job.stages.length ? pick(job.stages[job.stages.length - 1].name) : pick(row.about)), job && job.status === "failed" ? el("div", { class: "red" }, job.problems.map((problem) => sentence(problem))) : null, row.files.length ? fileLinks(frame, data, row) : null),
    row.what === "report" && !working ? pageForResidents(frame, data, row) : null,
    working ? link(t("stop"), () => frame.doing(() => post("jobs/cancel", { number: job.number }))) : row.files.length ? link(t("open_folder"), () => frame.doing(() => post("handout/open", { version: data.version.id }))) : null,
  );
}

/** The page for residents of a version, looked at here before it is handed out. */
function pageForResidents(frame, data, row) {
  const name = row.files.find((file) => file.startsWith("report/") && file.endsWith(".html"));
  if (!name) return null;
  const address = `/paper?${new URLSearchParams({ version: data.version.id, name })}`;
  const show = () => {
    shown.preview = shown.preview === address ? "" : address;
    frame.draw();
  };
  return button(t(shown.preview === address ? "hide_page" : "show_page"), show, { class: "small", "aria-pressed": String(shown.preview === address) });
}

function fileLinks(frame, data, row) {
  const names = row.files.filter((name) => !name.endsWith(".png")).slice(0, row.what === "report" ? 40 : 6);
  return el("ul", { class: "made" }, names.map((name) => el("li", {}, link(name.replace(/^(report|export)\//, ""), () => frame.doing(() => post("handout/open", { version: data.version.id, name }))))), row.files.length > names.length ? el("li", { class: "second" }, t("and_more", { n: row.files.length - names.length })) : null);
}

function foot(frame, data) {
  const working = data.jobs.filter((job) => job.status === "running" || job.status === "waiting").length;
  const make = () => frame.doing(() => post("handout/make", { version: data.version.id, what: [...shown.wanted] }));
  return [el("div", {}, el("p", {}, working ? t("making_n", { n: working }) : t("chosen_n", { n: shown.wanted.size })), el("p", { class: "second" }, t("written_to", { folder: `versions/${data.version.id}` }))), button(t("open_folder"), () => frame.doing(() => post("handout/open", { version: data.version.id }))), button(t("make_chosen"), make, { class: "blue", disabled: !shown.wanted.size })];
}

function heard(frame, news) {
  if (news.kind === "report" || news.kind === "export") frame.reload();
}

export const handout = { load, draw, job: heard, live: true };
