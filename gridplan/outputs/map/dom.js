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
export const saidBy = new WeakMap(); // attributes and listeners of an element, as given

function listen(node, name, handler) {
  node.addEventListener(name.slice(2), (event) => (saidBy.get(node) || { [name]: handler })[name](event));
}

/** An element of the page; what kind it is stands where it is made.
 * @type {(id: string) => any} */
export const byId = (id) => document.getElementById(id);

/** A child that is made only where `refresh` does not find it standing already. */
export class Later {
  /**
   * @param {() => Node} make
   * @param {(old: Node) => boolean} stands */
  constructor(make, stands) {
    this.make = make;
    this.stands = stands;
  }
}

export const madeOf = (child) => (child instanceof Later ? child.make() : child);

export const replace = (node, ...children) => node.replaceChildren(...children.flat(3).filter((child) => child).map(madeOf));

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
