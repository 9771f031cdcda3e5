/**
 * The page Explore: compares two sides of the records that the reader chooses.
 *
 * The choice is kept in the query of the page's address, which is replaced and never added to the history. Labels of
 * records may hold anything, so they are only ever set as text.
 */

import { change as changeInWords, interval as intervalInWords, number, tick } from "./notation.js";
import { quantile, summary, verdict, welch } from "./welch.js";

export { quantile, summary, verdict, welch };

/**
 * @typedef {"a" | "b"} Side
 * @typedef {import("./welch.js").Effect} Effect
 *
 * @typedef {object} Metric what is measured, and its words for either direction
 * @property {string} unit
 * @property {string} below
 * @property {string} above
 * @property {boolean} isHigherBetter
 *
 * @typedef {object} Case
 * @property {string} suite
 * @property {string} scenario
 * @property {string} title
 * @property {string} metric
 * @property {Record<string, number[]>} arms the logarithm of each process's value, by arm
 *
 * @typedef {Case & { key: string } & Record<Side, number[]>} SharedCase a case that both sides have
 *
 * @typedef {SharedCase & Effect & { verdict: string, means: number[] }} ComparedCase
 *
 * @typedef {object} RunRecord
 * @property {string} key
 * @property {string} label
 * @property {string} id
 * @property {string} created
 * @property {string} machine
 * @property {boolean} isCurrent
 * @property {number} margin
 * @property {Record<string, string>} suites titles by name
 * @property {Case[]} cases
 * @property {{ metric: string, suite: string, title: string }[]} zeros cases that a zero leaves out
 *
 * @typedef {{ metrics: Record<string, Metric>, records: RunRecord[] }} Data
 *
 * @typedef {object} Explored the page with what is chosen on it
 * @property {Data} data
 * @property {{ quantiles: Record<string, number[]> }} table t quantiles by confidence
 * @property {HTMLElement} place
 * @property {Record<string, string>} chosen
 * @property {Record<string, HTMLSelectElement>} selects
 * @property {HTMLElement} results
 * @property {Metric} metric the chosen one
 *
 * @typedef {{ low: number, high: number }} Axis the logarithms of its ends
 * @typedef {Record<string, string | number | null>} Attributes
 */

const SVG = "http://www.w3.org/2000/svg";
const ALL = "all";
/** @type {Side[]} */
const SIDES = ["a", "b"];
const FIELDS = ["metric", "a", "a-arm", "b", "b-arm", "suite", "confidence"]; // each depends on those before it
/** @type {Record<string, string>} */
const WANTED = { metric: "time", "a-arm": "original", "b-arm": "refactored" };
const MOST_TICKS = 5;
const WIDEST = 10; // an axis reaches at most this factor beyond the ratios; intervals may go on
/** @type {Record<string, [number, string][]>} */
const UNITS = {
  s: [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]],
  B: [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]],
};

/**
 * Draw the page into its place.
 *
 * @param {HTMLElement} place
 */
export async function explore(place) {
  const folder = new URL(place.dataset.explore ?? "", document.baseURI);
  const [data, table] = await Promise.all(["data.json", "t.json"].map((name) => load(new URL(name, folder))));
  if (!place.isConnected) return;
  const empty = /** @type {unknown} */ ({ data, table, place, chosen: {}, selects: {}, results: make("div") });
  const page = /** @type {Explored} */ (empty);
  const asked = Object.fromEntries(new URLSearchParams(location.search));
  const controls = makeControls(page);
  const missing = choose(page, asked);
  page.chosen.case = asked.case ?? "";
  place.replaceChildren(controls, page.results);
  if (asked.case && !shownOf(page).some(({ key }) => key === asked.case)) missing.push(`case "${asked.case}"`);
  show(page, missing);
}

/** @param {URL} address */
async function load(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error("its data could not be loaded");
  return response.json();
}

// What can be chosen.

