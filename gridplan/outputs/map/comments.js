// Comments, pinned to a unit, a facility, a grid or the whole plan; always shown as text.

import { ACCENT, DATA, FONT, GRIDS, inLanguage, state, t } from "./base.js";
import { byId, el } from "./dom.js";
import { unitAt } from "./shapes.js";
import { SHORT_NAMES } from "./labels.js";
import { isMemberShown, latLngOf, LEADS, MEMBERS, toPixels, toSteps, viewOf } from "./draw.js";
import { REVISION } from "./changes.js";
import { edit, EDITING, plainWords, setComments, subjectOf, undo } from "./edit.js";
import { afterStep, draftOffer, saveEdits } from "./edit_view.js";
import { openTab, redraw } from "./start.js";

/** Comments that came with the edits of a revised proposal. */
export const GIVEN = REVISION ? REVISION.comments.map(([kind, id, author, text]) => ({ ...(subjectOf(kind, id) || subjectOf("plan", "")), author, text })) : [];

/** @type {Subject} */
const WHOLE_PLAN = { kind: "plan", id: "", at: null };
let subject = WHOLE_PLAN; // what the next comment is about

export function commentsTab() {
  return [
    draftOffer(),
    commentForm(),
    edit.past.length && edit.past[edit.past.length - 1].comments ? el("button", { class: "link", onclick: () => afterStep(undo()) }, t("undo_step")) : null,
    edit.comments.length ? el("ul", { class: "comments" }, edit.comments.map((comment, i) => commentRow(comment, i))) : el("p", { class: "quiet" }, t("no_comments")),
    GIVEN.length ? [el("h2", {}, t("given_comments")), el("ul", { class: "comments" }, GIVEN.map((comment, i) => commentRow(comment, i, edit.comments.length)))] : null,
    el("p", { class: "quiet" }, t("save_explained")),
    edit.comments.length ? el("div", { class: "buttons" }, el("button", { class: "button primary", onclick: saveEdits }, t("save"))) : null,
  ];
}

let lastAuthor = ""; // who wrote the comment before

function commentForm() {
  const [longestAuthor, longestText, mostComments] = EDITING.most;
  const refusal = el("p", { class: "quiet", role: "status" });
  const refuse = (field) => {
    const plain = plainWords(field.value, field.maxLength, field === text);
    if (plain === field.value) return;
    refusal.textContent = t("sign_refused");
    field.value = plain;
  };
  const author = el("input", { id: "author", maxlength: String(longestAuthor), value: lastAuthor, "aria-label": t("author"), placeholder: t("author"), oninput: () => refuse(author) });
  const text = el("textarea", { id: "comment", rows: "3", maxlength: String(longestText), "aria-label": t("comment_text"), placeholder: t("comment_text"), oninput: () => refuse(text) });
  const add = () => {
    const words = plainWords(text.value, longestText, true).trim();
    if (!words) return text.focus();
    if (edit.comments.length >= mostComments) return (refusal.textContent = t("comments_full", { n: mostComments }));
    lastAuthor = plainWords(author.value, longestAuthor, false).trim();
    setComments([...edit.comments, { ...subject, author: lastAuthor, text: words }]);
    redraw();
    return byId("comment").focus();
  };
  return el(
    "div",
    { class: "comment-form" },
    el("p", {}, el("b", {}, t("comment_about", { s: subjectWords(subject) }))),
    el("p", { class: "quiet" }, t("comment_hint")),
    text,
    author,
    refusal,
    el("button", { class: "button", onclick: add }, t("comment_add")),
  );
}

export function subjectWords({ kind, id }) {
  if (kind === "plan") return t("whole_plan");
  if (kind === "unit") return `${t("kind_unit")} ${DATA.units.name[DATA.units.id.indexOf(id)] || id}`;
  if (kind === "facility") return DATA.facilities.name[DATA.facilities.id.indexOf(id)] || id;
  const grid = GRIDS.findIndex((one) => one.id === id);
  return `${inLanguage(GRIDS[grid].name)} ${SHORT_NAMES[grid]}`;
}

/** A comment; those that were given are numbered after one's own (`after`) and stay. */
function commentRow(comment, i, after = -1) {
  const go = () => {
    if (comment.at) gridplanMap.setView(latLngOf(comment.at), Math.max(gridplanMap.getZoom(), 11), { animate: false });
  };
  const remove = () => {
    setComments(edit.comments.filter((_, place) => place !== i));
    redraw();
  };
  return el(
    "li",
    {},
    el("div", { class: "about" }, el("span", { class: after < 0 ? "pin" : "pin given" }, String(i + 1 + Math.max(after, 0))), el("button", { class: "link", onclick: go }, subjectWords(comment)), el("span", {}, comment.author), after < 0 ? el("button", { class: "link", onclick: remove }, t("remove")) : null),
    el("p", {}, comment.text),
  );
}

/** In the comments tab a click chooses what the next comment is about. */
export function commentClick(point) {
  const near = MEMBERS.concat(LEADS.map((lead) => GRIDS[lead.number].lead).filter((i) => i >= 0 && DATA.facilities.xy[i]))
    .map((i) => [i, Math.hypot(...distanceTo(DATA.facilities.xy[i], point))])
    .filter(([i, far]) => far < 9 && (DATA.facilities.role[i] === "lead" || isMemberShown(i, gridplanMap.getZoom())))
    .sort((a, b) => a[1] - b[1]);
  const unit = unitAt(...toSteps(gridplanMap, point));
  if (near.length) subject = subjectOf("facility", DATA.facilities.id[near[0][0]]) || WHOLE_PLAN;
  else subject = (unit < 0 ? null : subjectOf("unit", DATA.units.id[unit])) || WHOLE_PLAN;
  state.marked = near.length || unit < 0 ? [] : [unit];
  redraw();
  byId("comment").focus();
}

function distanceTo([x, y], point) {
  const view = viewOf(gridplanMap, L.point(0, 0));
  return [view.left + x * view.scale - point.x, view.top + y * view.scale - point.y];
}

export const commentOnGrid = (grid) => commentOn(subjectOf("grid", GRIDS[grid].id));
export const commentOnUnit = (unit) => commentOn(subjectOf("unit", DATA.units.id[unit]));

function commentOn(about) {
  subject = about || WHOLE_PLAN;
  openTab("comments");
  byId("comment").focus();
}

export function drawComments(context, view) {
  [...edit.comments, ...GIVEN].forEach((comment, i) => {
    if (!comment.at) return;
    const [x, foot] = toPixels(view, comment.at);
    const y = comment.kind === "unit" ? foot : foot - 9; // above the disc of a lead
    context.beginPath();
    context.rect(x - 8, y - 21, 16, 15);
    context.moveTo(x - 4, y - 6);
    context.lineTo(x, y);
    context.lineTo(x + 4, y - 6);
    context.strokeStyle = "#fff";
    context.lineWidth = 2;
    context.stroke();
    context.fillStyle = i < edit.comments.length ? ACCENT : "#565D66";
    context.fill();
    context.fillStyle = "#fff";
    context.font = `700 11px ${FONT}`;
    context.textAlign = "center";
    context.fillText(String(i + 1), x, y - 9.5);
  });
}
