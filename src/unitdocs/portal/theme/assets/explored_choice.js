/**
 * What is chosen on the page Explore: two sides, each an arm of a record, a metric, a suite, a case and a confidence.
 */

import { make } from "./explored_marks.js";
import { loadAsked } from "./explored_versions.js";
import { percent } from "./notation.js";

/**
 * @typedef {"a" | "b"} Side
 * @typedef {import("./effects.js").Metric} Metric
 * @typedef {import("./explored_records.js").Case} Case
 * @typedef {import("./explored_records.js").RunRecord} RunRecord
 *
 * @typedef {Case & { key: string, sides: (number | null)[][] }} SharedCase a case that both sides have
 *
 * @typedef {object} Offered the record of another published version, which is loaded once it is chosen
 * @property {string} key
 * @property {string} label
 * @property {string} text label and day
 * @property {string} explore address of its data
 * @property {string} page address of the page Explore of its version
 *
 * @typedef {object} Explored the page with what is chosen on it
 * @property {RunRecord[]} records
 * @property {Offered[]} offered
 * @property {Record<string, Metric>} metrics
 * @property {Record<string, number[]>} quantiles of t, by confidence
 * @property {Record<string, string>} chosen
 * @property {Record<string, HTMLSelectElement>} selects
 * @property {HTMLElement} results where the comparison is shown
 */

const ALL = "all";
/** @type {Side[]} */
export const SIDES = ["a", "b"];
const FIELDS = ["metric", "a", "a-arm", "b", "b-arm", "suite", "confidence"]; // each depends on those before it
const PUBLISHED = "Published versions";
/** @type {Record<string, string>} */
const WANTED = { metric: "time", "a-arm": "original", "b-arm": "refactored" };

/**
 * Return what is asked for, with the suite of a case and a metric that the case has.
 *
 * @param {Explored} page
 * @param {Record<string, string>} asked
 */
export function withCase({ records }, asked) {
  const record = records.find(({ key }) => key === asked.a) ?? records[0];
  const cases = record.cases.filter((one) => keyOf(one) === asked.case);
  const first = cases.find(({ metric }) => metric === WANTED.metric) ?? cases[0];
  return first ? { suite: first.suite, metric: first.metric, ...asked } : asked;
}

/**
 * @param {Explored} page
 * @param {(missing: string[]) => void} show what is done once a choice has changed
 */
