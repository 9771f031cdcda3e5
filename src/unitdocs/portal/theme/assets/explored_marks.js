/**
 * Axes and marks of the page Explore, as SVG: places across are shares of the width, so that they fit any.
 */

import { changePoints, tick } from "./notation.js";

/**
 * @typedef {object} Axis
 * @property {number} low its left end, as a logarithm where it has them
 * @property {number} high
 * @property {boolean} hasLogarithms
 * @property {number[]} ticks round values on it
 *
 * @typedef {import("./effects.js").Effect} Effect
 * @typedef {import("./effects.js").Outcome} Outcome
 * @typedef {Record<string, string | number | null>} Attributes
 */

const SVG = "http://www.w3.org/2000/svg";
const MOST_TICKS = 4;
const WIDEST = Math.log(10); // an axis of ratios reaches at most this far beyond them; intervals may go on
const NARROW = 180; // pixels of a column's axis, and of a character of its texts
const CHARACTER = 7;
const LEAST = { ratio: 0.005, difference: 0.0005 }; // room on either side
/**
 * Shapes around 0, 0: those of the site's figures, so that no outcome is known by its colour alone.
 *
 * @type {Record<Outcome | "goes on", string>}
 */
const SHAPES = {
  better: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
  worse: "M0 -5L5 4H-5z",
  "below margin": "M-3.5 -3.5h7v7h-7z",
  equivalent: "M-3.5 -3.5h7v7h-7z",
  inconclusive: "M0 -5L5 0L0 5L-5 0z",
  "no verdict": "M-4 -4L4 4M4 -4L-4 4",
  "goes on": "M-4 -5L5 0L-4 5z",
};

/**
 * Return an axis on which all effects have their place; infinite ones are at its end.
 *
 * @param {Effect[]} effects of one scale, at least one
 * @returns {Axis}
 */
export function axisOf(effects) {
  const hasLogarithms = effects[0].scale === "ratio";
  const placed = hasLogarithms ? Math.log : Number;
  const middles = effects.map(({ estimate }) => placed(estimate)).filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...middles), Math.max(0, ...middles)];
  const bounds = effects.flatMap(({ low, high }) => [placed(low), placed(high)]).filter(Number.isFinite);
  const reach = hasLogarithms ? WIDEST : Infinity;
  const low = Math.max(Math.min(least, ...bounds), least - reach);
  const high = Math.min(Math.max(most, ...bounds), most + reach);
  const room = Math.max(0.12 * (high - low), LEAST[effects[0].scale]);
  const ends = { low: low - room, high: high + room, hasLogarithms };
  return { ...ends, ticks: ticks(ends, hasLogarithms ? factors : spaced, (value) => writeOn(ends, value)) };
}

/**
 * Return two axes for values of two sides, each around its own, which span the same; logarithmic without a zero.
 *
 * @param {number[][]} sides
 * @param {boolean} isShare
 * @returns {Axis[]}
 */
export function axesOf(sides, isShare) {
  const hasLogarithms = !isShare && sides.flat().every((value) => value > 0);
  const placed = sides.map((values) => values.map(hasLogarithms ? Math.log : Number));
  const ends = placed.map((places) => [Math.min(...places), Math.max(...places)]);
  const least = hasLogarithms ? 0.005 : 1e-3 * Math.max(...ends.flat().map(Math.abs), isShare ? 1 : 0);
  const reach = 1.08 * Math.max(least, ...ends.map(([low, high]) => (high - low) / 2));
  return ends.map(([low, high]) => {
    const around = { low: (low + high) / 2 - reach, high: (low + high) / 2 + reach, hasLogarithms };
    return { ...around, ticks: ticks(around, hasLogarithms ? candidates : spaced) };
  });
}

/**
 * Return how many digits distinguish places on an axis.
 *
 * @param {Axis} axis
 */
