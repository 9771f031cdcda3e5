/**
 * Numbers and changes in words, as `unitdocs.formatting` writes them; pure functions, without a page.
 */

const LEAST_FACTOR = 2;
const LEAST_PERCENT = 0.01;

/**
 * Write a number with the given significant digits, thousands separated.
 *
 * @param {number} value
 * @param {number} digits
 */
export function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  const shown = Math.abs(value) < 10 ** digits ? rounded : value;
  return shown.toLocaleString("en-US", { maximumFractionDigits: Math.min(decimals, 20) });
}

/**
 * Write how far a ratio is from 1: `7.4× faster`, or `4.2 % slower` below a factor of 2.
 *
 * @param {number} ratio
 * @param {string | undefined} label the direction; without one, the change has a sign
 */
export function change(ratio, label) {
  return label === undefined ? signed(ratio) : `${size(ratio, isFactor(ratio))} ${label}`;
}

/**
 * Write the interval of a ratio in the form of its change.
 *
 * @param {{ ratio: number, low: number, high: number }} effect
 */
export function interval({ ratio, low, high }) {
  if (low <= 1 && high >= 1) return `${signed(low)} to ${signed(high)}`;
  const ends = ratio > 1 ? [low, high] : [high, low];
  return ends.map((end) => size(end, isFactor(ratio))).join(" to ");
}

/**
 * Write a place on an axis of ratios: a change with its sign, or from a factor of 2 on a multiple or a fraction.
 *
 * @param {number} ratio
 */
export function tick(ratio) {
  if (!isFactor(ratio)) return signed(ratio);
  return ratio > 1 ? factor(ratio) : `1/${factor(1 / ratio)}`;
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
  return `${number(Number(share.toFixed(decimalsOf(share))), 8)} %`;
}

/** @param {number} ratio */
function signed(ratio) {
  if (ratio === Infinity) return "+∞ %";
  const share = 100 * (ratio - 1);
  const decimals = decimalsOf(share);
  const format = { signDisplay: /** @type {const} */ ("always"), minimumFractionDigits: decimals };
  return `${share.toLocaleString("en-US", { ...format, maximumFractionDigits: decimals })} %`;
}

/** @param {number} share */
function decimalsOf(share) {
  const rounded = Number(Math.abs(share).toFixed(2));
  return Math.max(0, 2 - [10, 100].filter((bound) => rounded >= bound).length);
}

/** @param {number} value */
function factor(value) {
  return `${value === Infinity ? "∞" : number(value, value > 0.9 && value < 1.1 ? 4 : 3)}×`;
}
