// Filling an element anew so that what says the same as before stays as it is: the browser then lays out and paints only what is new.

import { el, Later, madeOf, saidBy } from "./dom.js";

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

/** The same as `replace`, but what says the same as before stays.
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

/** Whether an old node could become a new one by its content and by whom it calls; a control that readers have changed, or chose from, is always made anew, and so is what unfolds, unless its title says the same. */
function takesOver(old, next) {
  if (old.nodeType === Node.TEXT_NODE && next.nodeType === Node.TEXT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return true;
  }
  if (old.nodeName !== next.nodeName || (/^(SELECT|INPUT|TEXTAREA|DETAILS)$/.test(old.nodeName) && !isUntouched(old) && !isOfOneTitle(old, next))) return false;
  const said = saidBy.get(next);
  if (!said || !saysSame(old, said)) return false;
  saidBy.set(old, said);
  const key = keys.get(next);
  if (key === undefined) keys.delete(old);
  else keys.set(old, key);
  refresh(old, [...next.childNodes]);
  return true;
}

/** Whether a node is a field in which nothing else stands than it was made with: what is selected in it stays selected, and is written over by what is typed. */
const isUntouched = (node) => node.nodeName === "INPUT" && /^(text|number)$/.test(node.type) && node.value === node.defaultValue;

const isOfOneTitle = (old, next) => old.nodeName === "DETAILS" && old.firstChild.textContent === next.firstChild.textContent;

/** Whether an element has these attributes, and listens to the same events. */
function saysSame(node, said) {
  const own = saidBy.get(node);
  const names = Object.keys(said);
  return own !== undefined && names.length === Object.keys(own).length && names.every((name) => {
    if (name === "style") return JSON.stringify(own.style) === JSON.stringify(said.style);
    return own[name] === said[name] || (name.startsWith("on") && typeof own[name] === typeof said[name]);
  });
}
