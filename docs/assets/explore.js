/**
 * The page Explore: two sides of the records beside each other, as the reader chooses.
 *
 * What is chosen stands in the query of the page's address, which is replaced and never added to the history. Labels of
 * records may hold anything, so they are only ever set as text.
 */

import { quantile, summary, verdict, welch } from "./welch.js";

export { quantile, summary, verdict, welch };

const SVG = "http://www.w3.org/2000/svg";
const ALL = "all";
const FIELDS = ["metric", "a", "a-arm", "b", "b-arm", "suite", "confidence"]; // each depends on those before it
const WANTED = { metric: "time", "a-arm": "original", "b-arm": "refactored" };
const MOST_TICKS = 5;
const WIDEST = 10; // an axis reaches at most so many times beyond the ratios; intervals may go on
const UNITS = {
  s: [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]],
  B: [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]],
};

/** Draw the page into its place. */
export async function explore(place) {
  const folder = new URL(place.dataset.explore, document.baseURI);
  const [data, table] = await Promise.all(["data.json", "t.json"].map((name) => load(new URL(name, folder))));
  if (!place.isConnected) return;
  const page = { data, table, place, chosen: {}, selects: {}, results: make("div") };
  const asked = Object.fromEntries(new URLSearchParams(location.search));
  const controls = makeControls(page);
  const missing = choose(page, asked);
  page.chosen.case = asked.case ?? "";
  place.replaceChildren(controls, page.results);
  if (asked.case && !shownOf(page).some(({ key }) => key === asked.case)) missing.push(`case "${asked.case}"`);
  show(page, missing);
}

async function load(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error("its data could not be loaded");
  return response.json();
}

// What can be chosen.

function makeControls(page) {
  const field = (name, label) => {
    page.selects[name] = make("select", { name });
    page.selects[name].addEventListener("change", () => change(page, name));
    return make("label", {}, make("span", {}, label), page.selects[name]);
  };
  const group = (legend, ...fields) => make("fieldset", {}, make("legend", {}, legend), ...fields);
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

function change(page, name) {
  choose(page, { ...page.chosen, [name]: page.selects[name].value });
  show(page, []);
  remember(page);
}

/** Choose what is asked for, or else what there is; return what was asked for and is not there. */
function choose(page, asked) {
  const missing = [];
  for (const name of FIELDS) {
    const options = optionsOf(page, name);
    const has = (value) => options.some(([known]) => known === value);
    const usual = has(WANTED[name]) ? WANTED[name] : (options[0]?.[0] ?? "");
    if (asked[name] && !has(asked[name])) missing.push(`${name} "${asked[name]}"`);
    page.chosen[name] = has(asked[name]) ? asked[name] : usual;
    const made = options.map(([value, text]) => make("option", { value }, text));
    page.selects[name].replaceChildren(...made);
    page.selects[name].value = page.chosen[name];
  }
  return missing;
}

/** Return values and texts to choose among. */
function optionsOf(page, name) {
  const { data, table } = page;
  if (name === "metric") return Object.keys(data.metrics).map((metric) => [metric, capitalized(metric)]);
  if (name === "a" || name === "b") return data.records.map(({ key, label }) => [key, label]);
  if (name === "confidence") return Object.keys(table.quantiles).map((share) => [share, percent(share)]);
  if (name === "suite") return suitesOf(page);
  const arms = recordOf(page, name[0]).cases.flatMap((one) => Object.keys(one.arms));
  return [...new Set(arms)].map((arm) => [arm, arm]);
}

/** Return the suites of which both sides share a case, and all of them together. */
function suitesOf(page) {
  const titles = recordOf(page, "a").suites;
  const names = [...new Set(sharedBy(page).map(({ suite }) => suite))];
  return [...names.map((name) => [name, titles[name] ?? name]), [ALL, "All suites"]];
}

function recordOf({ data, chosen }, side) {
  return data.records.find(({ key }) => key === chosen[side]);
}

/** Return the cases of the metric that both sides have, with the logarithms of each. */
function sharedBy(page) {
  const { chosen } = page;
  const keyOf = ({ suite, scenario }) => JSON.stringify([suite, scenario]);
  const has = (one, arm) => one.metric === chosen.metric && one.arms[arm];
  const of = (side) => recordOf(page, side).cases.filter((one) => has(one, chosen[`${side}-arm`]));
  const others = new Map(of("b").map((one) => [keyOf(one), one]));
  return of("a")
    .filter((one) => others.has(keyOf(one)))
    .map((one) => ({
      ...one,
      key: `${one.suite}/${one.scenario}`,
      a: one.arms[chosen["a-arm"]],
      b: others.get(keyOf(one)).arms[chosen["b-arm"]],
    }));
}

/** Write what is chosen into the address. */
function remember({ chosen }) {
  const address = new URL(location.href);
  address.search = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value));
  history.replaceState(history.state, "", address);
}

