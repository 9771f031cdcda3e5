/**
 * Records of the other published versions for the page Explore, each loaded once it is chosen.
 */

import { recordsOf } from "./explored_records.js";
import { folderName, folderOf, labelOf, readIndex, versionNamed } from "./site_index.js";

/**
 * @typedef {import("./explored_choice.js").Explored} Explored
 * @typedef {import("./explored_choice.js").Offered} Offered
 * @typedef {import("./site_index.js").PublishedVersion} PublishedVersion
 */

const REFERENCE = "reference";
const KEY = "version-";

/**
 * Return the records of the other versions that can be loaded; none without an index.
 *
 * @param {URL | undefined} base address of this version; undefined where versions are not published
 * @returns {Promise<Offered[]>}
 */
export async function offeredRecords(base) {
  const site = base && (await readIndex(base));
  if (!site) return [];
  const own = versionNamed(site, folderName(base));
  return site.versions.flatMap((version) => {
    if (version === own || !version.record) return [];
    const { explore, created } = version.record;
    const label = `Version ${labelOf(version)}`;
    const page = new URL("benchmarks/explore/", folderOf(site, version.version)).href;
    return [{ key: KEY + version.version, label, text: created ? `${label}, ${created}` : label, explore, page }];
  });
}

/**
 * Load the records of versions that are asked for and not there yet; one that cannot be loaded stays away.
 *
 * @param {Explored} explored
 * @param {Record<string, string>} asked
 */
export async function loadAsked(explored, asked) {
  const keys = [asked.a, asked.b];
  const missing = explored.offered.filter(({ key }) => keys.includes(key) && !explored.records.some((one) => one.key === key));
  await Promise.all(missing.map((one) => load(explored, one)));
}

/**
 * @param {Explored} explored
 * @param {Offered} offered
 */
async function load(explored, { key, label, explore, page }) {
  try {
    const response = await fetch(explore);
    if (!response.ok) return;
    const data = await response.json();
    const record = recordsOf(data).find((one) => one.key === REFERENCE);
    if (!record || explored.records.some((one) => one.key === key)) return;
    const cases = record.cases.map((one) => (one.page ? { ...one, page: new URL(one.page, page).href } : one));
    explored.records.push({ ...record, cases, key, label });
    explored.metrics = { ...data.metrics, ...explored.metrics };
  } catch {
    // Its absence is said where what was asked for cannot be chosen.
  }
}
