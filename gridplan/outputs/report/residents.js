// The page for residents: find a community, street or address, show its answer, mark it on the map, print one sheet a community.

import { byId, decodePath, el, joinArcs, narrow, replace, svg } from "../map/dom.js";

const DATA = JSON.parse(byId("residents-data").textContent);
const { units, streets, grids, words, addresses } = DATA;
const N = units.name.length;
const NOT_REACHED = -1;
const ARCS = DATA.arcs.map(([left, right, path]) => ({ left, right, points: decodePath(path) }));
const RINGS = DATA.rings.map((unit) => unit.map((ring) => joinArcs(ring, ARCS)));

/** Words by name, `{placeholders}` filled. */
const say = (name, values) => words[name].replace(/\{(\w+)\}/g, (whole, key) => (values && key in values ? String(values[key]) : whole));

const pathOf = (points, closed) => {
  let path = "";
  for (let i = 0; i < points.length; i += 2) path += `${i ? "L" : "M"}${points[i]} ${points[i + 1]}`;
  return closed ? `${path}Z` : path;
};
const outlineOf = (unit) => RINGS[unit].map((ring) => pathOf(ring, true)).join("");
const unitsOfStreet = (street) => units.street.flatMap((own, unit) => (own === street ? [unit] : []));

// ---- the map -----------------------------------------------------------------------------------------------------

const BOX = RINGS.flat().reduce(
  (box, ring) => {
    for (let i = 0; i < ring.length; i += 2) {
      box[0] = Math.min(box[0], ring[i]);
      box[1] = Math.min(box[1], ring[i + 1]);
      box[2] = Math.max(box[2], ring[i]);
      box[3] = Math.max(box[3], ring[i + 1]);
    }
    return box;
  },
  [Infinity, Infinity, -Infinity, -Infinity],
);
const SIDE = Math.max(BOX[2] - BOX[0], BOX[3] - BOX[1], 1);
const VIEW = `${BOX[0] - SIDE * 0.03} ${BOX[1] - SIDE * 0.03} ${BOX[2] - BOX[0] + SIDE * 0.06} ${BOX[3] - BOX[1] + SIDE * 0.06}`;

function drawLand(target) {
  target.setAttribute("viewBox", VIEW);
  const shapes = units.name.map((_, unit) =>
    svg("path", { class: "unit", d: outlineOf(unit), fill: units.grid[unit] < 0 ? "#ffffff" : grids[units.grid[unit]].tint, "data-unit": unit }));
  const inner = ARCS.filter((arc) => arc.right >= 0 && units.grid[arc.left] === units.grid[arc.right]);
  const outer = ARCS.filter((arc) => arc.right < 0 || units.grid[arc.left] !== units.grid[arc.right]);
  const line = (arcs, colour, width) =>
    svg("path", { d: arcs.map((arc) => pathOf(arc.points, false)).join(""), fill: "none", stroke: colour, "stroke-width": width, "vector-effect": "non-scaling-stroke", "stroke-linejoin": "round", "pointer-events": "none" });
  replace(target, shapes, line(inner, "#ffffff", 0.7), line(outer, "#16191d", 1.3), svg("path", { class: "mark", fill: "none", stroke: "#0a4f96", "stroke-width": 4, "vector-effect": "non-scaling-stroke", "pointer-events": "none" }), leads());
}

/** Leads with their names, beside the point where they do not cover another one. */
function leads() {
  const size = SIDE * 0.02;
  const taken = [];
  return grids.flatMap((grid) => {
    if (!grid.at) return [];
    const [x, y] = grid.at;
    const width = [...grid.lead].length * size;
    const places = [[size * 0.7, size * 0.35], [-width - size * 0.7, size * 0.35], [-width / 2, size * 1.6], [-width / 2, -size * 0.8]];
    const free = places.find(([dx, dy]) => !taken.some((box) => x + dx < box[2] && x + dx + width > box[0] && y + dy - size < box[3] && y + dy > box[1])) || places[0];
    taken.push([x + free[0], y + free[1] - size, x + free[0] + width, y + free[1]]);
    const text = svg("text", { x: x + free[0], y: y + free[1], "font-size": size, "font-weight": 700, fill: "#16191d", stroke: "#ffffff", "stroke-width": size * 0.22, "paint-order": "stroke", "pointer-events": "none" });
    text.textContent = grid.lead;
    return [svg("circle", { cx: x, cy: y, r: size * 0.32, fill: "#16191d", stroke: "#ffffff", "stroke-width": size * 0.08, "pointer-events": "none" }), text];
  });
}