// What comes of it.

function show(page, missing) {
  const { chosen, data, results } = page;
  const cases = shownOf(page).map((one) => compared(page, one));
  if (!cases.some(({ key }) => key === chosen.case)) chosen.case = "";
  page.metric = data.metrics[chosen.metric];
  results.replaceChildren(...notes(page, missing), status(page, cases));
  if (cases.length) results.append(forest(page, cases), tableOf(page, cases));
}

/** Return the shared cases of the chosen suite. */
function shownOf(page) {
  return sharedBy(page).filter(({ suite }) => page.chosen.suite === ALL || suite === page.chosen.suite);
}

/** Return a case with its ratio, interval and verdict; of two records the wider margin holds. */
function compared(page, one) {
  const { confidence } = page.chosen;
  const margin = Math.max(...["a", "b"].map((side) => recordOf(page, side).margin));
  const effect = welch(one.a, one.b, page.table.quantiles[confidence], 1 - Number(confidence));
  const means = [one.a, one.b].map((logs) => Math.exp(summary(logs).mean));
  return { ...one, ...effect, verdict: verdict(effect, margin), means };
}

/** Say what the reader must know of the two sides. */
function notes(page, missing) {
  const [a, b] = ["a", "b"].map((side) => recordOf(page, side));
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

function origin({ label, id, created, machine, isCurrent }) {
  const state = isCurrent ? "current" : "stale, the code has changed since";
  return `${label}, run ${id}, measured on ${created} on ${machine}; ${state}.`;
}

function box(kind, title, text) {
  const heading = make("p", { class: "admonition-title" }, title);
  return make("div", { class: `admonition ${kind}` }, heading, make("p", {}, text));
}

function status(page, cases) {
  const words = cases.map((one) => wordOf(page, one.verdict));
  const counts = [...new Set(words)].map((word) => `${words.filter((other) => other === word).length} ${word}`);
  const noun = cases.length === 1 ? "case" : "cases";
  const said = cases.length
    ? `${cases.length} ${noun}. Side B: ${counts.join(", ")}.`
    : `The two sides share no case of ${page.chosen.metric}. Choose arms that were measured in the same suite.`;
  return make("p", { role: "status" }, said + leftOut(page));
}

/** Name the cases that a zero leaves out: it has no logarithm. */
function leftOut({ chosen, data }) {
  const records = data.records.filter(({ key }) => key === chosen.a || key === chosen.b);
  const zeros = records.flatMap((record) => record.zeros).filter(({ metric }) => metric === chosen.metric);
  const titles = zeros.filter(({ suite }) => chosen.suite === ALL || chosen.suite === suite).map(({ title }) => title);
  return titles.length ? ` Left out, because a value is zero: ${[...new Set(titles)].join("; ")}.` : "";
}

function wordOf({ metric }, found) {
  return { below: metric.below, above: metric.above, "too few": "too few processes" }[found] ?? found;
}

/** Return better, worse, or the verdict itself where it is neither. */
function standing({ metric }, found) {
  if (found !== "below" && found !== "above") return found === "too few" ? "none" : found;
  return (found === "above") === metric.isHigherBetter ? "better" : "worse";
}

function nameOf(page, side) {
  const arm = page.chosen[`${side}-arm`];
  return page.chosen["a-arm"] === page.chosen["b-arm"] ? `${arm} (${recordOf(page, side).label})` : arm;
}

function titleOf(page, one) {
  return page.chosen.suite === ALL ? `${recordOf(page, "a").suites[one.suite] ?? one.suite}: ${one.title}` : one.title;
}

// The table.

function tableOf(page, cases) {
  const sides = ["a", "b"].map((side) => `${side.toUpperCase()}: ${nameOf(page, side)}`);
  const numbers = [...sides, "B / A", `${percent(page.chosen.confidence)} interval`, "n of A, B"];
  const column = (title) => make("th", { scope: "col", class: numbers.includes(title) ? "ud-number" : null }, title);
  const head = ["Case", ...numbers, "Verdict on B"].map(column);
  const caption = "Cases that both sides share; a case opens to the value of each process";
  const body = make("tbody", {}, ...cases.map((one) => rowOf(page, one)));
  const table = make("table", {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...head)), body);
  const place = make("div", { class: "ud-table", tabindex: "0", role: "region", "aria-label": caption }, table);
  const opened = cases.find(({ key }) => key === page.chosen.case);
  if (opened) open(page, opened, body.children[cases.indexOf(opened)]);
  return place;
}

