/**
 * Two sides that were measured apart: the ratio of their geometric means with Welch's t interval for unequal spreads.
 *
 * The same as `unitdocs.stats.unpaired_effect`, to six digits and more; pure functions, without a page.
 */

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/**
 * Return number, mean and squared standard error of logarithms, one a process; exactly 0 where all are equal.
 *
 * @param {number[]} logs
 */
export function summary(logs) {
  const n = logs.length;
  const mean = sum(logs) / n;
  if (logs.every((log) => log === logs[0])) return { n, mean, square: n > 1 ? 0 : NaN };
  return { n, mean, square: sum(logs.map((log) => (log - mean) ** 2)) / (n - 1) / n };
}

/**
 * Return the two-sided t quantile for degrees of at least 1. Its logarithm is a cubic through four of the table.
 *
 * @param {number[]} table
 * @param {number} degrees
 */
export function quantile(table, degrees) {
  const steps = table.length - 1;
  const place = steps / degrees;
  const first = Math.min(Math.max(Math.floor(place) - 1, 0), steps - 3);
  const nodes = [0, 1, 2, 3];
  const weight = (/** @type {number} */ node) =>
    nodes.filter((other) => other !== node).reduce((w, other) => (w * (place - first - other)) / (node - other), 1);
  return Math.exp(sum(nodes.map((node) => weight(node) * Math.log(table[first + node]))));
}

/**
 * Return n1 + n2 choose n1.
 *
 * @param {number} n1
 * @param {number} n2
 */
function choose(n1, n2) {
  let count = 1;
  for (let i = 1; i <= n1; i++) count = (count * (n2 + i)) / i;
  return count;
}

/**
 * How many values each side needs so that their order alone can give a p-value, 2 / (2n choose n), below the level.
 *
 * @param {number} level
 */
export function leastValues(level) {
  let n = 1;
  while (2 / choose(n, n) >= level) n++;
  return n;
}

/**
 * The ratio of side B to side A with its interval; without one, how many values a side needs at least.
 *
 * @typedef {{ ratio: number, low: number, high: number, degrees: number, needed?: undefined }} Measured
 * @typedef {{ ratio: number, low?: undefined, high?: undefined, degrees?: undefined, needed: number }} TooFew
 * @typedef {Measured | TooFew} Effect
 */

/**
 * Return the effect of side B over side A.
 *
 * @param {number[]} logsA one logarithm a process of side A
 * @param {number[]} logsB the same of side B
 * @param {number[]} quantiles two-sided t quantiles over 1 / degrees, in equal steps from 0 to 1
 * @param {number} level the error level that they are for, such as 0.05
 * @returns {Effect}
 */
export function welch(logsA, logsB, quantiles, level) {
  const sides = [summary(logsA), summary(logsB)];
  const [a, b] = sides;
  const centre = b.mean - a.mean;
  const ratio = Math.exp(centre);
  if (Math.min(a.n, b.n) < 2) return { ratio, needed: 2 };
  const total = a.square + b.square;
  if (total === 0 && centre !== 0 && 2 / choose(a.n, b.n) >= level) return { ratio, needed: leastValues(level) };
  const inverse = total ? sum(sides.map(({ n, square }) => (square / total) ** 2 / (n - 1))) : 0;
  const degrees = inverse ? 1 / inverse : a.n + b.n - 2;
  const half = quantile(quantiles, degrees) * Math.sqrt(total);
  return { ratio, low: Math.exp(centre - half), high: Math.exp(centre + half), degrees };
}

/**
 * Return less, more, equivalent or inconclusive: as `unitdocs.stats.verdict_of`.
 *
 * @param {{ ratio: number, low: number, high: number }} effect
 * @param {number} margin
 * @returns {"less" | "more" | "equivalent" | "inconclusive"}
 */
export function verdict(effect, margin) {
  if (excludesOne(effect)) return effect.ratio < 1 ? "less" : "more";
  return isWithin(effect, margin) ? "equivalent" : "inconclusive";
}

/**
 * Return whether there is a difference whose interval lies inside the margin: as `unitdocs.stats.is_below_margin`.
 *
 * @param {{ low: number, high: number }} effect
 * @param {number} margin
 */
export function isBelowMargin(effect, margin) {
  return excludesOne(effect) && isWithin(effect, margin);
}

/** @param {{ low: number, high: number }} effect */
function excludesOne({ low, high }) {
  return low > 1 || high < 1;
}

/**
 * @param {{ low: number, high: number }} effect
 * @param {number} margin
 */
function isWithin({ low, high }, margin) {
  return low > 1 / (1 + margin) && high < 1 + margin;
}
