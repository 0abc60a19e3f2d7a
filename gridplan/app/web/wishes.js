// Wishes: seven questions are always asked, every other key stands in its group; hospitals are picked on the ground.

import { get, post } from "./api.js";
import { el, svg } from "../../outputs/map/dom.js";
import { ask, button, dropdown, glyph, head, link, segments, tabs } from "./parts.js";
import { minutes, percent, pick, t } from "./words.js";

/** @type {{ tab: string, list: boolean, site: string | null, changedOnly: boolean, group: string | null }} */
const shown = { tab: "grids", list: false, site: null, changedOnly: false, group: null };

async function load() {
  return get("wishes");
}

function draw(frame, data) {
  const bodies = { grids: () => wishRows(frame, data), waivers: () => waivers(frame, data), all: () => groups(frame, data) };
  const names = [["grids", t("tab_grids")], ["waivers", [t("tab_waivers"), " ", el("small", {}, String(data.waivers.length + data.scenarios.length))]], ["all", t("tab_all")]];
  return {
    rail: [el("div", { class: "tab-row" }, tabs(names, shown.tab, (tab) => ((shown.tab = tab), frame.draw())), el("label", { class: "only" }, el("input", { type: "checkbox", checked: shown.changedOnly, "data-key": "changed-only", onchange: (event) => ((shown.changedOnly = event.target.checked), frame.draw()) }), t("changed_only"))), bodies[shown.tab]()],
    stage: ground(frame, data),
    foot: [
      el("div", {}, el("p", {}, t("wishes_changed", { n: data.changed })), el("p", { class: "second" }, t("assumptions_go_along"))),
      button(t("undo"), () => frame.doing(() => post("undo", {})), { disabled: !data.undo, title: data.undo ? null : t("nothing_to_undo") }),
      button(t("begin_plan"), () => frame.doing(() => post("plan")).then((job) => job && frame.go("plan")), { class: "blue" }),
    ],
  };
}

const set = (frame, key, value) => frame.doing(() => post("wishes/set", { key, value }));
const tag = (row) => el("span", { class: `provenance ${row.tag === "none" ? "assumption" : row.tag === "own" ? "own" : "SV".includes(row.tag) && row.tag ? "official" : ""}` }, pick(row.tag_name));

// ---- the seven -------------------------------------------------------------------------------------------------------

function wishRows(frame, data) {
  const rows = data.wishes.filter((row) => !shown.changedOnly || row.own);
  return [
    el("ul", { class: "wishes" }, rows.map((row) => wishRow(frame, data, row)), shown.changedOnly && !data.required.length && !data.forbidden.length ? null : leadsRow(data)),
    head(t("rest_default"), t("rest_more")),
    el("ul", { class: "rest" }, data.groups.filter((group) => !shown.changedOnly || group.rows.some((row) => row.own)).map((group) => groupLine(frame, group))),
  ];
}

function wishRow(frame, data, row) {
  return el("li", { class: `wish${row.own ? " own" : ""}` }, el("div", { class: "ask-row" }, el("span", { class: "question", id: `q-${row.key}` }, pick(row.question)), control(frame, row), tag(row), row.own ? button("⟲", () => set(frame, row.key, null), { class: "small plain", title: t("to_default"), "aria-label": t("to_default") }) : null), el("p", { class: "second" }, pick(row.does), " ", effect(data, row)));
}

/** What the last plan reached in this respect: figures alone; whether a wish had an effect is not claimed where it was not tried. */
function effect(data, row) {
  if (!data.last) return null;
  const { card } = data.last;
  const said = {
    "grids.k": card.grids && t("last_k", { n: card.grids }),
    "grids.balance": card.max_deviation !== undefined && card.max_deviation !== null && t("last_deviation", { d: percent(card.max_deviation) }),
    "travel.limit_min": card.share_within !== undefined && card.share_within !== null && t("last_within", { s: percent(card.share_within), m: minutes(card.mean_minutes) }),
  }[row.key];
  return said ? el("span", { class: "ink" }, said) : null;
}

