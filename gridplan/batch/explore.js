// Ranges picked on the axes: a plan stays on the page if its line passes through all of them.
(() => {
  "use strict";
  const chart = document.getElementById("axes");
  const shown = document.getElementById("shown");
  const clear = document.getElementById("clear");
  const top = Number(chart.dataset.top);
  const bottom = Number(chart.dataset.bottom);
  const cards = new Map([...document.querySelectorAll(".card")].map((card) => [card.dataset.plan, card]));
  const lines = [...chart.querySelectorAll(".plan")].map((line) => ({
    line,
    card: cards.get(line.dataset.plan),
    heights: line.getAttribute("points").split(" ").map((point) => Number(point.split(",")[1])),
  }));
  const axes = [...chart.querySelectorAll(".axis")];
  const ranges = axes.map(() => null);

  const passes = (heights) => ranges.every((range, i) => range === null || (heights[i] >= range[0] - 1 && heights[i] <= range[1] + 1));

  const show = () => {
    let count = 0;
    for (const { line, card, heights } of lines) {
      const stays = passes(heights);
      count += stays ? 1 : 0;
      line.classList.toggle("out", !stays);
      card.hidden = !stays;
    }
    axes.forEach((axis, i) => {
      const [from, to] = ranges[i] ?? [0, 0];
      const picked = axis.querySelector(".picked");
      picked.setAttribute("y", from);
      picked.setAttribute("height", Math.max(to - from, ranges[i] === null ? 0 : 2));
    });
    clear.hidden = ranges.every((range) => range === null);
    shown.textContent = shown.dataset.words.replace("{m}", count).replace("{n}", lines.length);
  };

  const heightOf = (event) => {
    const box = chart.getBoundingClientRect();
    const height = ((event.clientY - box.top) / box.height) * chart.viewBox.baseVal.height;
    return Math.min(Math.max(height, top), bottom);
  };

  const drag = (axis, i) => {
    const grip = axis.querySelector(".grip");
    let from = null;
    grip.addEventListener("pointerdown", (event) => {
      from = heightOf(event);
      ranges[i] = null;
      grip.setPointerCapture(event.pointerId);
      show();
    });
    grip.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const to = heightOf(event);
      ranges[i] = Math.abs(to - from) < 3 ? null : [Math.min(from, to), Math.max(from, to)];
      show();
    });
    for (const end of ["pointerup", "pointercancel"]) grip.addEventListener(end, () => { from = null; });
  };

  // Arrows go from value to value of the plans: up and down move the upper end, with Shift the lower one.
  const stepped = (i, key, lower) => {
    const stops = [...new Set([top, bottom, ...lines.map(({ heights }) => heights[i])])].sort((a, b) => a - b);
    const [from, to] = ranges[i] ?? [top, bottom];
    const now = lower ? to : from;
    const next = key === "ArrowDown" ? stops.find((stop) => stop > now) : stops.findLast((stop) => stop < now);
    if (next === undefined) return [from, to];
    return lower ? [Math.min(from, next), next] : [next, Math.max(to, next)];
  };

  const press = (axis, i) => axis.addEventListener("keydown", (event) => {
    if (event.key === "Escape") ranges[i] = null;
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") ranges[i] = stepped(i, event.key, event.shiftKey);
    else return;
    event.preventDefault();
    show();
  });

  const point = ({ line, card }) => {
    const mark = (near) => () => {
      line.classList.toggle("near", near);
      card.classList.toggle("near", near);
    };
    for (const part of [line, card]) {
      part.addEventListener("pointerenter", mark(true));
      part.addEventListener("pointerleave", mark(false));
    }
  };

  axes.forEach(drag);
  axes.forEach(press);
  lines.forEach(point);
  clear.addEventListener("click", () => {
    ranges.fill(null);
    show();
  });
  show();
})();