function rowOf(page, one) {
  const unit = page.metric.unit;
  const button = make("button", { type: "button", class: "ud-pick", "aria-expanded": "false" }, titleOf(page, one));
  const interval = one.needed ? "–" : `${factor(one.low)} to ${factor(one.high)}`;
  const means = one.means.map((mean) => quantity(mean, unit));
  const numbers = [...means, factor(one.ratio), interval, `${one.a.length}, ${one.b.length}`];
  const word = make("span", { class: `ud-verdict ud-${standing(page, one.verdict)}` }, wordOf(page, one.verdict));
  const why = one.needed ? [make("br"), make("small", {}, `needs at least ${one.needed} a side`)] : [];
  const cells = numbers.map((text) => make("td", { class: "ud-number" }, text));
  const title = make("th", { scope: "row" }, button);
  const row = make("tr", { "data-case": one.key }, title, ...cells, make("td", {}, word, ...why));
  button.addEventListener("click", () => pick(page, one, row));
  return row;
}

/** Open a case, or close it where it is open. */
function pick(page, one, row) {
  const isOpen = page.chosen.case === one.key;
  for (const other of row.parentElement.querySelectorAll(".ud-values")) other.remove();
  for (const button of row.parentElement.querySelectorAll(".ud-pick")) button.setAttribute("aria-expanded", "false");
  page.chosen.case = isOpen ? "" : one.key;
  if (!isOpen) open(page, one, row);
  remember(page);
}

function open(page, one, row) {
  row.querySelector(".ud-pick").setAttribute("aria-expanded", "true");
  row.after(make("tr", { class: "ud-values" }, make("td", { colspan: "7" }, values(page, one))));
}

// Drawings: places across are shares of the width, so that they fit any.

/** Draw the values of both sides, each on an axis of its own that spans the same factor. */
function values(page, one) {
  const sides = [one.a, one.b];
  const middles = sides.map((logs) => (Math.min(...logs) + Math.max(...logs)) / 2);
  const reach = 1.08 * Math.max(0.005, ...sides.map((logs) => (Math.max(...logs) - Math.min(...logs)) / 2));
  const axes = middles.map((middle) => ({ low: middle - reach, high: middle + reach }));
  const strips = sides.map((logs, side) => strip(page, logs, "ab"[side], axes[side]));
  const said =
    "A point is the value of one process, the line their geometric mean. Both log axes span the same factor.";
  return make("div", { class: "ud-strips" }, make("p", {}, said), ...strips);
}

function strip(page, logs, side, axis) {
  const show = (log) => quantity(Math.exp(log), page.metric.unit, digitsOf(axis));
  const place = placeOn(axis);
  const ends = `${show(Math.min(...logs))} to ${show(Math.max(...logs))}`;
  const { mean } = summary(logs);
  const label = `${side.toUpperCase()}: ${nameOf(page, side)}`;
  const name = `${label}: ${logs.length} values from ${ends}, geometric mean ${show(mean)}`;
  const drawing = draw("svg", { class: `ud-strip ud-side-${side}`, height: 76, role: "img", "aria-label": name });
  drawing.append(...grid(axis, 50, show));
  drawing.append(draw("line", { class: "ud-mean", x1: place(mean), x2: place(mean), y1: 2, y2: 50 }));
  const height = (index) => 8 + 36 * ((index * 0.618) % 1); // so that neighbours stand apart
  drawing.append(...logs.map((log, index) => dot(place(log), height(index), `process ${index + 1}: ${show(log)}`)));
  return make("div", {}, make("p", { class: "ud-side" }, label), drawing);
}

function dot(x, y, title) {
  const point = draw("circle", { class: "ud-dot", cx: x, cy: y.toFixed(1), r: 4 });
  point.append(draw("title", {}, title));
  return point;
}

/** Draw the ratios of cases with their intervals on one log axis. */
function forest(page, cases) {
  const axis = axisOf(cases);
  const said = "Ratio B / A with its interval, on a log axis.";
  const goesOn = ({ low, high }) => Math.log(low) < axis.low || Math.log(high) > axis.high;
  const isCut = cases.some((one) => !one.needed && goesOn(one));
  const label = (one) => make("span", { class: "ud-label" }, titleOf(page, one));
  const rows = cases.flatMap((one) => [label(one), interval(page, one, axis)]);
  const scale = draw("svg", { height: 24 });
  scale.append(...grid(axis, 0, (log) => factor(Math.exp(log))));
  const caption = make("figcaption", {}, said + (isCut ? " A line that reaches an edge goes on." : ""));
  const about = { class: "ud-forest", role: "img", "aria-label": `${said} The table below has the same numbers.` };
  const drawn = make("div", about, ...rows, make("span"), scale, make("span"), directions(page));
  return make("figure", { class: "ud-ratios" }, caption, drawn);
}

