/**
 * The table of the page Explore: a row a case with its effect as a mark, which opens to the values of each process.
 */

import { SIDES, isPaired, nameOf, recordOf, remember } from "./explored_choice.js";
import { axesOf, axisOf, digitsOf, effectOn, make, scaleOf, strip } from "./explored_marks.js";
import { amounts, extent, interval, outcome, outcomeLabel, worstFirst } from "./effects.js";
import { percent, quantity, tick } from "./notation.js";

/**
 * @typedef {import("./explored_marks.js").Axis} Axis
 * @typedef {import("./effects.js").Metric} Metric
 * @typedef {import("./explore.js").ComparedCase} ComparedCase
 * @typedef {import("./explored_choice.js").Explored} Explored
 */

const COLUMNS = 6;
/**
 * What a phone, which lays rows out as cards, would otherwise take from the table.
 *
 * @type {Record<string, string>}
 */
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };
/** @type {Record<string, string>} */
const SCOPES = { col: "columnheader", row: "rowheader", rowgroup: "rowheader" };

/**
 * Return the table: suite by suite in the record's order, the worst for side B first.
 *
 * @param {Explored} page
 * @param {ComparedCase[]} cases at least one
 */
export function tableOf(page, cases) {
  const metric = metricOf(page);
  const effects = cases.flatMap(({ effect }) => effect ?? []);
  const axis = effects.length ? axisOf(effects) : null;
  const caption = `${metric.isShare ? "Difference B − A" : "Ratio B / A"} of each case; a case opens to the value of each process`;
  const suites = recordOf(page, "a").suites.filter(({ name }) => cases.some(({ suite }) => suite === name));
  const bodies = suites.map(({ name, title }) => {
    const rows = cases.filter(({ suite }) => suite === name).sort((a, b) => worstFirst(a, b, metric));
    const heading = suites.length > 1 ? [headingOf(title)] : [];
    return make("tbody", {}, ...heading, ...rows.flatMap((one) => rowsOf(page, one, axis)));
  });
  const table = make("table", {}, make("caption", {}, caption), headOf(page, axis), ...bodies);
  giveRoles(table);
  return make("div", { class: "ud-table ud-explored", tabindex: "0", role: "region", "aria-label": caption }, table);
}

/** @param {HTMLElement} part a table, or rows of one */
export function giveRoles(part) {
  for (const element of [part, ...part.querySelectorAll("thead, tbody, tr, th, td")]) {
    const scope = element.getAttribute("scope");
    const role = scope ? SCOPES[scope] : ROLES[element.localName];
    element.setAttribute("role", role);
  }
}

/** @param {Explored} page */
function metricOf({ metrics, chosen }) {
  return metrics[chosen.metric];
}

/** @param {string} title */
function headingOf(title) {
  return make("tr", { class: "ud-suite" }, make("th", { colspan: COLUMNS, scope: "rowgroup" }, title));
}

/**
 * @param {Explored} page
 * @param {Axis | null} axis
 */
function headOf(page, axis) {
  const column = (/** @type {string} */ name, /** @type {(Node | string)[]} */ ...content) =>
    make("th", { scope: "col", class: name || null }, ...content);
  const scale = axis ? [directions(metricOf(page)), scaleOf(axis)] : ["Mark"];
  const cells = [
    column("", "Case"),
    column("ud-axis", ...scale),
    column("ud-number ud-effect", "Effect"),
    column("ud-number ud-range", "Range"),
    column("ud-number ud-count", "n"),
    column("ud-word", "Verdict on B"),
  ];
  return make("thead", {}, make("tr", {}, ...cells));
}

/**
 * Say which way side B is the better one.
 *
 * @param {Metric} metric
 */
function directions({ less, more, isHigherBetter }) {
  const [left, right] = isHigherBetter ? ["worse", "better"] : ["better", "worse"];
  const ends = [make("span", { class: `ud-${left}` }, `← B ${less}`), make("span", { class: `ud-${right}` }, `B ${more} →`)];
  return make("span", { class: "ud-directions" }, ...ends);
}

/**
 * Return the row of a case, and its values if it is open.
 *
 * @param {Explored} page
 * @param {ComparedCase} one
 * @param {Axis | null} axis
 */