/** @param {Explored} page */
function makeControls(page) {
  const field = (/** @type {string} */ name, /** @type {string} */ label) => {
    page.selects[name] = make("select", { name });
    page.selects[name].addEventListener("change", () => change(page, name));
    return make("label", {}, make("span", {}, label), page.selects[name]);
  };
  const group = (/** @type {string} */ legend, /** @type {HTMLElement[]} */ ...fields) =>
    make("fieldset", {}, make("legend", {}, legend), ...fields);
  const controls = make(
    "form",
    { class: "ud-controls", "aria-label": "What is compared" },
    group("Cases", field("metric", "Metric"), field("suite", "Suite")),
    group("Side A", field("a", "Record"), field("a-arm", "Arm")),
    group("Side B", field("b", "Record"), field("b-arm", "Arm")),
    group("Interval", field("confidence", "Confidence")),
  );
  controls.addEventListener("submit", (event) => event.preventDefault());
  return controls;
}

/**
 * @param {Explored} page
 * @param {string} name
 */
function change(page, name) {
  choose(page, { ...page.chosen, [name]: page.selects[name].value });
  show(page, []);
  remember(page);
}

/**
 * Choose the requested values, or else the usual ones; return the requests that this site does not have.
 *
 * @param {Explored} page
 * @param {Record<string, string>} asked
 */
function choose(page, asked) {
  const missing = [];
  for (const name of FIELDS) {
    const options = optionsOf(page, name);
    const has = (/** @type {string} */ value) => options.some(([known]) => known === value);
    const usual = has(WANTED[name]) ? WANTED[name] : (options[0]?.[0] ?? "");
    if (asked[name] && !has(asked[name])) missing.push(`${name} "${asked[name]}"`);
    page.chosen[name] = has(asked[name]) ? asked[name] : usual;
    const made = options.map(([value, text]) => make("option", { value }, text));
    page.selects[name].replaceChildren(...made);
    page.selects[name].value = page.chosen[name];
  }
  return missing;
}

/**
 * Return values and texts to choose among.
 *
 * @param {Explored} page
 * @param {string} name
 * @returns {string[][]}
 */
function optionsOf(page, name) {
  const { data, table } = page;
  if (name === "metric") return Object.keys(data.metrics).map((metric) => [metric, capitalized(metric)]);
  if (name === "a" || name === "b") return data.records.map(({ key, label }) => [key, label]);
  if (name === "confidence") return Object.keys(table.quantiles).map((share) => [share, percent(share)]);
  if (name === "suite") return suitesOf(page);
  const arms = recordOf(page, /** @type {Side} */ (name[0])).cases.flatMap((one) => Object.keys(one.arms));
  return [...new Set(arms)].map((arm) => [arm, arm]);
}

/**
 * Return the suites of which both sides share a case, and all of them together.
 *
 * @param {Explored} page
 */
function suitesOf(page) {
  const titles = recordOf(page, "a").suites;
  const names = [...new Set(sharedBy(page).map(({ suite }) => suite))];
  return [...names.map((name) => [name, titles[name] ?? name]), [ALL, "All suites"]];
}

/**
 * @param {Explored} page
 * @param {Side} side
 */
function recordOf({ data, chosen }, side) {
  return /** @type {RunRecord} */ (data.records.find(({ key }) => key === chosen[side]));
}

/**
 * Return the cases of the metric that both sides have, with the logarithms of each.
 *
 * @param {Explored} page
 * @returns {SharedCase[]}
 */
function sharedBy(page) {
  const { chosen } = page;
  const keyOf = (/** @type {Case} */ { suite, scenario }) => JSON.stringify([suite, scenario]);
  const has = (/** @type {Case} */ one, /** @type {string} */ arm) => one.metric === chosen.metric && one.arms[arm];
  const of = (/** @type {Side} */ side) => recordOf(page, side).cases.filter((one) => has(one, chosen[`${side}-arm`]));
  const others = new Map(of("b").map((one) => [keyOf(one), one]));
  return of("a")
    .filter((one) => others.has(keyOf(one)))
    .map((one) => ({
      ...one,
      key: `${one.suite}/${one.scenario}`,
      a: one.arms[chosen["a-arm"]],
      b: /** @type {Case} */ (others.get(keyOf(one))).arms[chosen["b-arm"]],
    }));
}

/**
 * Write what is chosen into the address.
 *
 * @param {Explored} page
 */
function remember({ chosen }) {
  const address = new URL(location.href);
  address.search = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value)).toString();
  history.replaceState(history.state, "", address);
}

// What comes of it.

/**
 * @param {Explored} page
 * @param {string[]} missing
 */