function control(frame, row) {
  const held = row.value === null || row.value === undefined ? row.default : row.value;
  const label = { "aria-labelledby": `q-${row.key}`, "data-key": row.key };
  const number = (shownValue, parse, attributes = {}) => el("input", { type: "number", ...label, ...attributes, class: "number", value: shownValue, onchange: (event) => set(frame, row.key, event.target.value === "" ? null : parse(Number(event.target.value))) });
  if (row.control === "choice") return dropdown(row.choices.map(([value, name]) => [value, pick(name)]), held, (text) => set(frame, row.key, row.choices.find(([value]) => String(value) === text)[0]), label);
  if (row.control === "k") return kControl(frame, row, held, label);
  if (row.control === "percent") return el("span", { class: "field" }, "±", number(held === null ? "" : Math.round(1000 * held) / 10, (x) => x / 100, { min: 1, max: 100, step: 1 }), "%");
  return el("span", { class: "field" }, number(held === null ? "" : held, (x) => x, { min: 0, step: "any" }), t("minutes_word"));
}

function kControl(frame, row, held, label) {
  const [low, high] = held === null ? ["", ""] : Array.isArray(held) ? held : [held, held];
  const change = (event) => {
    const [from, to] = [...event.target.parentNode.querySelectorAll("input")].map((input) => (input.value === "" ? null : Number(input.value)));
    if (from === null && to === null) set(frame, row.key, null);
    else if (from === null || to === null || from === to) set(frame, row.key, from === null ? to : from);
    else set(frame, row.key, [Math.min(from, to), Math.max(from, to)]);
  };
  const input = (value, end, name) => el("input", { type: "number", class: "number short", min: 1, max: 200, value, "data-key": `${row.key}.${end}`, "aria-label": `${pick(row.question)}: ${name}`, onchange: change });
  return el("span", { class: "field", ...label, "data-key": null, role: "group" }, input(low, "from", t("from")), t("to"), input(high, "to", t("to")));
}

function leadsRow(data) {
  const name = (id) => (data.ground && data.ground.sites.find((site) => site.id === id) || { name: id }).name;
  const own = data.required.length + data.forbidden.length > 0;
  return el("li", { class: `wish${own ? " own" : ""}` }, el("div", { class: "ask-row" }, el("span", { class: "question" }, t("leads_count", { r: data.required.length, f: data.forbidden.length })), el("span", { class: "names" }, [...data.required, ...data.forbidden].map(name).join(t("comma"))), el("span", { class: `provenance ${own ? "own" : ""}` }, t(own ? "set_here" : "default"))), el("p", { class: "second" }, t("leads_more")));
}

function groupLine(frame, group) {
  const own = group.rows.filter((row) => row.own).length;
  const assumed = group.rows.filter((row) => row.tag === "none").length;
  return el("li", {}, el("button", { type: "button", onclick: () => ((shown.tab = "all"), (shown.group = group.key), frame.draw()) }, el("span", { class: "title" }, pick(group.name)), el("span", { class: "second" }, group.rows.slice(0, 4).map((row) => pick(row.meaning).split(/[（(：:，,]/)[0]).join(t("comma")), "…"), el("span", { class: `provenance ${own ? "own" : assumed ? "assumption" : ""}` }, own ? t("own_n", { n: own }) : assumed ? t("assumptions_n", { n: assumed }) : t("keys_n", { n: group.rows.length }))));
}

// ---- everything else -------------------------------------------------------------------------------------------------

function groups(frame, data) {
  return data.groups.map((group) => {
    const rows = group.rows.filter((row) => !shown.changedOnly || row.own);
    const open = shown.group === group.key || shown.changedOnly;
    return rows.length ? el("details", { class: "group", open, ontoggle: (event) => event.target.open && (shown.group = group.key) }, el("summary", {}, pick(group.name), " ", el("small", {}, String(rows.length))), el("ul", { class: "keys" }, rows.map((row) => keyRow(frame, row)))) : null;
  });
}

function keyRow(frame, row) {
  const held = row.value === null || row.value === undefined ? row.default : row.value;
  return el("li", { class: row.own ? "own" : "" }, el("span", { class: "meaning" }, pick(row.meaning), el("small", { title: t("key_of_file") }, row.key)), keyControl(frame, row, held), tag(row), row.own ? button("⟲", () => set(frame, row.key, null), { class: "small plain", title: t("to_default"), "aria-label": t("to_default") }) : null);
}

function keyControl(frame, row, held) {
  const label = { "aria-label": pick(row.meaning), "data-key": row.key };
  if (!row.editable) return el("span", { class: "second" }, t("in_the_file"));
  if (typeof held === "boolean") return el("input", { type: "checkbox", checked: held, ...label, onchange: (event) => set(frame, row.key, event.target.checked) });
  if (typeof held === "number" || (held === null && typeof row.default === "number")) return el("input", { type: "number", step: "any", class: "number", value: held, ...label, onchange: (event) => set(frame, row.key, event.target.value === "" ? null : Number(event.target.value)) });
  const text = Array.isArray(held) ? held.join(", ") : held === null ? "" : String(held);
  const parse = (typed) => (typed.trim() === "" ? null : Array.isArray(row.default) ? typed.split(/[,，、]\s*/).filter(Boolean).map(asNumber) : row.default === null ? asNumber(typed) : typed);
  return el("input", { type: "text", value: text, ...label, onchange: (event) => set(frame, row.key, parse(event.target.value)) });
}

const asNumber = (text) => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text.trim());

