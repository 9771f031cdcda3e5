/**
 * Effects of two arms in words and the other way round, as `unitdocs.analysis.descriptions` writes them; pure functions.
 */

import * as notation from "./notation.js";

/**
 * @typedef {"less" | "more" | "equivalent" | "inconclusive"} Verdict
 * @typedef {"better" | "worse" | "below margin" | "equivalent" | "inconclusive" | "no verdict"} Outcome
 *
 * @typedef {object} Effect of side B compared with side A
 * @property {"ratio" | "difference"} scale
 * @property {number} estimate
 * @property {number} low
 * @property {number} high
 * @property {number} level confidence of the interval; 1 without an estimate
 * @property {Verdict} verdict
 * @property {boolean} isBelowMargin
 * @property {boolean} isExact
 *
 * @typedef {object} NoEffect
 * @property {string} status
 * @property {string} reason
 * @property {number} [ratio]
 *
 * @typedef {object} Metric what is measured, and its words for either direction
 * @property {string} unit
 * @property {string} less
 * @property {string} more
 * @property {boolean} isHigherBetter
 * @property {boolean} isShare
 *
 * @typedef {object} Comparison one case of both sides
 * @property {Effect} [effect]
 * @property {NoEffect} [none] why there is no effect
 * @property {(number | null)[]} means of side A and side B
 */

/** @type {Record<Verdict, Verdict>} */
const OTHER_WAY = { less: "more", more: "less", equivalent: "equivalent", inconclusive: "inconclusive" };

/**
 * Return an effect as it is in the page's data with everything that was left out there.
 *
 * @param {any} written
 * @returns {Effect}
 */
export function read(written) {
  const { estimate, low = estimate, high = estimate, isBelowMargin = false, isExact = false } = written;
  const [middle, ...ends] = [estimate, low, high].map(Number); // what is not finite is a string
  return { ...written, estimate: middle, low: ends[0], high: ends[1], isBelowMargin, isExact };
}

/**
 * Return the comparison of side A with side B.
 *
 * @param {Comparison} comparison
 * @returns {Comparison}
 */
export function swapped({ effect, none, means }) {
  const sides = [...means].reverse();
  if (effect) return { effect: inverse(effect), means: sides };
  return { none: none?.ratio === undefined ? none : { ...none, ratio: 1 / none.ratio }, means: sides };
}

/**
 * @param {Effect} effect
 * @returns {Effect}
 */
function inverse(effect) {
  const turned = (/** @type {number} */ value) => (effect.scale === "ratio" ? 1 / value : -value);
  const [estimate, low, high] = [effect.estimate, effect.high, effect.low].map(turned);
  return { ...effect, estimate, low, high, verdict: OTHER_WAY[effect.verdict] };
}

/**
 * Return direction and size, such as `20× faster`; the status if there is no effect.
 *
 * @param {Comparison} comparison
 * @param {Metric} metric
 */
export function extent({ effect, none, means }, metric) {
  if (!effect) return none?.ratio === undefined ? (none?.status ?? "") : notation.plainRatio(none.ratio);
  const { estimate } = effect;
  if (effect.isExact && estimate === unchanged(effect)) return "the same";
  const label = estimate < unchanged(effect) ? metric.less : metric.more;
  if (effect.scale === "difference") {
    if (!hasDirection(effect)) return notation.changePoints(estimate);
    return `${notation.points(Math.abs(estimate))} ${label}`;
  }
  if (!hasDirection(effect)) return notation.signedChange(estimate);
  if (estimate === 0 || estimate === Infinity) return `${label}, from ${amounts(means, metric).join(" to ")}`;
  return notation.change(estimate, label);
}

/**
 * Return the interval of the size that `extent` gives; empty if there is none.
 *
 * @param {Comparison} comparison
 */
export function interval({ effect }) {
  if (!effect || Number.isNaN(effect.low)) return "";
  if (effect.scale === "difference") return inPoints(effect);
  if (effect.isExact) return effect.estimate === 1 ? "" : "exact count";
  if (!hasDirection(effect)) return notation.signedInterval(effect.low, effect.high);
  return notation.changeInterval(effect.estimate, effect.low, effect.high);
}

/** @param {Effect} effect */
function inPoints(effect) {
  const { estimate, low, high } = effect;
  if (effect.isExact) {
    if (estimate !== 0) return "exact count";
    return high ? `none seen: at most ${notation.percent(high)}` : "";
  }
  if (!hasDirection(effect)) return `${notation.changePoints(low).replace(/ points$/, "")} to ${notation.changePoints(high)}`;
  const ends = estimate >= 0 ? [low, high] : [-high, -low];
  return `${notation.number(100 * ends[0])} to ${notation.points(ends[1])}`;
}

/**
 * Return what a row shows of side A and side B; shares in percent.
 *
 * @param {(number | null)[]} means
 * @param {Metric} metric
 */
export function amounts(means, { unit, isShare }) {
  return means.map((mean) => (isShare && mean !== null ? notation.percent(mean) : notation.quantity(mean, unit)));
}

/**
 * Return what a verdict means for side B.
 *
 * @param {Comparison} comparison
 * @param {Metric} metric
 * @returns {Outcome}
 */
export function outcome({ effect }, { isHigherBetter }) {
  if (!effect) return "no verdict";
  if (effect.isBelowMargin) return "below margin";
  const { verdict } = effect;
  if (verdict === "equivalent" || verdict === "inconclusive") return verdict;
  return (verdict === "more") === isHigherBetter ? "better" : "worse";
}

/**
 * Return the one word for a case: the outcome, or the direction in the metric's own words.
 *
 * @param {Comparison} comparison
 * @param {Metric} metric
 */
export function outcomeLabel(comparison, metric) {
  const { effect } = comparison;
  if (!effect) return "no verdict";
  if (effect.isBelowMargin) return "below margin";
  const { verdict } = effect;
  return verdict === "less" || verdict === "more" ? metric[verdict] : verdict;
}

/**
 * Compare two cases, the worst for side B first: what failed, worse ones, inconclusive ones, then by the gain.
 *
 * @param {Comparison} one
 * @param {Comparison} other
 * @param {Metric} metric
 */
export function worstFirst(one, other, metric) {
  const [left, right] = [one, other].map((comparison) => rank(comparison, metric));
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : left[at] - right[at];
}

/**
 * Return a key that sorts: a place by outcome, how many times better side B is, and by how much more.
 *
 * What only side B needs is infinitely more, however little that is; it counts as if side A needed one.
 *
 * @param {Comparison} comparison
 * @param {Metric} metric
 */
function rank(comparison, metric) {
  const { effect, none, means } = comparison;
  if (!effect) return [none?.status === "failed" ? 0 : 4, 0, 0];
  const { estimate } = effect;
  const more = (means[1] ?? 0) - (means[0] ?? 0);
  const signed = metric.isHigherBetter ? estimate : -estimate;
  const times = metric.isHigherBetter ? estimate : 1 / estimate;
  const gain = effect.scale === "difference" ? 1 + signed : estimate === Infinity ? 1 / Math.max(more, 1) : times;
  const place = { worse: 1, inconclusive: 2 }[/** @type {string} */ (outcome(comparison, metric))] ?? 3;
  return [place, gain, metric.isHigherBetter ? more : -more];
}

/** @param {Effect} effect */
function hasDirection({ verdict }) {
  return verdict === "less" || verdict === "more";
}

/** @param {Effect} effect */
function unchanged({ scale }) {
  return scale === "ratio" ? 1 : 0;
}