export function digitsOf({ low, high, hasLogarithms }) {
  const share = hasLogarithms ? high - low : (high - low) / Math.max(Math.abs(low), Math.abs(high));
  return share < 0.02 ? 5 : share < 0.2 ? 4 : 3;
}

/**
 * Draw an effect with its interval, as high as its place.
 *
 * @param {Effect} effect
 * @param {Outcome} outcome
 * @param {Axis} axis
 */
export function effectOn(effect, outcome, axis) {
  const place = placeOn(axis);
  const drawing = draw("svg", { class: `ud-interval ud-is-${outcome.replace(" ", "-")}`, "aria-hidden": "true" });
  const none = axis.hasLogarithms ? 1 : 0;
  drawing.append(...grid(axis, "100%"), draw("line", { class: "ud-one", x1: place(none), x2: place(none), y2: "100%" }));
  if (effect.low < effect.high) {
    const [x1, x2] = [effect.low, effect.high].map(place);
    drawing.append(draw("line", { class: "ud-span", x1, x2, y1: "50%", y2: "50%" }));
  }
  drawing.append(mark(effect.estimate, outcome, axis));
  return drawing;
}

/**
 * Draw the mark of an outcome; an arrow where no axis reaches.
 *
 * @param {number} estimate
 * @param {Outcome} outcome
 * @param {Axis} axis
 */
function mark(estimate, outcome, axis) {
  const isFinite = Number.isFinite(axis.hasLogarithms ? Math.log(estimate) : estimate);
  const x = isFinite ? placeOn(axis)(estimate) : estimate > 1 ? "97%" : "3%";
  const mirror = isFinite || estimate > 1 ? null : "scale(-1 1)";
  const shape = draw("path", { d: SHAPES[isFinite ? outcome : "goes on"], transform: mirror });
  return draw("svg", { class: "ud-mark", x, y: "50%", width: 1, height: 1 }, shape);
}

/**
 * Write the places of an axis of effects.
 *
 * @param {Axis} axis
 */
export function scaleOf(axis) {
  const drawing = draw("svg", { class: "ud-scale", height: 18, "aria-hidden": "true" });
  drawing.append(...grid(axis, 0, (value) => writeOn(axis, value)));
  return drawing;
}

/**
 * @param {{ hasLogarithms: boolean }} axis of effects
 * @param {number} value
 */
function writeOn({ hasLogarithms }, value) {
  if (hasLogarithms) return tick(value);
  return value ? changePoints(value).split(" ")[0] : "same";
}

/**
 * Draw a point for each value, and a line at their mean.
 *
 * @param {(number | null)[]} values one a process, in the order of the processes
 * @param {number} mean
 * @param {Axis} axis
 * @param {string} name what the values are
 * @param {(value: number) => string} write
 */
export function strip(values, mean, axis, name, write) {
  const place = placeOn(axis);
  const drawing = draw("svg", { class: "ud-strip", height: 76, role: "img", "aria-label": name });
  drawing.append(...grid(axis, 50, write));
  drawing.append(draw("line", { class: "ud-mean", x1: place(mean), x2: place(mean), y1: 2, y2: 50 }));
  const height = (/** @type {number} */ index) => 8 + 36 * ((index * 0.618) % 1); // so that neighbours do not overlap
  values.forEach((value, index) => {
    if (value !== null) drawing.append(dot(place(value), height(index), `process ${index + 1}: ${write(value)}`));
  });
  return drawing;
}

/**
 * @param {string} x
 * @param {number} y
 * @param {string} title
 */
function dot(x, y, title) {
  return draw("circle", { class: "ud-dot", cx: x, cy: y.toFixed(1), r: 4 }, draw("title", {}, title));
}

/**
 * Draw lines at round values, and their texts below, where there is a way to write them.
 *
 * @param {Axis} axis
 * @param {number | string} height
 * @param {((value: number) => string) | null} write
 */