function rowsOf(page, one, axis) {
  const metric = metricOf(page);
  const result = outcome(one, metric);
  const isOpen = page.chosen.case === one.key;
  const button = make("button", { type: "button", class: "ud-pick", "aria-expanded": String(isOpen), "aria-label": `Values of each process: ${one.title}` });
  const title = one.page ? make("a", { href: one.page }, one.title) : one.title;
  const number = (/** @type {string} */ name, /** @type {string} */ text) => make("td", { class: `ud-number ${name}` }, text);
  const mark = one.effect && axis ? [make("div", { class: "ud-cell" }, effectOn(one.effect, result, axis))] : [];
  const sizes = one.sides.map(({ length }) => length);
  const word = make("span", { class: `ud-verdict ud-${result.replace(" ", "-")}` }, outcomeLabel(one, metric));
  const row = make(
    "tr",
    { "data-case": one.key },
    make("th", { scope: "row" }, button, title),
    make("td", { class: "ud-axis" }, ...mark),
    number("ud-effect", extent(one, metric)),
    number("ud-range", one.none?.reason ?? interval(one)),
    number("ud-count", sizes[0] === sizes[1] ? String(sizes[0]) : sizes.join(", ")),
    make("td", { class: "ud-word" }, word),
  );
  button.addEventListener("click", () => pick(page, one, row));
  return isOpen ? [row, opened(page, one)] : [row];
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
  const table = /** @type {HTMLElement} */ (row.closest("table"));
  for (const other of table.querySelectorAll(".ud-values")) other.remove();
  for (const button of table.querySelectorAll(".ud-pick")) button.setAttribute("aria-expanded", "false");
  page.chosen.case = isOpen ? "" : one.key;
  if (!isOpen) {
    row.querySelector(".ud-pick")?.setAttribute("aria-expanded", "true");
    row.after(opened(page, one));
  }
  remember(page);
}

/**
 * @param {Explored} page
 * @param {ComparedCase} one
 */
function opened(page, one) {
  const row = make("tr", { class: "ud-values" }, make("td", { colspan: COLUMNS }, values(page, one)));
  giveRoles(row);
  return row;
}

/**
 * Draw the values of both sides, each on an axis of its own, and the ratios of rounds.
 *
 * @param {Explored} page
 * @param {ComparedCase} one
 */
function values(page, one) {
  const { isShare, unit } = metricOf(page);
  const counted = one.sides.map((side) => side.filter((value) => value !== null));
  const write = (/** @type {number} */ value, digits = 3) => (isShare ? percent(value, digits) : quantity(value, unit, digits));
  if (counted.some((side) => !side.length)) return make("p", {}, one.none?.reason || "Nothing was counted.");
  const means = amounts(one.means, metricOf(page));
  const names = SIDES.map((side, index) => `${"AB"[index]}: ${nameOf(page, side)} ${means[index]}`);
  if (counted.every((side) => side.every((value) => value === side[0]))) {
    return make("p", {}, `The same in every process. ${names.join("; ")}.`);
  }
  const axes = axesOf(counted, isShare);
  const strips = one.sides.map((side, index) => {
    const axis = axes[index];
    return stripOf(names[index], side, axis, (value) => write(value, digitsOf(axis)), `ud-side-${SIDES[index]}`);
  });
  const kind = axes[0].hasLogarithms ? "Both log axes span the same factor." : "Both axes span the same.";
  const text = `A point is the value of one process, the line their ${axes[0].hasLogarithms ? "geometric mean" : "mean"}. ${kind}`;
  return make("div", { class: "ud-strips" }, make("p", {}, text), ...strips, ...ratiosOf(page, one));
}

/**
 * Draw the ratios of rounds, of which the effect of one record is the mean.
 *
 * @param {Explored} page
 * @param {ComparedCase} one
 */
function ratiosOf(page, { ratios, order }) {
  if (!ratios || !isPaired(page)) return [];
  const ofB = order[0] === page.chosen["a-arm"] ? ratios : ratios.map(inverse);
  const isLess = ofB.every((ratio) => ratio !== null && ratio < 0.5); // a tenth is read more easily as ten times
  const shown = isLess ? ofB.map(inverse) : ofB;
  const [axis] = axesOf([shown.filter((ratio) => ratio !== null)], false);
  return [stripOf(`${isLess ? "A / B" : "B / A"} in each round`, shown, axis, (ratio) => tick(ratio, digitsOf(axis)), "")];
}

/** @param {number | null} ratio */
function inverse(ratio) {
  return ratio && 1 / ratio;
}

/**
 * @param {string} label
 * @param {(number | null)[]} side
 * @param {Axis} axis
 * @param {(value: number) => string} write
 * @param {string} name
 */
function stripOf(label, side, axis, write, name) {
  const counted = side.filter((value) => value !== null);
  const mean = meanOf(counted, axis.hasLogarithms);
  const ends = `${write(Math.min(...counted))} to ${write(Math.max(...counted))}`;
  const said = `${label}: ${counted.length} values from ${ends}, mean ${write(mean)}`;
  return make("div", { class: name || null }, make("p", { class: "ud-side" }, label), strip(side, mean, axis, said, write));
}

/**
 * @param {number[]} numbers
 * @param {boolean} isGeometric
 */
function meanOf(numbers, isGeometric) {
  const total = numbers.reduce((sum, value) => sum + (isGeometric ? Math.log(value) : value), 0) / numbers.length;
  return isGeometric ? Math.exp(total) : total;
}