// ---- exceptions ------------------------------------------------------------------------------------------------------

function waivers(frame, data) {
  const add = async () => {
    const today = new Date().toISOString().slice(0, 10);
    const told = await ask(t("new_waiver"), [{ name: "rule", label: t("waiver_rule"), required: true }, { name: "subject", label: t("waiver_subject") }, { name: "reason", label: t("waiver_reason"), required: true, long: true }, { name: "author", label: t("waiver_author"), required: true }, { name: "date", label: t("waiver_date"), required: true, value: today }], t("add"));
    if (told) frame.doing(() => post("wishes/waive", told));
  };
  return [
    head(t("waivers_head"), button(t("add"), add, { class: "small" })),
    data.waivers.length ? null : el("p", { class: "second" }, t("no_waivers")),
    el("ul", { class: "rows waivers" }, data.waivers.map((one, number) => el("li", {}, el("div", {}, el("b", {}, `${one.rule} ${one.subject || t("every_subject")}`), el("p", {}, one.reason), el("p", { class: "second" }, `${one.author} · ${one.date}`)), link(t("remove"), () => frame.doing(() => post("wishes/unwaive", { number })))))),
    scenarios(frame, data),
  ];
}

/** What if: roads closed by name or by a file and hospitals out of use, or facilities of another kind or with other services. */
function scenarios(frame, data) {
  const row = (one, number) => {
    const convert = () => editConversion(frame, data, one, number, null);
    const actions = one.changes.length ? [link(t("add_facility"), convert), link(t("rename"), () => renameScenario(frame, one, number))] : link(t("change"), () => editScenario(frame, data, one, number));
    const conversions = one.changes.length ? el("ul", { class: "conversions" }, one.changes.map((change, at) => conversionRow(frame, data, one, number, change, at))) : null;
    return el("li", {}, el("div", {}, el("b", {}, one.name), conversions ? null : el("p", { class: "second" }, outOfUse(data, one))), actions, link(t("remove"), () => frame.doing(() => post("wishes/unscenario", { number }))), conversions);
  };
  return [
    head(t("scenarios_head"), el("span", { class: "row" }, button(t("add_out_of_use"), () => editScenario(frame, data, NOTHING, null), { class: "small" }), button(t("add_conversion"), () => editConversion(frame, data, NOTHING, null, null), { class: "small" }))),
    el("p", { class: "second" }, t("scenarios_more")),
    el("ul", { class: "rows waivers" }, data.scenarios.map(row)),
  ];
}

const NOTHING = { name: "", links: [], lost: [], closed: "", changes: [] };
const siteName = (data, id) => (data.ground && data.ground.sites.find((site) => site.id === id) || { name: id }).name;
const outOfUse = (data, one) => [one.links.length ? t("links_closed", { names: one.links.join(t("comma")) }) : "", one.lost.length ? t("hospitals_lost", { names: one.lost.map((id) => siteName(data, id)).join(t("comma")) }) : "", one.closed ? t("closed_by", { file: one.closed }) : ""].filter(Boolean).join(t("semicolon"));

async function editScenario(frame, data, one, number) {
  const files = [...new Set(["", ...data.closing, ...(one.closed ? [one.closed] : [])])].map((file) => [file, file || t("no_file")]);
  const texts = { name: one.name, links: one.links.join(t("comma")), lost: one.lost.map((id) => siteName(data, id)).join(t("comma")), closed: one.closed };
  const told = await ask(t(number === null ? "new_scenario" : "change_scenario"), [{ name: "name", label: t("scenario_name"), required: true, value: texts.name }, { name: "links", label: t("scenario_links"), value: texts.links }, { name: "lost", label: t("scenario_lost"), value: texts.lost }, { name: "closed", label: t("scenario_closed"), value: texts.closed, choices: files }], t("save"));
  if (!told) return;
  // what was left as it was shown is not sent: names with commas, or two hospitals of one name, cannot be told from the text
  const edited = number === null ? told : Object.fromEntries(Object.entries(told).filter(([key, text]) => text !== texts[key].trim()));
  if (Object.keys(edited).length) frame.doing(() => post("wishes/scenario", { number, ...edited }));
}