function grid(axis, height, write = null) {
  const place = placeOn(axis);
  return axis.ticks.flatMap((value) => {
    const line = draw("line", { class: "ud-grid", x1: place(value), x2: place(value), y2: height });
    return write ? [line, draw("text", { x: place(value), y: Number(height) + 14 }, write(value))] : [line];
  });
}

/**
 * @param {Axis} axis
 * @returns {(value: number) => string}
 */
function placeOn({ low, high, hasLogarithms }) {
  return (value) => {
    const place = hasLogarithms ? Math.log(value) : value;
    return `${Math.min(200, Math.max(-100, (100 * (place - low)) / (high - low))).toFixed(3)}%`;
  };
}

/**
 * Return round values within an axis, apart from its ends, where a text would be cut, and far enough from one another.
 *
 * @param {{ low: number, high: number, hasLogarithms: boolean }} axis
 * @param {(low: number, high: number) => Iterable<number[]>} lists ever fewer round values
 * @param {(value: number) => string} write the texts of a narrow axis; of a wide one four fit in any case
 */
function ticks({ low, high, hasLogarithms }, lists, write = () => "") {
  const room = 0.08 * (high - low);
  const placed = (/** @type {number} */ value) => (hasLogarithms ? Math.log(value) : value);
  const isInside = (/** @type {number} */ value) => placed(value) >= low + room && placed(value) <= high - room;
  const areApart = (/** @type {number[]} */ values) => {
    const needed = (CHARACTER * (1 + Math.max(...values.map((value) => write(value).length)))) / NARROW;
    return values.slice(1).every((value, index) => placed(value) - placed(values[index]) >= needed * (high - low));
  };
  const [least, most] = hasLogarithms ? [low, high].map(Math.exp) : [low, high];
  for (const values of lists(least, most)) {
    const inside = values.filter(isInside);
    if (inside.length <= MOST_TICKS && inside.length > 1 && areApart(inside)) return inside;
  }
  return [hasLogarithms ? Math.exp((low + high) / 2) : (low + high) / 2];
}

/**
 * Yield lists of round ratios, as many times less as more.
 *
 * @param {number} low
 * @param {number} high
 */
function* factors(low, high) {
  const most = Math.max(high, 1 / low);
  if (most < 2) yield* spaced(low, high);
  for (const values of candidates(1, most, 1)) {
    const more = values.filter((value) => value > 1);
    yield [...more.map((value) => 1 / value).reverse(), 1, ...more];
  }
}

/**
 * Yield lists of round values: evenly spaced ones for less than a factor of three, then ever fewer a decade.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} least how many times the range is at least spaced by
 */
function* candidates(low, high, least = 3) {
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, index) => 10 ** (first + index));
  if (high / low < least) yield* spaced(low, high);
  for (const steps of [[1, 2, 5], [1, 3], [1]]) yield decades.flatMap((decade) => steps.map((step) => step * decade));
  for (const every of [2, 3, 4, 6]) yield decades.filter((decade) => Math.round(Math.log10(decade)) % every === 0);
}

/**
 * @param {number} low
 * @param {number} high
 */
function* spaced(low, high) {
  const decade = 10 ** Math.floor(Math.log10((high - low) / 4));
  for (const step of [1, 2, 5, 10, 20].map((multiple) => multiple * decade)) {
    const first = Math.ceil(low / step);
    const length = Math.max(0, Math.floor(high / step) - first + 1);
    yield Array.from({ length }, (_, index) => (first + index) * step);
  }
}

// Elements.

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} attributes
 * @param {(Node | string)[]} content
 */
export function make(name, attributes = {}, ...content) {
  return filled(document.createElement(name), attributes, content);
}

/**
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} attributes
 * @param {(Node | string)[]} content
 */
function draw(name, attributes = {}, ...content) {
  return filled(document.createElementNS(SVG, name), attributes, content);
}

/**
 * @template {Element} Made
 * @param {Made} element
 * @param {Attributes} attributes
 * @param {(Node | string)[]} content
 */
function filled(element, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, String(value));
  element.append(...content);
  return element;
}
