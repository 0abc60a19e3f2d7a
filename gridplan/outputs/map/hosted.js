// The page inside a host: the edits go out to it, and its full check of them, an offer to repair and edits that it suggests come in.

import { DATA, GRIDS, inLanguage, lineIcon, peopleInWords, pressable, residentsOf, severityIcon, state, swatch, t } from "./base.js";
import { el } from "./dom.js";
import { keyed, shell } from "./refresh.js";
import { HOST } from "./host.js";
import { showUnits } from "./checks.js";
import { edit, EDITED, editsDocument, parseEdits, readEdits } from "./edit.js";
import { afterAnything, changeWord, isEditing, showEditing } from "./edit_view.js";
import { exportMenu } from "./export.js";
import { searchBox, setLanguage } from "./start.js";

/** What the host said last, and of which step of editing it spoke.
 * @type {{version: number, recheck: Recheck | null, offer: RepairOffer | null}} */
const told = { version: -1, recheck: null, offer: null };

const isCurrent = () => told.version === edit.version;

/** The full check of the edits as they are; null until the host has told it. */
export const recheckNow = () => (isCurrent() ? told.recheck : null);

function tell(news) {
  if (!isCurrent()) Object.assign(told, { version: edit.version, recheck: null, offer: null });
  Object.assign(told, news);
  if (isEditing()) showEditing();
}

/** Edits as they would be with a suggestion: what it does not speak of, such as comments, stays. */
const withSuggestion = (edits) => JSON.stringify({ ...editsDocument(), ...edits });

/** Take over suggested edits as one step, which one undo takes back; tells as `read` does how many were taken and left out. */
function takeSuggestion(edits) {
  const result = readEdits(withSuggestion(edits), "replace");
  afterAnything();
  return result;
}

/** What a host calls, as `window.gridplan.host`. */
export const hostCalls = {
  /** The full check of the edits as they are now; dropped at the next step. */
  showRecheck: (recheck) => tell({ recheck }),
  /** What it would take to mend what the edits broke; null where nothing would. */
  showOffer: (offer) => tell({ offer }),
  apply: takeSuggestion,
  setLanguage,
};

// ---- in the place of the title bar ---------------------------------------------------------------------------------

/** Search, print and export as icons, at the right of the tabs. */
export function tabTools() {
  const icon = (name, path, action) => el("button", { class: "button", "data-tool": name, title: t(name), "aria-label": t(name), onclick: action }, lineIcon(path));
  return el(
    "div",
    { class: "tab-tools" },
    icon("find", "M11.5 11.5 14.5 14.5M12.5 7.5A5 5 0 1 1 2.5 7.5A5 5 0 1 1 12.5 7.5", () => document.getElementById("search")?.focus()),
    el("div", { class: "find" }, searchBox()),
    icon("print", "M4.5 6V2.5H11.5V6M4.5 11.5H2.5V6H13.5V11.5H11.5M4.5 9.5H11.5V13.5H4.5Z", () => window.print()),
    exportMenu(),
  );
}

// ---- in the rail ---------------------------------------------------------------------------------------------------

/** The full check in the place of the live ones; null until there is one. */
export function recheckSection() {
  const recheck = recheckNow();
  if (!recheck) return null;
  const seconds = recheck.seconds === undefined ? null : el("small", {}, t("seconds_took", { n: recheck.seconds.toFixed(1) }));
  return [
    el("div", { class: "section" }, el("h2", {}, t("all_checked"), " ", seconds), recheck.unchanged === undefined ? null : el("small", {}, t("others_unchanged", { n: recheck.unchanged }))),
    recheck.changes.length ? shell("ul", { class: "findings" }, recheck.changes.map(recheckRow)) : el("p", { class: "quiet" }, t("no_rule_changed")),
  ];
}

const unitsByIds = (ids) => ids.map((id) => DATA.units.id.indexOf(id)).filter((unit) => unit >= 0);

/** @param {RecheckChange} found */
function recheckRow({ rule, severity, change, words, units = [], grid }) {
  const good = change === "solved" || change === "better";
  const number = GRIDS.findIndex(({ id }) => id === grid);
  const row = () =>
    el("li", {},
      el("div", { class: "finding", ...pressable(() => showUnits(unitsByIds(units))), role: "button", title: t("show_on_map") },
        severityIcon(good && change === "solved" ? "met" : severity, t(`severity_${severity}`)),
        el("div", { class: "words" }, el("p", {}, inLanguage(words)), el("p", { class: "about" }, number < 0 ? null : swatch(number, "small"), el("span", {}, t("rule", { r: rule })))),
        el("div", { class: "measure" }, el("b", { class: good ? "better" : "worse" }, t(changeWord[change])))));
  return keyed(JSON.stringify([state.language, rule, severity, change, words, units, grid]), row);
}

/** Ask the host to check or to repair from here, and what it offers. */
export function hostedRepair() {
  if (!HOST) return null;
  const ask = (name, action) => (action ? el("button", { class: "button", onclick: () => action(editsDocument()) }, t(name)) : null);
  const buttons = [recheckNow() ? null : ask("recheck", HOST.recheck), ask("repair_from_here", HOST.repair)].filter(Boolean);
  return [buttons.length ? el("div", { class: "buttons" }, buttons) : null, isCurrent() && told.offer ? offerRows(told.offer) : null];
}

/** @param {RepairOffer} offer */
function offerRows(offer) {
  const parsed = parseEdits(withSuggestion(offer.edits));
  const wanted = new Map(parsed.moves);
  const moved = parsed.moves.flatMap(([unit, grid]) => (EDITED[unit] === grid ? [] : [unit])).concat(Object.keys(editsDocument().moves).map((id) => DATA.units.id.indexOf(id)).filter((unit) => !wanted.has(unit)));
  const residents = moved.reduce((sum, unit) => sum + residentsOf(unit), 0);
  return el("div", { class: "repair" },
    el("p", {}, el("b", {}, inLanguage(offer.words))),
    el("p", { class: "quiet" }, [t("moved_n", { n: moved.length, p: peopleInWords(residents) }), ...(offer.more ? [inLanguage(offer.more)] : [])].join(t("comma"))),
    el("div", { class: "buttons" }, el("button", { class: "button", onclick: () => showUnits(moved) }, t("offer_look")), el("button", { class: "button primary", onclick: () => takeSuggestion(offer.edits) }, t("offer_take"))));
}