function show(page, missing) {
  const { chosen, data, results } = page;
  const cases = shownOf(page).map((one) => compared(page, one));
  if (!cases.some(({ key }) => key === chosen.case)) chosen.case = "";
  page.metric = data.metrics[chosen.metric];
  results.replaceChildren(...notes(page, missing), status(page, cases));
  if (cases.length) results.append(forest(page, cases), tableOf(page, cases));
}

/**
 * Return the shared cases of the chosen suite.
 *
 * @param {Explored} page
 */
function shownOf(page) {
  return sharedBy(page).filter(({ suite }) => page.chosen.suite === ALL || suite === page.chosen.suite);
}

/**
 * Return a case with its ratio, interval and verdict; of two records the wider margin holds.
 *
 * @param {Explored} page
 * @param {SharedCase} one
 * @returns {ComparedCase}
 */
function compared(page, one) {
  const { confidence } = page.chosen;
  const margin = Math.max(...SIDES.map((side) => recordOf(page, side).margin));
  const effect = welch(one.a, one.b, page.table.quantiles[confidence], 1 - Number(confidence));
  const means = [one.a, one.b].map((logs) => Math.exp(summary(logs).mean));
  return { ...one, ...effect, verdict: verdict(effect, margin), means };
}

/**
 * Say what the reader must know of the two sides.
 *
 * @param {Explored} page
 * @param {string[]} missing
 */
function notes(page, missing) {
  const [a, b] = SIDES.map((side) => recordOf(page, side));
  const absent = `The address asks for ${missing.join(", ")}, which this site does not have.`;
  const made = missing.length ? [box("note", "Not here", absent)] : [];
  if (a.machine !== b.machine) {
    const said = `Side A was measured on ${a.machine}; side B on ${b.machine}.`;
    made.push(box("warning", "Two machines", `${said} The ratio is of the machines too, not of the code alone.`));
  }
  const areAlike = a.key !== b.key && a.machine === b.machine;
  const apart = areAlike ? " The two were measured apart, on machines that are described alike." : "";
  const same = a.key === b.key && page.chosen["a-arm"] === page.chosen["b-arm"] ? " Both sides are the same." : "";
  const origins = a.key === b.key ? `Both sides: ${origin(a)}` : `Side A: ${origin(a)} Side B: ${origin(b)}`;
  return [...made, make("p", { class: "ud-origin" }, origins + apart + same)];
}

/** @param {RunRecord} record */
function origin({ label, id, created, machine, isCurrent }) {
  const state = isCurrent ? "current" : "stale, the code has changed since";
  return `${label}, run ${id}, measured on ${created} on ${machine}; ${state}.`;
}

/**
 * @param {string} kind
 * @param {string} title
 * @param {string} text
 */
function box(kind, title, text) {
  const heading = make("p", { class: "admonition-title" }, title);
  return make("div", { class: `admonition ${kind}` }, heading, make("p", {}, text));
}

/**
 * @param {Explored} page
 * @param {ComparedCase[]} cases
 */
function status(page, cases) {
  const words = cases.map((one) => wordOf(page, one.verdict));
  const counts = [...new Set(words)].map((word) => `${words.filter((other) => other === word).length} ${word}`);
  const noun = cases.length === 1 ? "case" : "cases";
  const said = cases.length
    ? `${cases.length} ${noun}. Side B: ${counts.join(", ")}.`
    : `The two sides share no case of ${page.chosen.metric}. Choose arms that were measured in the same suite.`;
  return make("p", { role: "status" }, said + leftOut(page));
}

/**
 * Name the cases that a zero leaves out: it has no logarithm.
 *
 * @param {Explored} page
 */
function leftOut({ chosen, data }) {
  const records = data.records.filter(({ key }) => key === chosen.a || key === chosen.b);
  const zeros = records.flatMap((record) => record.zeros).filter(({ metric }) => metric === chosen.metric);
  const titles = zeros.filter(({ suite }) => chosen.suite === ALL || chosen.suite === suite).map(({ title }) => title);
  return titles.length ? ` Left out, because a value is zero: ${[...new Set(titles)].join("; ")}.` : "";
}

/**
 * @param {Explored} page
 * @param {string} found
 */
function wordOf({ metric }, found) {
  return { below: metric.below, above: metric.above, "too few": "too few processes" }[found] ?? found;
}

