// Where the names of the grids stand: beside their disc, inside their grid if there is room, clear of each other.
// The same routine serves the screen and the printed sheet; lengths are in the pixels of whoever asks.

import { DATA } from "./base.js";

/**
 * Choose one of twelve places for each label.
 * labels: [{grid, x, y, width, height}]; discs: [{x, y, r}]; gridOf(x, y) -> grid or -1; frame: {width, height}.
 * Returns the labels' boxes [{left, top, width, height, align}].
 */
export function placeLabels(labels, discs, gridOf, frame) {
  const choices = labels.map((item) => positionsOf(item).map((box, order) => ({ ...box, cost: ownCost(box, order, item, discs, gridOf, frame) })));
  const chosen = choices.map((boxes) => boxes.reduce((best, box, i) => (box.cost < boxes[best].cost ? i : best), 0));
  for (let pass = 0; pass < 6; pass += 1) {
    choices.forEach((boxes, i) => {
      const full = (box) => box.cost + choices.reduce((sum, others, j) => sum + (j === i ? 0 : 30 * overlap(box, others[chosen[j]])), 0);
      chosen[i] = boxes.reduce((best, box, k) => (full(box) < full(boxes[best]) ? k : best), 0);
    });
  }
  return choices.map((boxes, i) => boxes[chosen[i]]);
}

const MOST_SHARED = 0.12; // of the smaller of two labels
const MOST_COVERED = 0.3; // of the disc of another lead

/** The labels that stand clear of each other and of the discs of others, and nearer to none of them than to their own; where two do not, the one of more people stays. */
export function withoutCollisions(boxes, discs, importance) {
  const kept = [];
  for (const box of [...boxes].sort((a, b) => importance(b) - importance(a))) {
    const { x: ownX, y: ownY } = box.item;
    const others = discs.filter(({ x, y }) => Math.hypot(x - ownX, y - ownY) > 1);
    const hides = others.some((disc) => overlap({ left: disc.x - disc.r, top: disc.y - disc.r, width: 2 * disc.r, height: 2 * disc.r }, box) > MOST_COVERED || farFrom(box, disc) < farFrom(box, { x: ownX, y: ownY, r: disc.r }));
    if (!hides && !kept.some((other) => overlap(box, other) > MOST_SHARED)) kept.push(box);
  }
  return boxes.filter((box) => kept.includes(box));
}

function positionsOf({ x, y, width, height, gap }) {
  const above = y - gap - height;
  const below = y + gap;
  const right = x + gap + 2;
  const left = x - gap - 2 - width;
  const box = (boxLeft, top, align) => ({ left: boxLeft, top, width, height, align });
  return [
    box(x - width / 2, above, "center"),
    box(right, y - height / 2, "left"),
    box(left, y - height / 2, "right"),
    box(x - width / 2, below, "center"),
    box(right - gap, above + 4, "left"),
    box(left + gap, above + 4, "right"),
    box(right - gap, below - 4, "left"),
    box(left + gap, below - 4, "right"),
    box(right, y - height, "left"),
    box(left, y - height, "right"),
    box(right, y, "left"),
    box(left, y, "right"),
  ];
}

function ownCost(box, order, item, discs, gridOf, frame) {
  let outside = 0;
  for (let row = 0; row < 3; row += 1) {
    for (let column = 0; column < 6; column += 1) {
      const found = gridOf(box.left + (box.width * (column + 0.5)) / 6, box.top + (box.height * (row + 0.5)) / 3);
      if (found !== item.grid) outside += found < 0 ? 0.55 : 1;
    }
  }
  const isOut = box.left < 2 || box.top < 2 || box.left + box.width > frame.width - 2 || box.top + box.height > frame.height - 2;
  const covered = discs.reduce((sum, disc) => sum + overlap(box, { left: disc.x - disc.r, top: disc.y - disc.r, width: 2 * disc.r, height: 2 * disc.r }), 0);
  const others = discs.filter((disc) => Math.hypot(disc.x - item.x, disc.y - item.y) > 1 && farFrom(box, disc) < disc.r / 2);
  return (6 * outside) / 18 + 8 * covered + 1.5 * others.length + 0.12 * order + (isOut ? 40 : 0);
}

/** How far a box lies from a disc; beside the disc of another lead a name would be read as that one's. */
function farFrom(box, { x, y, r }) {
  const [dx, dy] = [Math.max(box.left - x, 0, x - box.left - box.width), Math.max(box.top - y, 0, y - box.top - box.height)];
  return Math.hypot(dx, dy) - r;
}

/** Share of the smaller box that two boxes have in common. */
export function overlap(one, two) {
  const width = Math.min(one.left + one.width, two.left + two.width) - Math.max(one.left, two.left);
  const height = Math.min(one.top + one.height, two.top + two.height) - Math.max(one.top, two.top);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / Math.min(one.width * one.height, two.width * two.height);
}

/**
 * Lead names as people say them: without the name of the place, and without what follows in brackets or after an at sign, as
 * far as they stay different. The full name stands in the card and in the row's title.
 */
export const SHORT_NAMES = shortNames(DATA.grids.map((grid) => grid.leadName || grid.id));

function shortNames(names) {
  const bare = names.map((name) => name.split(/[(（@]/)[0].trim());
  return names.map((name, i) => {
    const told = bare[i].length >= 2 && bare.indexOf(bare[i]) === bare.lastIndexOf(bare[i]) ? bare[i] : name;
    return withoutPlace(told);
  });
}

/** What the short name leaves out, for readers who hear the table and for searching in the page. */
export const restOfName = (grid) => withoutPlace(DATA.grids[grid].leadName).slice(SHORT_NAMES[grid].length);

export function withoutPlace(name) {
  const place = DATA.place[0];
  let same = 0;
  while (same < place.length && place[same] === name[same]) same += 1;
  if (same && /[市县区州]/.test(place[same - 1])) same -= 1;
  return same >= 2 && name.length - same >= 4 ? name.slice(same) : name;
}
