/**
 * Numbers and changes in words, as `unitdocs.formatting` writes them; pure functions, without a page.
 */

const LEAST_FACTOR = 2;
const LEAST_PERCENT = 0.01;
const MOST_DIGITS = 8;
const SURE = 40; // decimals after which a number that is half-way so far is exactly half-way
/** @type {Record<string, [number, string][]>} */
const STEPS = {
  s: [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]],
  B: [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]],
};

/**
 * Round to decimals; a number exactly between two goes to the even one, as in Python.
 *
 * @param {number} value
 * @param {number} decimals at least 0
 */
function rounded(value, decimals) {
  const text = value.toFixed(decimals);
  if (!/^50*$/.test(value.toFixed(Math.min(100, decimals + SURE)).split(".")[1].slice(decimals))) return Number(text);
  const half = 10 ** -decimals / 2;
  const [low, high] = [value - half, value + half].map((end) => Number(end.toFixed(decimals)));
  return Number(low.toFixed(decimals).slice(-1)) % 2 ? high : low;
}

/**
 * Write a number with the given significant digits, thousands separated.
 *
 * @param {number} value
 * @param {number} digits
 */
export function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const decimals = Math.max(0, digits - 1 - exponent(value));
  return rounded(value, Math.min(decimals, 60)).toLocaleString("en-US", { maximumFractionDigits: 60 });
}

/**
 * Return the power of ten of a number's first digit.
 *
 * @param {number} value not 0
 */
function exponent(value) {
  return Number(value.toExponential().split("e")[1]);
}

/**
 * Write a value scaled for display by its unit: `s`, `B`, `1/s`, `B/s`, or `1` for counts.
 *
 * @param {number | null} value
 * @param {string} unit
 * @param {number} digits
 * @returns {string}
 */
export function quantity(value, unit, digits = 3) {
  if (value === null || !Number.isFinite(value)) return "–";
  if (unit === "1/s" || unit === "B/s") return `${quantity(value, unit.slice(0, -2), digits)}/s`;
  const steps = STEPS[unit];
  if (!steps) return number(value, digits);
  const [step, name] = steps.find(([least]) => Math.abs(value) >= 0.9995 * least) ?? steps[steps.length - 1];
  return `${number(value / step, digits)} ${name}`;
}

/**
 * Write a share as percent.
 *
 * @param {number} share
 * @param {number} digits
 */
export function percent(share, digits = 3) {
  return `${number(100 * share, digits)} %`;
}

/**
 * Write a difference of two shares in percentage points.
 *
 * @param {number} difference
 */
export function points(difference) {
  const count = number(100 * difference);
  return `${count} ${count === "1" ? "point" : "points"}`;
}

/**
 * Write the same with its sign, where no direction is known: `-1.25 points`.
 *
 * @param {number} difference
 */
export function changePoints(difference) {
  return `${withSign(100 * difference, 2)} points`;
}

/**
 * Write how far a ratio is from 1: `7.4× faster`, or `4.2 % slower` below a factor of 2.
 *
 * @param {number} ratio
 * @param {string} label the direction
 */
export function change(ratio, label) {
  return `${size(ratio, isFactor(ratio))} ${label}`;
}

/**
 * Write the interval of a ratio in the form of its change.
 *
 * @param {number} ratio
 * @param {number} low
 * @param {number} high
 */
export function changeInterval(ratio, low, high) {
  if (low < 1 && high > 1) return signedInterval(low, high);
  const ends = ratio > 1 ? [low, high] : [high, low];
  return ends.map((end) => size(end, isFactor(ratio))).join(" to ");
}

/**
 * Write a ratio as a change in percent with its sign, where no direction is known.
 *
 * @param {number} ratio
 */
export function signedChange(ratio) {
  if (ratio === Infinity) return "+∞ %";
  const share = 100 * (ratio - 1);
  return `${withSign(share, decimalsOf(share))} %`;
}

/**
 * @param {number} low
 * @param {number} high
 */
export function signedInterval(low, high) {
  return `${signedChange(low)} to ${signedChange(high)}`;
}

/**
 * Write a ratio that has no verdict and hence no direction.
 *
 * @param {number} ratio
 */
export function plainRatio(ratio) {
  return isFactor(ratio) ? factor(ratio) : signedChange(ratio);
}

/**
 * Write a place on an axis of ratios: a change with its sign, or from a factor of 2 on a multiple or a fraction.
 *
 * @param {number} ratio
 * @param {number} digits more than three where places are near one another
 */
export function tick(ratio, digits = 3) {
  if (ratio === 1) return "same";
  if (!isFactor(ratio)) return digits > 3 ? `${withSign(100 * (ratio - 1), digits - 2)} %` : signedChange(ratio);
  return `${ratio > 1 ? "" : "1/"}${number(Math.max(ratio, 1 / ratio), digits)}×`;
}

/** @param {number} ratio */
function isFactor(ratio) {
  return Math.max(ratio, 1 / ratio) >= LEAST_FACTOR;
}

/**
 * @param {number} ratio
 * @param {boolean} asFactor
 */
function size(ratio, asFactor) {
  if (asFactor || ratio === Infinity) return factor(Math.max(ratio, 1 / ratio));
  const share = 100 * Math.abs(ratio - 1);
  if (share > 0 && share < LEAST_PERCENT) return `< ${LEAST_PERCENT} %`;
  return `${number(rounded(share, decimalsOf(share)), MOST_DIGITS)} %`;
}

/**
 * @param {number} value
 * @param {number} decimals
 */
function withSign(value, decimals) {
  const format = { signDisplay: /** @type {const} */ ("always"), minimumFractionDigits: decimals };
  return rounded(value, decimals).toLocaleString("en-US", { ...format, maximumFractionDigits: decimals });
}

/** @param {number} share */
function decimalsOf(share) {
  const nearest = rounded(Math.abs(share), 2);
  return Math.max(0, 2 - [10, 100].filter((bound) => nearest >= bound).length);
}

/**
 * Write a factor; one other than 1 is never written as 1.
 *
 * @param {number} value
 */
function factor(value) {
  if (value === Infinity) return "∞×";
  for (let digits = value > 0.9 && value < 1.1 ? 4 : 3; digits < MOST_DIGITS; digits++) {
    const text = number(value, digits);
    if (text !== "1" || value === 1) return `${text}×`;
  }
  return "1×";
}