/**
 * Return better, worse, or the verdict itself where it is neither.
 *
 * @param {Explored} page
 * @param {string} found
 */
function standing({ metric }, found) {
  if (found !== "below" && found !== "above") return found === "too few" ? "none" : found;
  return (found === "above") === metric.isHigherBetter ? "better" : "worse";
}

/**
 * @param {Explored} page
 * @param {Side} side
 */
function nameOf(page, side) {
  const arm = page.chosen[`${side}-arm`];
  return page.chosen["a-arm"] === page.chosen["b-arm"] ? `${arm} (${recordOf(page, side).label})` : arm;
}

/**
 * @param {Explored} page
 * @param {Case} one
 */
function titleOf(page, one) {
  return page.chosen.suite === ALL ? `${recordOf(page, "a").suites[one.suite] ?? one.suite}: ${one.title}` : one.title;
}

// The table.

/**
 * @param {Explored} page
 * @param {ComparedCase[]} cases
 */
function tableOf(page, cases) {
  const sides = SIDES.map((side) => `${side.toUpperCase()}: ${nameOf(page, side)}`);
  const numbers = [...sides, "Effect", `${percent(page.chosen.confidence)} interval`, "n of A, B"];
  const column = (/** @type {string} */ title) =>
    make("th", { scope: "col", class: numbers.includes(title) ? "ud-number" : null }, title);
  const head = ["Case", ...numbers, "Verdict on B"].map(column);
  const caption = "Cases that both sides share; a case opens to the value of each process";
  const body = make("tbody", {}, ...cases.map((one) => rowOf(page, one)));
  const table = make("table", {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...head)), body);
  const place = make("div", { class: "ud-table", tabindex: "0", role: "region", "aria-label": caption }, table);
  const opened = cases.find(({ key }) => key === page.chosen.case);
  if (opened) open(page, opened, body.children[cases.indexOf(opened)]);
  return place;
}

/**
 * @param {Explored} page
 * @param {ComparedCase} one
 */
function rowOf(page, one) {
  const unit = page.metric.unit;
  const button = make("button", { type: "button", class: "ud-pick", "aria-expanded": "false" }, titleOf(page, one));
  const label = { below: page.metric.below, above: page.metric.above }[one.verdict];
  const range = one.needed !== undefined ? "–" : intervalInWords(one);
  const means = one.means.map((mean) => quantity(mean, unit));
  const numbers = [...means, changeInWords(one.ratio, label), range, `${one.a.length}, ${one.b.length}`];
  const word = make("span", { class: `ud-verdict ud-${standing(page, one.verdict)}` }, wordOf(page, one.verdict));
  const why = one.needed ? [make("br"), make("small", {}, `needs at least ${one.needed} a side`)] : [];
  const cells = numbers.map((text) => make("td", { class: "ud-number" }, text));
  const title = make("th", { scope: "row" }, button);
  const row = make("tr", { "data-case": one.key }, title, ...cells, make("td", {}, word, ...why));
  button.addEventListener("click", () => pick(page, one, row));
  return row;
}

/**
 * Open a case, or close it where it is open.
 *
 * @param {Explored} page
 * @param {ComparedCase} one
 * @param {HTMLElement} row
 */
function pick(page, one, row) {
  const isOpen = page.chosen.case === one.key;
  const body = /** @type {HTMLElement} */ (row.parentElement);
  for (const other of body.querySelectorAll(".ud-values")) other.remove();
  for (const button of body.querySelectorAll(".ud-pick")) button.setAttribute("aria-expanded", "false");
  page.chosen.case = isOpen ? "" : one.key;
  if (!isOpen) open(page, one, row);
  remember(page);
}

/**
 * @param {Explored} page
 * @param {ComparedCase} one
 * @param {Element} row
 */
function open(page, one, row) {
  row.querySelector(".ud-pick")?.setAttribute("aria-expanded", "true");
  row.after(make("tr", { class: "ud-values" }, make("td", { colspan: "7" }, values(page, one))));
}

// Drawings: places across are shares of the width, so that they fit any.

/**
 * Draw the values of both sides, each on an axis of its own that spans the same factor.
 *
 * @param {Explored} page
 * @param {ComparedCase} one
 */
