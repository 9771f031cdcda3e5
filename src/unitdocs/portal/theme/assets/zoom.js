/**
 * Keeps the data of a drawn figure in sight: a zoom that shows no mark is taken back.
 *
 * The axes' own bounds keep every range within the figure's; between two marks, or in a corner, it could still be empty.
 * Positions are those of the axes: logarithms on a log axis.
 */

/**
 * @typedef {[number, number]} Range
 * @typedef {{ array: number[], arrayminus?: number[] }} Bars
 * @typedef {{ mode?: string, x: (number | null)[], y: (number | null)[], xaxis?: string, yaxis?: string,
 *   error_x?: Bars, error_y?: Bars }} Trace
 * @typedef {{ type?: string, range: Range }} Axis
 * @typedef {HTMLElement & { data: Trace[], layout: Record<string, any>,
 *   on: (event: string, listener: () => void) => void }} Place
 * @typedef {{ relayout: (place: HTMLElement, changes: Record<string, number[]>) => Promise<unknown> }} Plotly
 */

/**
 * Take back each zoom after which one of the plots of a figure would show nothing.
 *
 * @param {Plotly} Plotly
 * @param {Place} place where a figure is drawn
 */
export function keepInSight(Plotly, place) {
  let last = ranges(place);
  place.on("plotly_relayout", () => {
    if (isEmpty(place.data, place.layout)) Plotly.relayout(place, last);
    else last = ranges(place);
  });
}

/**
 * @param {Trace[]} data
 * @param {Record<string, any>} layout
 * @returns {boolean} whether a plot that has marks shows none of them
 */
export function isEmpty(data, layout) {
  /** @type {Map<string, boolean>} */
  const plots = new Map();
  for (const trace of data) {
    const names = [axisOf(trace, "x"), axisOf(trace, "y")];
    const [x, y] = names.map((name) => /** @type {Axis} */ (layout[name]));
    if (x?.range && y?.range && isNumeric(trace)) plots.set(names.join(), Boolean(plots.get(names.join())) || isSeen(trace, x, y));
  }
  return [...plots.values()].includes(false);
}

/**
 * Return whether a trace's positions are all numbers; a notebook's figure may have dates, names or packed numbers.
 *
 * @param {Trace} trace
 */
function isNumeric({ x, y }) {
  if (!isList(x) || !isList(y)) return false;
  const values = [...x, ...y];
  return values.length > 0 && x.length === y.length && values.every((value) => value === null || typeof value === "number");
}

/** @param {unknown} value */
function isList(value) {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** @param {Place} place */
function ranges(place) {
  const axes = Object.keys(place.layout).filter((name) => /^[xy]axis\d*$/.test(name) && place.layout[name].range);
  return Object.fromEntries(axes.map((name) => [`${name}.range`, [...place.layout[name].range]]));
}

/**
 * @param {Trace} trace
 * @param {"x" | "y"} letter
 */
function axisOf(trace, letter) {
  return `${letter}axis${(trace[`${letter}axis`] ?? letter).slice(1)}`;
}

/**
 * @param {Trace} trace
 * @param {Axis} x
 * @param {Axis} y
 */
function isSeen(trace, x, y) {
  const across = spans(trace, "x", x);
  const down = spans(trace, "y", y);
  const marks = across.some((span, index) => overlap(span, x.range) && overlap(down[index], y.range));
  return marks || (Boolean(trace.mode?.includes("lines")) && crosses(trace, x, y));
}

/**
 * Return from where to where each mark of a trace reaches along an axis, with its error bar.
 *
 * @param {Trace} trace
 * @param {"x" | "y"} letter
 * @param {Axis} axis
 * @returns {Range[]}
 */
function spans(trace, letter, axis) {
  const bars = trace[`error_${letter}`];
  return Array.from(trace[letter], (number, index) => {
    const value = number ?? NaN;
    const below = (bars?.arrayminus ?? bars?.array)?.[index] ?? 0;
    return [scaled(value - below, axis), scaled(value + (bars?.array[index] ?? 0), axis)];
  });
}

/**
 * Return whether a line through a trace's points crosses the plot, also where none of the points is in it.
 *
 * @param {Trace} trace
 * @param {Axis} x
 * @param {Axis} y
 */
function crosses(trace, x, y) {
  const points = Array.from(trace.x, (value, index) => [scaled(value, x), scaled(trace.y[index], y)]);
  const [low, high] = ordered(x.range);
  return points.slice(1).some(([x1, y1], index) => {
    const [x0, y0] = points[index];
    if (!overlap([x0, x1], x.range)) return false;
    const at = (/** @type {number} */ value) => (x0 === x1 ? y0 : y0 + ((y1 - y0) * (value - x0)) / (x1 - x0));
    const [from, to] = ordered([x0, x1]);
    const ends = x0 === x1 ? [y0, y1] : [at(Math.max(from, low)), at(Math.min(to, high))];
    return overlap(/** @type {Range} */ (ends), y.range);
  });
}

/**
 * @param {number | null} number
 * @param {Axis} axis
 */
function scaled(number, axis) {
  const value = number ?? NaN; // which is within no range
  return axis.type === "log" ? Math.log10(Math.max(value, Number.MIN_VALUE)) : value;
}

/**
 * @param {Range} one
 * @param {Range} other
 */
function overlap(one, other) {
  const [a, b] = ordered(one);
  const [c, d] = ordered(other);
  return a <= d && c <= b;
}

/**
 * @param {Range} range
 * @returns {Range}
 */
function ordered([a, b]) {
  return a < b ? [a, b] : [b, a];
}