async function renameScenario(frame, one, number) {
  const told = await ask(t("change_scenario"), [{ name: "name", label: t("scenario_name"), required: true, value: one.name }], t("save"));
  if (told && told.name !== one.name) frame.doing(() => post("wishes/scenario", { number, name: told.name }));
}

function conversionRow(frame, data, one, number, change, at) {
  const named = (list, key) => pick((list.find(([known]) => known === key) || [key, [key, key]])[1]);
  const services = change.services === null ? "" : change.services.length ? t("services_then", { names: change.services.map((key) => named(data.services, key)).join(t("comma")) }) : t("services_none");
  const said = [change.kind ? t("kind_then", { kind: named(data.kinds, change.kind) }) : "", services].filter(Boolean).join(t("semicolon"));
  const name = siteName(data, change.facility);
  return el("li", {}, el("span", {}, name, " ", el("span", { class: "second" }, said)), link(t("change"), () => editConversion(frame, data, one, number, at), { "aria-label": `${t("change")}: ${name}` }), link(t("remove"), () => frame.doing(() => post("wishes/unconvert", { scenario: number, number: at })), { "aria-label": `${t("remove")}: ${name}` }));
}

/** Another kind, or other services, of a facility: in a scenario of its own, beside others, or one that stands there already. */
async function editConversion(frame, data, one, scenario, number) {
  const before = number === null ? { facility: "", kind: "", services: null } : one.changes[number];
  const shownName = before.facility && siteName(data, before.facility);
  const names = (data.ground ? data.ground.sites : []).map((site) => site.name);
  const list = (choices) => choices.map(([key, name]) => [key, pick(name)]);
  const naming = scenario === null ? [{ name: "name", label: t("conversion_name"), required: true }] : [];
  const told = await ask(t("conversion"), [...naming, { name: "facility", label: t("conversion_facility"), required: true, value: shownName, offered: names }, { name: "kind", label: t("conversion_kind"), value: before.kind, choices: [["", t("as_it_is")], ...list(data.kinds)] }, { name: "others", label: t("conversion_services"), value: before.services === null ? "" : "yes", choices: [["", t("as_they_are")], ["yes", t("only_these")]] }, { name: "services", label: t("services_word"), value: (before.services || []).join(" "), checks: list(data.services), after: "others" }], t("save"));
  if (!told) return;
  const services = told.others ? told.services.split(" ").filter(Boolean) : null;
  const facility = told.facility === shownName ? before.facility : told.facility;
  frame.doing(() => post("wishes/conversion", { scenario, number, name: told.name || "", facility, kind: told.kind, services }));
}

// ---- the ground ------------------------------------------------------------------------------------------------------

const choiceOf = (data, id) => (data.required.includes(id) ? "required" : data.forbidden.includes(id) ? "forbidden" : "free");
const NEXT = { free: "required", required: "forbidden", forbidden: "free" };
const choose = (frame, id, choice) => {
  shown.site = id;
  frame.doing(() => post("wishes/lead", { id, choice }));
};

function ground(frame, data) {
  if (!data.ground) return [el("div", { class: "welcome" }, el("h2", {}, t("no_ground")), el("p", {}, t("no_ground_more")), el("div", { class: "row" }, button(t("go_check"), () => frame.go("check"), { class: "blue" })))];
  const { sites } = data.ground;
  const site = sites.find((one) => one.id === shown.site) || sites.find((one) => one.may);
  return [
    el("div", { class: "stage-head" }, el("h2", {}, t("candidates")), el("span", { class: "second" }, t("click_cycles")), el("span", { class: "push" }, segments([[false, t("map")], [true, t("list")]], shown.list, (list) => ((shown.list = list), frame.draw()), t("candidates")))),
    shown.list ? siteList(frame, data) : siteMap(frame, data, site),
    site ? siteFoot(frame, data, site) : null,
  ];
}