function values(page, one) {
  const sides = [one.a, one.b];
  const middles = sides.map((logs) => (Math.min(...logs) + Math.max(...logs)) / 2);
  const reach = 1.08 * Math.max(0.005, ...sides.map((logs) => (Math.max(...logs) - Math.min(...logs)) / 2));
  const axes = middles.map((middle) => ({ low: middle - reach, high: middle + reach }));
  const strips = sides.map((logs, index) => strip(page, logs, SIDES[index], axes[index]));
  const said =
    "A point is the value of one process, the line their geometric mean. Both log axes span the same factor.";
  return make("div", { class: "ud-strips" }, make("p", {}, said), ...strips);
}

/**
 * @param {Explored} page
 * @param {number[]} logs
 * @param {Side} side
 * @param {Axis} axis
 */
function strip(page, logs, side, axis) {
  const write = (/** @type {number} */ log) => quantity(Math.exp(log), page.metric.unit, digitsOf(axis));
  const place = placeOn(axis);
  const ends = `${write(Math.min(...logs))} to ${write(Math.max(...logs))}`;
  const { mean } = summary(logs);
  const label = `${side.toUpperCase()}: ${nameOf(page, side)}`;
  const name = `${label}: ${logs.length} values from ${ends}, geometric mean ${write(mean)}`;
  const drawing = draw("svg", { class: `ud-strip ud-side-${side}`, height: 76, role: "img", "aria-label": name });
  drawing.append(...grid(axis, 50, write));
  drawing.append(draw("line", { class: "ud-mean", x1: place(mean), x2: place(mean), y1: 2, y2: 50 }));
  const height = (/** @type {number} */ index) => 8 + 36 * ((index * 0.618) % 1); // so that neighbours do not overlap
  drawing.append(...logs.map((log, index) => dot(place(log), height(index), `process ${index + 1}: ${write(log)}`)));
  return make("div", {}, make("p", { class: "ud-side" }, label), drawing);
}

/**
 * @param {string} x
 * @param {number} y
 * @param {string} title
 */
function dot(x, y, title) {
  const point = draw("circle", { class: "ud-dot", cx: x, cy: y.toFixed(1), r: 4 });
  point.append(draw("title", {}, title));
  return point;
}

/**
 * Draw the ratios of cases with their intervals on one log axis.
 *
 * @param {Explored} page
 * @param {ComparedCase[]} cases
 */
function forest(page, cases) {
  const axis = axisOf(cases);
  const said = "Ratio B / A with its interval, on a log axis.";
  const goesOn = (/** @type {Axis} */ { low, high }) => Math.log(low) < axis.low || Math.log(high) > axis.high;
  const isCut = cases.some((one) => one.needed === undefined && goesOn(one));
  const label = (/** @type {Case} */ one) => make("span", { class: "ud-label" }, titleOf(page, one));
  const rows = cases.flatMap((one) => [label(one), interval(page, one, axis)]);
  const scale = draw("svg", { height: 24 });
  scale.append(...grid(axis, 0, (log) => tick(Math.exp(log))));
  const caption = make("figcaption", {}, said + (isCut ? " A line that reaches an edge goes on." : ""));
  const about = { class: "ud-forest", role: "img", "aria-label": `${said} The table below has the same numbers.` };
  const drawn = make("div", about, ...rows, make("span"), scale, make("span"), directions(page));
  return make("figure", { class: "ud-ratios" }, caption, drawn);
}

/**
 * @param {ComparedCase[]} cases
 * @returns {Axis}
 */
function axisOf(cases) {
  const logs = cases.map(({ ratio }) => Math.log(ratio));
  const [least, most] = [Math.min(0, ...logs), Math.max(0, ...logs)];
  const ends = cases.flatMap((one) => (one.needed === undefined ? [Math.log(one.low), Math.log(one.high)] : []));
  const low = Math.max(Math.min(least, ...ends), least - Math.log(WIDEST));
  const high = Math.min(Math.max(most, ...ends), most + Math.log(WIDEST));
  const room = Math.max(0.08 * (high - low), 0.005);
  return { low: low - room, high: high + room };
}

/**
 * Draw a case's interval, as high as its label needs.
 *
 * @param {Explored} page
 * @param {ComparedCase} one
 * @param {Axis} axis
 */
