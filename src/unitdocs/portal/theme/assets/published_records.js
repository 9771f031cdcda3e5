/**
 * On the page Trend of a published site: the record of each version, a table for each machine.
 *
 * Times of two machines are never in one table: their difference is not one of the code.
 */

import { giveRoles } from "./explored_cases.js";
import { make } from "./explored_marks.js";
import { recordsOf } from "./explored_records.js";
import { change } from "./notation.js";
import { folderOf, labelOf, readIndex } from "./site_index.js";

/**
 * @typedef {import("./effects.js").Metric} Metric
 * @typedef {import("./explored_records.js").RunRecord} RunRecord
 * @typedef {import("./site_index.js").SiteIndex} SiteIndex
 * @typedef {import("./site_index.js").PublishedRecord} PublishedRecord
 * @typedef {import("./site_index.js").PublishedVersion} PublishedVersion
 *
 * @typedef {object} SuiteMean the effect of one suite, as a geometric mean
 * @property {string} name
 * @property {string} title
 * @property {string} text
 *
 * @typedef {PublishedVersion & { record: PublishedRecord }} MeasuredVersion
 * @typedef {object} Row
 * @property {MeasuredVersion} version
 * @property {string} machine
 * @property {SuiteMean[] | null} means null if the record cannot be read
 */

/** As `MAIN_TIMES` in `unitdocs.analysis.case_result`: the time that represents a scenario. */
const MAIN_TIMES = ["time", "frame time p50", "slowest frame"];
const MOST = 12; // versions that are read at once; each has a file of some kilobytes
const REFERENCE = "reference";

/**
 * List the records of all versions.
 *
 * @param {HTMLElement} place
 * @param {URL} base address of this version
 */
export async function listRecords(place, base) {
  const site = await readIndex(base);
  if (!site || !place.isConnected) return;
  await listNewest(place, site, MOST);
}

/**
 * @param {HTMLElement} place
 * @param {SiteIndex} site
 * @param {number} count
 */
async function listNewest(place, site, count) {
  const measured = /** @type {MeasuredVersion[]} */ (site.versions.filter(({ record }) => record));
  const rows = await Promise.all(measured.slice(0, count).map(rowOf));
  const machines = [...new Set(rows.map(({ machine }) => machine))];
  const tables = machines.map((machine) => tableOf(site, machine, rows.filter((row) => row.machine === machine)));
  const left = measured.length - rows.length;
  place.replaceChildren(introduction(machines.length), ...tables, left > 0 ? more(place, site, measured.length) : "");
}

/** @param {number} machines */
function introduction(machines) {
  const text = "The effect of the refactored system in the record of each published version: the geometric mean of a suite's cases, each by the time that represents it.";
  const apart = machines > 1 ? " Records of different machines are in different tables, because their times cannot be compared." : "";
  return make("p", {}, text + apart);
}

/**
 * @param {HTMLElement} place
 * @param {SiteIndex} site
 * @param {number} count
 */
function more(place, site, count) {
  const button = make("button", { type: "button", class: "md-button" }, `Show all ${count} versions`);
  button.addEventListener("click", () => listNewest(place, site, count));
  return button;
}

/**
 * @param {MeasuredVersion} version
 * @returns {Promise<Row>}
 */
async function rowOf(version) {
  try {
    const response = await fetch(version.record.explore);
    if (!response.ok) throw new Error("the record cannot be loaded");
    const data = await response.json();
    const record = recordsOf(data).find(({ key }) => key === REFERENCE);
    return { version, machine: version.record.machine, means: record ? meansOf(record, data.metrics) : null };
  } catch {
    return { version, machine: version.record.machine, means: null };
  }
}

/**
 * Return the geometric mean of each suite that has a main time, in the words of the site.
 *
 * @param {RunRecord} record
 * @param {Record<string, Metric>} metrics
 * @returns {SuiteMean[]}
 */
export function meansOf(record, metrics) {
  return record.suites.flatMap(({ name, title }) => {
    const cases = record.cases.filter(({ suite, metric }) => suite === name && MAIN_TIMES.includes(metric));
    const logs = cases.flatMap(({ site }) => (site?.effect?.scale === "ratio" ? Math.log(site.effect.estimate) : [])).filter(Number.isFinite);
    if (!logs.length) return [];
    const ratio = Math.exp(logs.reduce((total, log) => total + log, 0) / logs.length);
    const metric = metrics[cases[0].metric];
    return [{ name, title, text: ratio === 1 ? "the same" : change(ratio, ratio < 1 ? metric.less : metric.more) }];
  });
}

/**
 * @param {SiteIndex} site
 * @param {string} machine
 * @param {Row[]} rows
 */
function tableOf(site, machine, rows) {
  const titles = new Map(rows.flatMap(({ means }) => (means ?? []).map(({ name, title }) => [name, title])));
  const column = (/** @type {string} */ name, /** @type {boolean} */ isNumber) =>
    make("th", { scope: "col", class: isNumber ? "ud-number" : null }, name);
  const names = ["Version", "Measured", ...titles.values()];
  const head = names.map((name, at) => column(name, at > 1));
  const caption = `Measured on ${machine || "an unknown machine"}`;
  const body = rows.map((row) => make("tr", {}, ...cellsOf(site, row, [...titles.keys()])));
  const table = make("table", {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body));
  giveRoles(table);
  const place = make("div", { class: "ud-table ud-published", "data-narrow": "cards", tabindex: "0", role: "region", "aria-label": caption }, table);
  for (const [at, name] of names.entries()) if (at) place.style.setProperty(`--title-${at + 1}`, JSON.stringify(name));
  return place;
}

/**
 * @param {SiteIndex} site
 * @param {Row} row
 * @param {string[]} suites
 */
function cellsOf(site, { version, means }, suites) {
  const { created, commit } = version.record;
  const link = make("a", { href: `${folderOf(site, version.version)}benchmarks/summary/`, target: "_self" }, labelOf(version));
  const cell = (/** @type {string} */ text) => make("td", { class: "ud-number" }, text);
  const effects = means
    ? suites.map((suite) => cell(means.find(({ name }) => name === suite)?.text ?? "–"))
    : [make("td", { colspan: Math.max(1, suites.length) }, "its data cannot be read")];
  return [make("th", { scope: "row" }, link), make("td", {}, `${created} `, make("code", {}, commit.slice(0, 7))), ...effects];
}