function axisOf(cases) {
  const logs = cases.map(({ ratio }) => Math.log(ratio));
  const [least, most] = [Math.min(0, ...logs), Math.max(0, ...logs)];
  const ends = cases.filter(({ needed }) => !needed).flatMap(({ low, high }) => [Math.log(low), Math.log(high)]);
  const low = Math.max(Math.min(least, ...ends), least - Math.log(WIDEST));
  const high = Math.min(Math.max(most, ...ends), most + Math.log(WIDEST));
  const room = Math.max(0.08 * (high - low), 0.005);
  return { low: low - room, high: high + room };
}

/** Draw a case's interval, as high as its label needs. */
function interval(page, one, axis) {
  const place = placeOn(axis);
  const drawing = draw("svg", { class: `ud-interval ud-is-${standing(page, one.verdict)}` });
  drawing.append(...grid(axis, "100%"), draw("line", { class: "ud-one", x1: place(0), x2: place(0), y2: "100%" }));
  if (!one.needed) {
    const [x1, x2] = [one.low, one.high].map((end) => place(Math.log(end)));
    drawing.append(draw("line", { class: "ud-span", x1, x2, y1: "50%", y2: "50%" }));
  }
  drawing.append(draw("circle", { cx: place(Math.log(one.ratio)), cy: "50%", r: 5 }));
  return make("div", { class: "ud-cell" }, drawing);
}

/** Say which way side B is the better one. */
function directions(page) {
  const { below, above, isHigherBetter } = page.metric;
  const [left, right] = isHigherBetter ? ["worse", "better"] : ["better", "worse"];
  const ends = [`← B ${below} (${left})`, `B ${above} (${right}) →`];
  return make("div", { class: "ud-directions" }, ...ends.map((end) => make("span", {}, end)));
}

/** Draw lines at round values, and their texts below, where there is a way to write them. */
function grid(axis, height, write = null) {
  const place = placeOn(axis);
  return ticks(axis).flatMap((log) => {
    const line = draw("line", { class: "ud-grid", x1: place(log), x2: place(log), y2: height });
    return write ? [line, draw("text", { x: place(log), y: height + 16 }, write(log))] : [line];
  });
}

function placeOn({ low, high }) {
  return (log) => `${((100 * (log - low)) / (high - low)).toFixed(3)}%`;
}

/** Return logarithms of round values within an axis, apart from its ends, where a text would be cut. */
function ticks({ low, high }) {
  const room = 0.06 * (high - low);
  const isInside = (value) => Math.log(value) >= low + room && Math.log(value) <= high - room;
  for (const found of candidates(Math.exp(low), Math.exp(high))) {
    const inside = found.filter(isInside);
    if (inside.length <= MOST_TICKS && inside.length > 1) return inside.map(Math.log);
  }
  return [(low + high) / 2];
}

/** Yield lists of round values: evenly spaced ones for less than a factor of three, then ever fewer a decade. */
function* candidates(low, high) {
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, index) => 10 ** (first + index));
  if (high / low < 3) yield* spaced(low, high);
  for (const steps of [[1, 2, 5], [1, 3], [1]]) yield decades.flatMap((decade) => steps.map((step) => step * decade));
  for (const every of [2, 3, 4, 6]) yield decades.filter((decade) => Math.round(Math.log10(decade)) % every === 0);
}

function* spaced(low, high) {
  const decade = 10 ** Math.floor(Math.log10((high - low) / 4));
  for (const step of [1, 2, 5, 10].map((factor) => factor * decade)) {
    const first = Math.ceil(low / step);
    const length = Math.max(0, Math.floor(high / step) - first + 1);
    yield Array.from({ length }, (_, index) => (first + index) * step);
  }
}

/** How many digits tell places on an axis apart. */
function digitsOf({ low, high }) {
  return high - low < 0.02 ? 5 : high - low < 0.2 ? 4 : 3;
}

// Words and elements.

/** Write a number with so many significant digits, as `unitdocs.formatting.number` does. */
function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  const shown = Math.abs(value) < 10 ** digits ? rounded : value;
  return shown.toLocaleString("en-US", { maximumFractionDigits: Math.min(decimals, 20) });
}

function factor(value) {
  return `${value === Infinity ? "∞" : number(value, value > 0.9 && value < 1.1 ? 4 : 3)}×`;
}

function quantity(value, unit, digits = 3) {
  const steps = UNITS[unit];
  if (!steps) return number(value, digits);
  const [step, name] = steps.find(([size]) => value >= 0.9995 * size) ?? steps.at(-1);
  return `${number(value / step, digits)} ${name}`;
}

function percent(share) {
  return `${number(100 * share)} %`;
}

function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function make(name, attributes = {}, ...content) {
  return filled(document.createElement(name), attributes, content);
}

function draw(name, attributes = {}, ...content) {
  return filled(document.createElementNS(SVG, name), attributes, content);
}

function filled(element, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...content);
  return element;
}