function siteMap(frame, data, current) {
  const { svg: picture, sites, tints } = data.ground;
  const box = (/viewBox="([^"]+)"/.exec(picture) || ["", "0 0 300 300"])[1];
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture)}`;
  const [, , width, height] = box.split(" ").map(Number);
  const marks = sites.filter((site) => site.x !== null).map((site) => siteMark(frame, data, site, current));
  const counts = { free: 0, required: 0, forbidden: 0, not: 0 };
  for (const site of sites) counts[choiceOf(data, site.id) !== "free" ? choiceOf(data, site.id) : site.may ? "free" : "not"] += 1;
  return el("div", { class: "ground" }, svg("svg", { viewBox: box, role: "group", "aria-label": t("candidates") }, svg("image", { href: address, width, height }), marks), el("ul", { class: "legend" }, ["free", "required", "forbidden", "not"].map((name) => el("li", {}, svg("svg", { viewBox: "-6 -6 12 12", width: 14, height: 14, "aria-hidden": "true" }, markShapes(name)), t(`site_${name}`), " ", el("b", {}, String(counts[name])))), el("li", { class: "second" }, svg("svg", { viewBox: "0 0 14 14", width: 14, height: 14, "aria-hidden": "true" }, tints.map((fill, at) => svg("rect", { x: 3.5 * at, y: 2, width: 3.5, height: 10, fill }))), t("shades"))));
}

function markShapes(name) {
  if (name === "required") return [svg("circle", { r: 4.6, fill: "#16191D" }), svg("path", { d: "M-2.2 .2-.6 1.9 2.4-1.8", fill: "none", stroke: "#fff", "stroke-width": 1.2 })];
  if (name === "forbidden") return [svg("circle", { r: 4.4, fill: "#fff", stroke: "#B3202C", "stroke-width": 1.2 }), svg("path", { d: "M-3 3 3-3", stroke: "#B3202C", "stroke-width": 1.2 })];
  return name === "free" ? [svg("circle", { r: 4.4, fill: "#fff", stroke: "#16191D", "stroke-width": 1.2 })] : [svg("circle", { r: 2.4, fill: "#fff", stroke: "#8C9299", "stroke-width": 0.9 })];
}

function siteMark(frame, data, site, current) {
  const choice = choiceOf(data, site.id);
  const kind = choice === "free" && !site.may ? "not" : choice;
  const act = () => choose(frame, site.id, NEXT[choice]);
  const attributes = { transform: `translate(${site.x} ${site.y}) scale(.62)`, class: `site ${kind}`, role: "button", tabindex: "0", "aria-label": `${site.name}: ${t(`site_${kind}`)}`, "data-key": `site ${site.id}`, onclick: act, onkeydown: (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), act()) };
  return svg("g", attributes, current && current.id === site.id ? svg("circle", { r: 7, fill: "none", stroke: "#0A4F96", "stroke-width": 1.4 }) : null, markShapes(kind), kind === "not" ? null : svg("text", { x: 7.5, y: 2.6, class: "site-name" }, site.name), svg("title", {}, `${site.name} · ${pick(site.reason)}`));
}

function siteList(frame, data) {
  return el("div", { class: "scroll" }, el("table", { class: "sites" }, el("thead", {}, el("tr", {}, ["hospital", "beds", "may_lead", ""].map((name) => el("th", { scope: "col" }, name ? t(name) : el("span", { class: "unseen" }, t("choice")))))), el("tbody", {}, data.ground.sites.map((site) => el("tr", { class: site.may ? "" : "quiet" }, el("th", { scope: "row" }, site.name, el("span", { class: "second" }, [pick(site.kind), pick(site.level), pick(site.admin)].filter(Boolean).join(" · "))), el("td", { class: "number" }, site.beds), el("td", { class: "why" }, pick(site.reason)), el("td", {}, choices(frame, data, site)))))));
}

const choices = (frame, data, site) => segments([["free", t("site_free")], ["required", t("site_required")], ["forbidden", t("site_forbidden")]], choiceOf(data, site.id), (choice) => choose(frame, site.id, choice), site.name);

function siteFoot(frame, data, site) {
  const facts = [pick(site.kind), pick(site.level), pick(site.admin), site.beds ? t("beds_n", { n: site.beds }) : ""].filter(Boolean).join(" · ");
  return el("div", { class: "stage-foot" }, el("div", {}, el("p", {}, el("b", {}, site.name), "  ", facts), el("p", { class: "second" }, site.may ? null : glyph("left_out"), pick(site.reason))), choices(frame, data, site));
}

export const wishes = { load, draw };
