// Elements of a page, text as people type it, and borders as they are stored: for the review map and the page for residents.

export const SVG = "http://www.w3.org/2000/svg";

/** Make an element; text always goes in as text, never as markup.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {any[]} children
 * @returns {any} */
export function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same in the name space of SVG.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {any[]} children
 * @returns {any} */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) listen(node, name, value);
    else if (name === "style") Object.assign(node.style, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** @type {WeakMap<Node, Record<string, (event: Event) => void>>} */
const handlers = new WeakMap();

function listen(node, name, handler) {
  if (!handlers.has(node)) handlers.set(node, {});
  handlers.get(node)[name] = handler;
  node.addEventListener(name.slice(2), (event) => handlers.get(node)[name](event));
}

/** An element of the page; what kind it is stands where it is made.
 * @type {(id: string) => any} */
export const byId = (id) => document.getElementById(id);

export const replace = (node, ...children) => node.replaceChildren(...children.flat(3).filter((child) => child));

/** The same as `replace`, but what says the same as before stays: the browser then lays out and paints only what is new.
 * @param {Node} node
 * @param {any[]} children */
export function refresh(node, ...children) {
  const wanted = children.flat(3).filter((child) => child);
  wanted.forEach((child, i) => {
    const next = child instanceof Node ? child : document.createTextNode(child);
    const old = node.childNodes[i];
    if (!old) node.appendChild(next);
    else if (!takesOver(old, next)) node.replaceChild(next, old);
  });
  while (node.childNodes.length > wanted.length) node.removeChild(node.lastChild);
}

/** Whether an old node could become a new one by its content and by whom it calls; a control that readers change is always made anew. */
function takesOver(old, next) {
  if (old.nodeType === Node.TEXT_NODE && next.nodeType === Node.TEXT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return true;
  }
  if (old.nodeName !== next.nodeName || /^(SELECT|INPUT|TEXTAREA|DETAILS)$/.test(old.nodeName)) return false;
  if (wordsOf(old) !== wordsOf(next)) return false;
  if (handlers.has(next)) handlers.set(old, handlers.get(next));
  refresh(old, [...next.childNodes]);
  return true;
}

/** Attributes of an element, and what it listens to. */
const wordsOf = (node) => [...node.attributes].map(({ name, value }) => `${name}=${value}`).concat(Object.keys(handlers.get(node) || {})).join("\n");

/** Text as it is compared: narrow forms, lower case, no blanks. */
export const narrow = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

/** Return [x, y, x, y, ...] from [x, y, dx, dy, ...]. */
export function decodePath(path) {
  const points = new Int32Array(path.length);
  for (let i = 0; i < path.length; i += 1) points[i] = path[i] + (i > 1 ? points[i - 2] : 0);
  return points;
}

export function joinArcs(ring, arcs) {
  const all = [];
  for (const number of ring) {
    const points = arcs[number < 0 ? ~number : number].points;
    const length = points.length;
    for (let i = 0; i < length - 2; i += 2) {
      const at = number < 0 ? length - 2 - i : i;
      all.push(points[at], points[at + 1]);
    }
  }
  return Int32Array.from(all);
}