function markUnits(target, chosen) {
  const own = new Set(chosen);
  const outline = ARCS.filter((arc) => own.has(arc.left) !== own.has(arc.right));
  target.querySelector(".mark").setAttribute("d", outline.map((arc) => pathOf(arc.points, false)).join(""));
}

// ---- the answer --------------------------------------------------------------------------------------------------

const MARK = /(【待填：[^】]*】|\[TO FILL: [^\]]*\])/;
const withMarks = (text) => text.split(MARK).map((part) => (MARK.test(part) ? el("mark", {}, part) : part));

function minutesOf(chosen) {
  const told = chosen.map((unit) => units.minutes[unit]).filter((value) => value !== null);
  if (!told.length) return null;
  if (told.includes(NOT_REACHED)) return say("unreachable");
  const least = Math.min(...told);
  const most = Math.max(...told);
  return least === most ? say("about", { n: least }) : say("between", { a: least, b: most });
}

const fact = (label, value, note, big) =>
  el("div", {}, el("dt", {}, label), el("dd", { class: big ? "big" : null }, withMarks(value), note ? el("small", {}, note) : null));

function facts(chosen) {
  const own = new Set(chosen.map((unit) => units.grid[unit]));
  const grid = grids[units.grid[chosen[0]]];
  if (own.size > 1 || !grid) return { grid: null, count: own.size, centres: [], minutes: null, boat: false };
  const centres = [...new Set(chosen.map((unit) => units.centre[unit]))];
  return { grid, count: own.size, centres, minutes: minutesOf(chosen), boat: chosen.some((unit) => units.boat[unit]) };
}

/** The answer for the units chosen: one community, or all of a street. */
function answer(chosen, where) {
  const told = facts(chosen);
  if (!told.grid) return el("div", { class: "result" }, el("p", { class: "where" }, where), el("p", {}, say("several", { n: told.count })));
  return el("div", { class: "result" },
    el("p", { class: "where" }, where),
    el("h2", {}, el("span", { class: "swatch", style: { background: told.grid.tint } }), told.grid.name),
    el("dl", {},
      fact(words.group, told.grid.group, told.grid.provisional ? words.provisional : ""),
      fact(words.lead, told.grid.lead, ""),
      told.minutes === null ? null : fact(words.far, told.minutes, told.boat ? words.boat : words.drive, true),
      fact(words.centre, told.centres.join("、"), words.in_charge),
      fact(words.phone, told.grid.phones.join("、"), "")));
}

const whereOf = (unit) => {
  const [street, district] = streets[units.street[unit]];
  return [district, street, units.name[unit]].filter((name, place, all) => name && all.indexOf(name) === place).join(" ");
};

/** How the address names an answer: by its name, where nothing else is called so, else by where it is, too. */
const addressOf = (name, where) => (INDEX.filter((entry) => entry.key === narrow(name)).length > 1 ? where : name);

function show(chosen, where, name) {
  const street = unitsOfStreet(units.street[chosen[0]]);
  const buttons = el("div", { class: "actions" },
    chosen.length === 1 ? el("button", { type: "button", onclick: () => print(chosen) }, words.print_one) : null,
    street.length > 1 ? el("button", { type: "button", onclick: () => print(street) }, words.print_street) : null);
  replace(byId("answer"), answer(chosen, where), buttons);
  markUnits(byId("map"), chosen);
  byId("search").value = name;
  history.replaceState(null, "", `#${encodeURIComponent(addressOf(name, where))}`);
}

const whereStreet = (street) => streets[street].slice().reverse().filter(Boolean).join(" ");
const showUnit = (unit) => show([unit], whereOf(unit), units.name[unit]);
const showAddress = ({ unit, address }) => show([unit], `${whereOf(unit)} ${address}`, address);

const showStreet = (street) => show(unitsOfStreet(street), whereStreet(street), streets[street][0]);

