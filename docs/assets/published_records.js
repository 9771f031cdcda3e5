/**
 * The records of the published versions, read from the data that each version's page Explore has.
 *
 * A build that is not published has none, and a version whose data cannot be read is left out.
 */

import { change } from "./notation.js";
import { recordsOf } from "./explored_records.js";
import { make } from "./explored_marks.js";
import { published } from "./versions.js";

/** @typedef {import("./explored_records.js").RunRecord} RunRecord */

const MOST = 10; // versions, the newest ones: their data are loaded
const REFERENCE = "reference";
const METRIC = "time";

/**
 * @returns {Promise<(RunRecord & { version: string, isWithdrawn: boolean })[]>} the record of each version, newest first
 */
async function load() {
  const versions = (await published()).slice(0, MOST);
  const found = await Promise.all(versions.map(({ explore }) => read(explore)));
  return versions.flatMap(({ version, isWithdrawn }, place) => {
    const record = found[place];
    return record ? [{ ...record, version, isWithdrawn }] : [];
  });
}

/** @param {string} address */
async function read(address) {
  try {
    const response = await fetch(address);
    const records = recordsOf(await response.json());
    return records.find(({ key }) => key === REFERENCE);
  } catch {
    return undefined;
  }
}

/**
 * Return the records of other versions as Explore offers them, without those that it has already.
 *
 * @param {RunRecord[]} known
 * @returns {Promise<RunRecord[]>}
 */
export async function others(known) {
  const ids = new Set(known.map(({ id }) => id));
  const records = (await load()).filter(({ id }) => !ids.has(id));
  return records.map((record) => ({
    ...record,
    key: `version-${record.version}`,
    label: `Version ${record.version}, ${record.created}`,
  }));
}

/**
 * Draw a table of the versions into its place; it stays empty without any.
 *
 * @param {HTMLElement} place
 */
export async function compare(place) {
  const records = await load();
  if (!records.length || !place.isConnected) return;
  const heads = ["Version", "Measured", "Machine", "Time of an operation, geometric mean"];
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
  const rows = records.map(({ version, isWithdrawn, created, machine, ...record }) => {
    const name = isWithdrawn ? `${version} (withdrawn)` : version;
    const cells = [created, machine, effectOf(record)].map((text) => make("td", {}, text));
    return make("tr", {}, make("th", { scope: "row" }, name), ...cells);
  });
  const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
  place.replaceChildren(make("h2", { id: "versions" }, "Published versions"), table);
}

/**
 * Return how the times of both arms compare over all cases of a record, in words.
 *
 * @param {Pick<RunRecord, "cases">} record
 */
function effectOf({ cases }) {
  const ratios = cases.flatMap(({ metric, site }) =>
    metric === METRIC && site?.effect?.scale === "ratio" ? [site.effect.estimate] : [],
  );
  if (!ratios.length) return "not measured";
  const ratio = Math.exp(ratios.reduce((sum, one) => sum + Math.log(one), 0) / ratios.length);
  return `${change(ratio, ratio < 1 ? "faster" : "slower")} (${ratios.length} cases)`;
}
