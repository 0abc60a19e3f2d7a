// Words and numbers in the language of the page.

/** @type {{ language: "zh" | "en", words: Record<string, [string, string]> }} */
export const spoken = { language: "zh", words: {} };

/** One of two wordings. @param {[string, string] | string[]} pair */
export const pick = (pair) => (pair ? pair[spoken.language === "zh" ? 0 : 1] : "");

/** Words by name, `{placeholders}` filled; "one|many" where English tells them apart.
 * @param {string} name @param {Record<string, any>} [values] */
export function t(name, values) {
  const pair = spoken.words[name];
  if (!pair) return name;
  const [one, many] = pick(pair).split("|");
  const chosen = many === undefined || String(values && values.n) === "1" ? one : many;
  return chosen.replace(/\{(\w+)\}/g, (whole, key) => (values && key in values ? String(values[key]) : whole));
}

/** What was needed and found, a blank between Chinese words and a number or a Latin word.
 * @param {any} problem */
export function neededFound(problem) {
  const part = (pair) => (spoken.language === "zh" && /^[!-~]/.test(pick(pair)) ? ` ${pick(pair)}` : pick(pair));
  return t("needed_found", { needed: part(problem.needed), found: part(problem.found) });
}

export const grouped = (n) => Math.round(n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
export const decimals = (x, n) => x.toFixed(n).replace("-", "\u2212");
export const percent = (share, n = 1) => (share === null || share === undefined ? "" : `${decimals(100 * share, n)}%`);
export const minutes = (m) => (m === null || m === undefined ? "" : t("minutes_n", { n: decimals(m, 1) }));

/** People as a planner reads them: 万 with one decimal, or thousands. @param {number} n */
export function people(n) {
  if (spoken.language === "zh") return n < 10000 ? t("people_n", { n: grouped(n) }) : t("people_wan", { n: decimals(n / 10000, 1) });
  return t("people_n", { n: grouped(n) });
}

/** Bytes as files are told. @param {number} n */
export const bytes = (n) => (n === undefined ? "" : n < 1e6 ? `${decimals(n / 1e3, n < 1e4 ? 1 : 0)} KB` : `${decimals(n / 1e6, 1)} MB`);

/** Seconds as a clock says them. @param {number} s */
export function clock(s) {
  const whole = Math.floor(s);
  return whole < 60 ? t("seconds_n", { n: whole }) : t("minutes_seconds", { m: Math.floor(whole / 60), s: whole % 60 });
}