function interval(page, one, axis) {
  const place = placeOn(axis);
  const drawing = draw("svg", { class: `ud-interval ud-is-${standing(page, one.verdict)}` });
  drawing.append(...grid(axis, "100%"), draw("line", { class: "ud-one", x1: place(0), x2: place(0), y2: "100%" }));
  if (one.needed === undefined) {
    const [x1, x2] = [one.low, one.high].map((end) => place(Math.log(end)));
    drawing.append(draw("line", { class: "ud-span", x1, x2, y1: "50%", y2: "50%" }));
  }
  drawing.append(draw("circle", { cx: place(Math.log(one.ratio)), cy: "50%", r: 5 }));
  return make("div", { class: "ud-cell" }, drawing);
}

/**
 * Say which way side B is the better one.
 *
 * @param {Explored} page
 */
function directions(page) {
  const { below, above, isHigherBetter } = page.metric;
  const [left, right] = isHigherBetter ? ["worse", "better"] : ["better", "worse"];
  const ends = [`← B ${below} (${left})`, `B ${above} (${right}) →`];
  return make("div", { class: "ud-directions" }, ...ends.map((end) => make("span", {}, end)));
}

/**
 * Draw lines at round values, and their texts below, where there is a way to write them.
 *
 * @param {Axis} axis
 * @param {number | string} height
 * @param {((log: number) => string) | null} write
 */
function grid(axis, height, write = null) {
  const place = placeOn(axis);
  return ticks(axis).flatMap((log) => {
    const line = draw("line", { class: "ud-grid", x1: place(log), x2: place(log), y2: height });
    return write ? [line, draw("text", { x: place(log), y: Number(height) + 16 }, write(log))] : [line];
  });
}

/**
 * @param {Axis} axis
 * @returns {(log: number) => string}
 */
function placeOn({ low, high }) {
  return (log) => `${((100 * (log - low)) / (high - low)).toFixed(3)}%`;
}

/**
 * Return logarithms of round values within an axis, apart from its ends, where a text would be cut.
 *
 * @param {Axis} axis
 */
function ticks({ low, high }) {
  const room = 0.06 * (high - low);
  const isInside = (/** @type {number} */ value) => Math.log(value) >= low + room && Math.log(value) <= high - room;
  for (const found of candidates(Math.exp(low), Math.exp(high))) {
    const inside = found.filter(isInside);
    if (inside.length <= MOST_TICKS && inside.length > 1) return inside.map(Math.log);
  }
  return [(low + high) / 2];
}

/**
 * Yield lists of round values: evenly spaced ones for less than a factor of three, then ever fewer a decade.
 *
 * @param {number} low
 * @param {number} high
 */
function* candidates(low, high) {
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, index) => 10 ** (first + index));
  if (high / low < 3) yield* spaced(low, high);
  for (const steps of [[1, 2, 5], [1, 3], [1]]) yield decades.flatMap((decade) => steps.map((step) => step * decade));
  for (const every of [2, 3, 4, 6]) yield decades.filter((decade) => Math.round(Math.log10(decade)) % every === 0);
}

/**
 * @param {number} low
 * @param {number} high
 */
function* spaced(low, high) {
  const decade = 10 ** Math.floor(Math.log10((high - low) / 4));
  for (const step of [1, 2, 5, 10].map((multiple) => multiple * decade)) {
    const first = Math.ceil(low / step);
    const length = Math.max(0, Math.floor(high / step) - first + 1);
    yield Array.from({ length }, (_, index) => (first + index) * step);
  }
}

/**
 * Return how many digits distinguish places on an axis.
 *
 * @param {Axis} axis
 */
function digitsOf({ low, high }) {
  return high - low < 0.02 ? 5 : high - low < 0.2 ? 4 : 3;
}

// Words and elements.

/**
 * @param {number} value
 * @param {string} unit
 * @param {number} digits
 */
function quantity(value, unit, digits = 3) {
  const steps = UNITS[unit];
  if (!steps) return number(value, digits);
  const [step, name] = steps.find(([size]) => value >= 0.9995 * size) ?? steps[steps.length - 1];
  return `${number(value / step, digits)} ${name}`;
}

/** @param {number | string} share */
function percent(share) {
  return `${number(100 * Number(share))} %`;
}

/** @param {string} text */
function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} attributes
 * @param {(Node | string)[]} content
 */
function make(name, attributes = {}, ...content) {
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