export function makeControls(page, show) {
  const field = (/** @type {string} */ name, /** @type {string} */ label) => {
    page.selects[name] = make("select", { name });
    page.selects[name].addEventListener("change", () => change(page, name, show));
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
 * @param {(missing: string[]) => void} show
 */
async function change(page, name, show) {
  const asked = { [name]: page.selects[name].value };
  await loadAsked(page, asked);
  const missing = choose(page, { ...page.chosen, ...asked }); // what depends on the choice may change without a word
  show(missing.filter((one) => one.startsWith(`${name} "`)));
  remember(page);
}

/**
 * Choose the requested values, or else the usual ones; return the requests that cannot be met.
 *
 * @param {Explored} page
 * @param {Record<string, string>} asked
 */
export function choose(page, asked) {
  const missing = [];
  for (const name of FIELDS) {
    const options = optionsOf(page, name);
    const has = (/** @type {string} */ value) => options.some(([known]) => known === value);
    const usual = has(WANTED[name]) ? WANTED[name] : (options[0]?.[0] ?? "");
    if (asked[name] && options.length && !has(asked[name])) missing.push(`${name} "${asked[name]}"`);
    page.chosen[name] = has(asked[name]) ? asked[name] : usual;
    page.selects[name].replaceChildren(...(["a", "b"].includes(name) ? grouped(page, options) : options.map(optionOf)));
    page.selects[name].value = page.chosen[name];
  }
  /** @type {HTMLElement} */ (page.selects.confidence.closest("fieldset")).hidden = isPaired(page);
  return missing;
}

/** @param {string[]} option its value and its text */
function optionOf([value, text]) {
  return make("option", { value }, text);
}

/**
 * Return the records that can be chosen, then those of published versions, which can be chosen until they are loaded.
 *
 * @param {Explored} page
 * @param {string[][]} options of the records that are loaded
 */
function grouped({ records, offered }, options) {
  const published = offered.filter(({ key }) => options.some(([one]) => one === key) || !records.some((one) => one.key === key));
  const own = options.filter(([value]) => !offered.some(({ key }) => key === value)).map(optionOf);
  if (!published.length) return own;
  return [...own, make("optgroup", { label: PUBLISHED }, ...published.map(({ key, text }) => optionOf([key, text])))];
}

/**
 * Return values and texts to choose among: for side B those that share a case with side A.
 *
 * @param {Explored} page
 * @param {string} name
 * @returns {string[][]}
 */
function optionsOf(page, name) {
  const { records, metrics, quantiles, chosen } = page;
  if (name === "metric") return Object.keys(metrics).map((metric) => [metric, capitalized(metric)]);
  if (name === "suite") return suitesOf(page);
  if (name === "confidence") return isPaired(page) ? [] : Object.keys(quantiles).map((share) => [share, percent(Number(share))]);
  const side = /** @type {Side} */ (name[0]);
  if (name.endsWith("arm")) return armsOf(page, side).map((arm) => [arm, arm]);
  const found = records.filter((record) => armsOf(page, side, record).length);
  return (found.length ? found : records.filter(({ key }) => side === "a" || key === chosen.a)).map(named);
}

/**
 * Return a record's key and its name; a run of the reader's own with its machine and date.
 *
 * @param {RunRecord} record
 */
function named({ key, label, machine, created }) {
  return [key, key === "machine" ? `${label}: ${machine}, ${created}` : label];
}

/**
 * Return the arms of a record that hold a case of the metric; for side B those with which side A can be compared.
 *
 * @param {Explored} page
 * @param {Side} side
 * @param {RunRecord} record
 */
function armsOf(page, side, record = recordOf(page, side)) {
  const { chosen } = page;
  const isOther = (/** @type {string} */ arm) => record.key !== chosen.a || arm !== chosen["a-arm"];
  const cases = record.cases.filter(({ metric }) => metric === chosen.metric);
  if (side === "a") return unique(cases.flatMap(({ order }) => order));
  const ofA = new Set(casesOf(page, recordOf(page, "a"), chosen["a-arm"]).map(keyOf));
  return unique(cases.filter((one) => ofA.has(keyOf(one))).flatMap(({ order }) => order.filter(isOther)));
}

/**
 * Return the suites of which both sides share a case, in the record's order, and all of them together.
 *
 * @param {Explored} page
 */
function suitesOf(page) {
  const shared = new Set(sharedBy(page).map(({ suite }) => suite));
  const suites = recordOf(page, "a").suites.filter(({ name }) => shared.has(name));
  return [...suites.map(({ name, title }) => [name, title]), [ALL, "All suites"]];
}

/**
 * @param {Explored} page
 * @param {Side} side
 */
export function recordOf({ records, chosen }, side) {
  return /** @type {RunRecord} */ (records.find(({ key }) => key === chosen[side]));
}

/**
 * Return whether both sides are arms of one record, measured in the same rounds.
 *
 * @param {Explored} page
 */
export function isPaired({ chosen }) {
  return chosen.a === chosen.b;
}

/**
 * Return the cases of the metric that a record has of an arm.
 *
 * @param {Explored} page
 * @param {RunRecord} record
 * @param {string} arm
 */
function casesOf({ chosen }, record, arm) {
  return record.cases.filter((one) => one.metric === chosen.metric && one.order.includes(arm));
}

/**
 * Return the cases of the metric that both sides have, in the order of side A, with the values of each.
 *
 * @param {Explored} page
 * @returns {SharedCase[]}
 */
function sharedBy(page) {
  const [arm, other] = SIDES.map((side) => page.chosen[`${side}-arm`]);
  const others = new Map(casesOf(page, recordOf(page, "b"), other).map((one) => [keyOf(one), one.arms[other]]));
  return casesOf(page, recordOf(page, "a"), arm).flatMap((one) => {
    const values = others.get(keyOf(one));
    return values ? [{ ...one, key: keyOf(one), sides: [one.arms[arm], values] }] : [];
  });
}

/**
 * Return the shared cases of the chosen suite.
 *
 * @param {Explored} page
 */
export function shownOf(page) {
  return sharedBy(page).filter(({ suite }) => page.chosen.suite === ALL || suite === page.chosen.suite);
}

/**
 * Return the name of a case's scenario in the page's address.
 *
 * @param {{ suite: string, scenario: string }} one
 */
function keyOf({ suite, scenario }) {
  return `${suite}/${scenario}`;
}

/**
 * Write what is chosen into the address.
 *
 * @param {Explored} page
 */
export function remember({ chosen }) {
  const address = new URL(location.href);
  address.search = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value)).toString();
  history.replaceState(history.state, "", address);
}

/**
 * @param {Explored} page
 * @param {Side} side
 */
export function nameOf(page, side) {
  const arm = page.chosen[`${side}-arm`];
  return page.chosen["a-arm"] === page.chosen["b-arm"] ? `${arm} (${recordOf(page, side).label})` : arm;
}

/** @param {string} text */
function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @template Item
 * @param {Item[]} items
 */
export function unique(items) {
  return [...new Set(items)];
}
