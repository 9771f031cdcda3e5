/**
 * The page Explore: compares two sides of the records that the reader chooses.
 *
 * The two arms of one record were measured in the same rounds, and are compared as on every other page; arms of two
 * records by Welch's interval. The choice is kept in the query of the page's address, which is replaced and never added
 * to the history. Labels of records may hold anything, so they are only ever set as text.
 */

import { SIDES, choose, isPaired, makeControls, recordOf, shownOf, unique, withCase } from "./explored_choice.js";
import { make } from "./explored_marks.js";
import { outcomeLabel, swapped } from "./effects.js";
import { tableOf } from "./explored_cases.js";
import { percent } from "./notation.js";
import { recordsOf } from "./explored_records.js";
import { loadAsked, offeredRecords } from "./explored_versions.js";
import { isBelowMargin, summary, verdict, welch } from "./welch.js";

/**
 * @typedef {import("./explored_choice.js").Explored} Explored
 * @typedef {import("./explored_choice.js").SharedCase} SharedCase
 * @typedef {import("./effects.js").Comparison} Comparison
 * @typedef {import("./effects.js").Effect} Effect
 * @typedef {import("./explored_records.js").RunRecord} RunRecord
 *
 * @typedef {SharedCase & Comparison} ComparedCase
 */

/**
 * Draw the page into its place.
 *
 * @param {HTMLElement} place
 * @param {URL} [base] address of this version; none where versions are not published
 */
export async function explore(place, base) {
  const folder = new URL(place.dataset.explore ?? "", document.baseURI);
  const files = ["data.json", "t.json"].map((name) => load(new URL(name, folder)));
  const [data, table, offered] = await Promise.all([...files, offeredRecords(base)]);
  if (!place.isConnected) return;
  const about = { records: recordsOf(data), offered, metrics: data.metrics, quantiles: table.quantiles };
  /** @type {Explored} */
  const page = { ...about, chosen: {}, selects: {}, results: make("div") };
  const asked = Object.fromEntries(new URLSearchParams(location.search));
  await loadAsked(page, asked);
  if (!place.isConnected) return;
  const controls = makeControls(page, (missing) => show(page, missing));
  const missing = choose(page, withCase(page, asked));
  page.chosen.case = asked.case ?? "";
  place.replaceChildren(controls, page.results);
  if (asked.case && !shownOf(page).some(({ key }) => key === asked.case)) missing.push(`case "${asked.case}"`);
  show(page, missing);
  if (page.chosen.case) page.results.querySelector(".ud-values")?.scrollIntoView({ block: "nearest" });
}

/** @param {URL} address */
async function load(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error("its data could not be loaded");
  return response.json();
}

// What comes of it.

/**
 * @param {Explored} page
 * @param {string[]} missing
 */
function show(page, missing) {
  const shown = shownOf(page).map((one) => ({ ...one, ...(isPaired(page) ? paired(page, one) : unpaired(page, one)) }));
  const cases = isPaired(page) ? shown : shown.filter(({ means }) => means.length);
  if (!cases.some(({ key }) => key === page.chosen.case)) page.chosen.case = "";
  const leftOut = shown.filter((one) => !cases.includes(one)).map(({ title }) => title);
  page.results.replaceChildren(...notes(page, missing), basis(page, cases), status(page, cases, leftOut));
  if (cases.length) page.results.append(tableOf(page, cases));
  page.results.append(make("p", { class: "ud-origin" }, originOf(page)));
}

/**
 * Return the site's own comparison; the other way round where side A is the treatment.
 *
 * @param {Explored} page
 * @param {SharedCase} one
 * @returns {Comparison}
 */
function paired({ chosen }, { site, order }) {
  const own = /** @type {Comparison} */ (site);
  return order[0] === chosen["a-arm"] ? own : swapped(own);
}

/**
 * Return Welch's comparison; of two records the wider margins hold. Without means if a value is zero or missing.
 *
 * @param {Explored} page
 * @param {SharedCase} one
 * @returns {Comparison}
 */
