/**
 * The records of the page Explore, read from its data; pure functions, without a page.
 */

import { read } from "./effects.js";

/**
 * @typedef {import("./effects.js").Comparison} Comparison
 * @typedef {import("./effects.js").Metric} Metric
 *
 * @typedef {object} Case
 * @property {string} suite
 * @property {string} scenario
 * @property {string} title
 * @property {string} metric
 * @property {string} [page] address of the scenario's page
 * @property {Record<string, (number | null)[]>} arms the value of each process, by arm; null for what it does not count
 * @property {string[]} order the arms: control and treatment, or one
 * @property {(number | null)[]} [ratios] treatment / control of each round
 * @property {Comparison} [site] how every other page compares treatment with control
 *
 * @typedef {object} RunRecord
 * @property {string} key
 * @property {string} label
 * @property {string} id
 * @property {string} created
 * @property {string} machine
 * @property {boolean} isCurrent
 * @property {number} margin
 * @property {Record<string, number>} absoluteMargins by metric, in its unit
 * @property {{ name: string, title: string, arms: string[] }[]} suites
 * @property {Case[]} cases
 *
 * @typedef {{ metrics: Record<string, Metric>, records: any[] }} Data
 */

/**
 * Return the records with a case for each metric of each scenario.
 *
 * @param {Data} data
 * @returns {RunRecord[]}
 */
export function recordsOf({ records }) {
  return records.map(({ scenarios, ...record }) => {
    const arms = Object.fromEntries(record.suites.map((/** @type {any} */ suite) => [suite.name, suite.arms]));
    const cases = scenarios.flatMap((/** @type {any} */ { cases: found, ...scenario }) =>
      found.map((/** @type {any} */ one) => caseOf({ ...scenario, ...one }, arms[scenario.suite])),
    );
    return { ...record, cases };
  });
}

/**
 * @param {any} written
 * @param {string[]} arms
 * @returns {Case}
 */
function caseOf({ values, effect, none, means, ...about }, arms) {
  const order = [...new Set(arms)];
  const byArm = Object.fromEntries(order.map((arm, index) => [arm, values[index] ?? []]));
  const counts = () => order.map((arm) => byArm[arm][0] ?? null); // of an exact count every value is the same
  const site = effect || none ? { effect: effect && read(effect), none, means: means ?? counts() } : undefined;
  return { ...about, arms: byArm, order, site };
}
