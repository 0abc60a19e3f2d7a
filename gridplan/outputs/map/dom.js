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
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false).map(madeOf));
  saidBy.set(node, attributes || {});
  return node;
}

/** @type {WeakMap<Node, Record<string, any>>} */
const saidBy = new WeakMap(); // attributes and listeners of an element, as given

function listen(node, name, handler) {
  node.addEventListener(name.slice(2), (event) => (saidBy.get(node) || { [name]: handler })[name](event));
}

/** An element of the page; what kind it is stands where it is made.
 * @type {(id: string) => any} */
export const byId = (id) => document.getElementById(id);

export const replace = (node, ...children) => node.replaceChildren(...children.flat(3).filter((child) => child).map(madeOf));

/** A child that is made only where `refresh` does not find it standing already. */
class Later {
  /**
   * @param {() => Node} make
   * @param {(old: Node) => boolean} stands */
  constructor(make, stands) {
    this.make = make;
    this.stands = stands;
  }
}

/** @type {WeakMap<Node, string>} */
const keys = new WeakMap();

/** An element that `refresh` leaves as it is where it stands under the same key: whatever it says and does must follow from the key.
 * @param {string} key
 * @param {() => Node} make */
export function keyed(key, make) {
  const withKey = () => {
    const node = make();
    keys.set(node, key);
    return node;
  };
  return new Later(withKey, (old) => keys.get(old) === key);
}

/** An element of which `refresh` asks the children one by one, where one with its attributes stands already.
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {any[]} children */
export function shell(tag, attributes, ...children) {
  const isSame = (old) => old.nodeName.toLowerCase() === tag && !keys.has(old) && saysSame(old, attributes);
  return new Later(() => el(tag, attributes, children), (old) => {
    if (!isSame(old)) return false;
    saidBy.set(old, attributes);
    refresh(old, children);
    return true;
  });
}

const madeOf = (child) => (child instanceof Later ? child.make() : child);

/** The same as `replace`, but what says the same as before stays: the browser then lays out and paints only what is new.
 * @param {Node} node
 * @param {any[]} children */
export function refresh(node, ...children) {
  const wanted = children.flat(3).filter((child) => child);
  wanted.forEach((child, i) => {
    const old = node.childNodes[i];
    if (old && child instanceof Later && child.stands(old)) return;
    const made = madeOf(child);
    const next = made instanceof Node ? made : document.createTextNode(made);
    if (!old) node.appendChild(next);
    else if (!takesOver(old, next)) node.replaceChild(next, old);
  });
  while (node.lastChild && node.childNodes.length > wanted.length) node.removeChild(node.lastChild);
}

/** Whether an old node could become a new one by its content and by whom it calls; a control that readers change is always made anew. */
function takesOver(old, next) {
  if (old.nodeType === Node.TEXT_NODE && next.nodeType === Node.TEXT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return true;
  }
  if (old.nodeName !== next.nodeName || /^(SELECT|INPUT|TEXTAREA|DETAILS)$/.test(old.nodeName)) return false;
  const said = saidBy.get(next);
  if (!said || !saysSame(old, said)) return false;
  saidBy.set(old, said);
  if (keys.has(next)) keys.set(old, keys.get(next));
  else keys.delete(old);
  refresh(old, [...next.childNodes]);
  return true;
}

/** Whether an element has these attributes, and listens to the same events. */
function saysSame(node, said) {
  const own = saidBy.get(node);
  const names = Object.keys(said);
  return own !== undefined && names.length === Object.keys(own).length && names.every((name) => {
    if (name === "style") return JSON.stringify(own.style) === JSON.stringify(said.style);
    return own[name] === said[name] || (name.startsWith("on") && typeof own[name] === typeof said[name]);
  });
}

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