function unpaired(page, one) {
  const { metric, confidence } = page.chosen;
  if (page.metrics[metric].isShare || !one.sides.every((values) => values.length && values.every(Boolean))) return { means: [] };
  const [a, b] = one.sides.map((values) => values.map((value) => Math.log(Number(value))));
  const level = 1 - Number(confidence);
  const found = welch(a, b, page.quantiles[confidence], level);
  const means = [a, b].map((logs) => Math.exp(summary(logs).mean));
  if (found.needed !== undefined) {
    const reason = `needs at least ${found.needed} a side`;
    return { means, none: { status: "too few processes", reason, ratio: found.ratio } };
  }
  const records = SIDES.map((side) => recordOf(page, side));
  const margin = Math.max(...records.map((record) => record.margin));
  const absolute = Math.max(...records.map((record) => record.absoluteMargins[metric] ?? 0));
  return { means, effect: judged(found, margin, absolute, means[0], level) };
}

/**
 * @param {{ ratio: number, low: number, high: number }} found
 * @param {number} margin as a share
 * @param {number} absolute in the metric's unit, for the difference of both sides; 0 for none
 * @param {number} mean of side A
 * @param {number} level
 * @returns {Effect}
 */
function judged(found, margin, absolute, mean, level) {
  const { ratio, low, high } = found;
  const isSmall = [low, high].every((end) => Math.abs(mean * (end - 1)) < absolute);
  const word = verdict(found, margin);
  const hasDirection = word === "less" || word === "more";
  return {
    scale: "ratio",
    estimate: ratio,
    low,
    high,
    level: 1 - level,
    verdict: isSmall && word === "inconclusive" ? "equivalent" : word,
    isBelowMargin: isBelowMargin(found, margin) || (isSmall && hasDirection),
    isExact: false,
  };
}

/**
 * Say what the reader must know of the two sides.
 *
 * @param {Explored} page
 * @param {string[]} missing
 */
function notes(page, missing) {
  const [a, b] = SIDES.map((side) => recordOf(page, side));
  const absent = `The address asks for ${missing.join(", ")}, which cannot be chosen here.`;
  const made = missing.length ? [box("note", "Not here", absent)] : [];
  if (a.machine !== b.machine) {
    const measured = `Side A was measured on ${a.machine}; side B on ${b.machine}.`;
    made.push(box("warning", "Two machines", `${measured} The ratio is of the machines too, not of the code alone.`));
  }
  return made;
}

/**
 * Say how the sides are compared.
 *
 * @param {Explored} page
 * @param {ComparedCase[]} cases
 */
function basis(page, cases) {
  const levels = unique(cases.flatMap(({ effect }) => (effect && effect.level < 1 ? [percent(effect.level)] : [])));
  const ranges = levels.length ? ` Ranges: ${levels.join(" or ")} confidence.` : "";
  const [title, text] = isPaired(page)
    ? ["One record:", ` both arms ran in the same rounds. Numbers and verdicts are those of the other pages.${ranges}`]
    : ["Two records:", " measured apart, so ranges are wider than on the other pages."];
  return make("p", { class: "ud-basis" }, make("strong", {}, title), text);
}

/** @param {Explored} page */
function originOf(page) {
  const [a, b] = SIDES.map((side) => recordOf(page, side));
  if (a.key === b.key) return `Both sides: ${origin(a)}`;
  const alike = a.machine === b.machine ? " Both machines are described alike." : "";
  return `Side A: ${origin(a)} Side B: ${origin(b)}${alike}`;
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
 * @param {string[]} leftOut titles of cases that cannot be compared
 */
function status(page, cases, leftOut) {
  const metric = page.metrics[page.chosen.metric];
  const words = cases.map((one) => outcomeLabel(one, metric));
  const counts = unique(words).map((word) => `${words.filter((other) => other === word).length} ${word}`);
  const noun = cases.length === 1 ? "case" : "cases";
  const summed = cases.length
    ? `${cases.length} ${noun}. Side B (${page.chosen["b-arm"]}): ${counts.join(", ")}.`
    : `The two sides share no case of ${page.chosen.metric} that can be compared.`;
  const share = leftOut.length && metric?.isShare ? " Shares are compared within one record only." : "";
  const zero = leftOut.length && !metric?.isShare ? ` Left out, because a value is zero: ${leftOut.join("; ")}.` : "";
  return make("p", { role: "status" }, summed + share + zero);
}