/** One sheet a community. */
function print(chosen) {
  const foot = [...document.querySelectorAll(".foot")];
  replace(byId("sheets"), chosen.map((unit) => {
    const map = svg("svg", {});
    drawLand(map);
    markUnits(map, [unit]);
    return el("section", { class: "sheet" }, el("h1", {}, document.title), answer([unit], whereOf(unit)), map, foot.map((line) => line.cloneNode(true)));
  }));
  window.print();
}

// ---- search ------------------------------------------------------------------------------------------------------

const INDEX = [
  ...streets.map(([name, district], street) => ({ name, district, street, n: unitsOfStreet(street).length, key: narrow(name), more: narrow(whereStreet(street)) })),
  ...units.name.map((name, unit) => ({ name, unit, key: narrow(name), more: narrow(whereOf(unit)) })),
  ...addresses.name.map((name, row) => ({ name, unit: addresses.unit[row], address: name, key: narrow(name), more: narrow(`${whereOf(addresses.unit[row])} ${name}`) })),
].filter((entry) => entry.unit !== undefined || entry.n > 1);
let found = [];
let chosenHit = -1;

/** Streets first, then names that begin with the query, names that hold it, and what lies in a street that holds it; addresses after names. */
function search(query) {
  const wanted = narrow(query);
  if (!wanted) return [];
  const rank = (entry) => (entry.street !== undefined ? 0 : entry.key.startsWith(wanted) ? 1 : entry.key.includes(wanted) ? 2 : 3) + (entry.address === undefined ? 0 : 0.5);
  return INDEX.filter((entry) => (entry.key + (entry.more || "")).includes(wanted)).map((entry) => [rank(entry), entry]).sort((a, b) => a[0] - b[0]).slice(0, 40).map(([, entry]) => entry);
}

function drawHits() {
  const query = byId("search").value.trim();
  const list = byId("hits");
  list.hidden = !query;
  byId("search").setAttribute("aria-expanded", String(!list.hidden));
  byId("search").setAttribute("aria-activedescendant", chosenHit >= 0 ? `hit${chosenHit}` : "");
  const lines = found.map((entry, place) =>
    el("li", { id: `hit${place}`, role: "option", "aria-selected": String(place === chosenHit), onmousedown: (event) => event.preventDefault(), onclick: () => choose(entry) },
      el("span", {}, entry.street === undefined ? entry.name : say("whole_street", { s: entry.name, n: entry.n })),
      el("small", {}, entry.street !== undefined ? entry.district : entry.address !== undefined ? whereOf(entry.unit) : whereStreet(units.street[entry.unit]))));
  replace(list, lines.length ? lines : el("li", { class: "none" }, say("nothing", { q: query })));
  const current = byId(`hit${chosenHit}`);
  if (current) current.scrollIntoView({ block: "nearest" });
}

function hideHits() {
  byId("hits").hidden = true;
  byId("search").setAttribute("aria-expanded", "false");
}

function choose(entry) {
  hideHits();
  if (entry.address !== undefined) showAddress(entry);
  else if (entry.street === undefined) showUnit(entry.unit);
  else showStreet(entry.street);
}

function searchKey(event) {
  if (event.key === "Escape") hideHits();
  else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) chosenHit = (chosenHit + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
  else if (event.key === "Enter" && chosenHit >= 0) {
    choose(found[chosenHit]);
    event.preventDefault();
    return;
  } else return;
  if (event.key !== "Escape") drawHits();
  event.preventDefault();
}

/** Open the answer that the address asks for, such as #鸥石. */
function openAddress() {
  const name = narrow(decodeURIComponent(location.hash.slice(1)));
  const hits = name ? search(name) : [];
  const exact = hits.filter((entry) => entry.key === name || entry.more === name);
  if (exact.length === 1) choose(exact[0]);
  else if (hits.length) {
    byId("search").value = decodeURIComponent(location.hash.slice(1));
    found = hits;
    chosenHit = 0;
    drawHits();
  }
}

drawLand(byId("map"));
byId("map").addEventListener("click", (event) => {
  const unit = event.target.getAttribute("data-unit");
  if (unit !== null && Number(unit) < N) {
    hideHits();
    showUnit(Number(unit));
  }
});
byId("search").addEventListener("input", () => {
  found = search(byId("search").value);
  chosenHit = found.length ? 0 : -1;
  drawHits();
});
byId("search").addEventListener("keydown", searchKey);
byId("search").addEventListener("blur", hideHits);
window.addEventListener("hashchange", openAddress);
openAddress();
