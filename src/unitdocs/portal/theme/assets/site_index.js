/**
 * The index at the root of the published site, which every version reads; pure functions but for the two that fetch.
 *
 * The index of a later version has members that this program does not know, and may lack optional ones. What cannot be
 * read is left out; an index that is none is as if it were not there.
 */

/**
 * @typedef {object} PublishedRecord
 * @property {string} created day on which it was measured
 * @property {string} commit
 * @property {string} machine
 * @property {string} explore address of its data for the page Explore
 *
 * @typedef {object} PublishedVersion
 * @property {string} version
 * @property {string[]} aliases its further names, which are folders too
 * @property {string} published day on which it was published
 * @property {PublishedRecord} [record]
 * @property {{ at: string, why: string }} [withdrawn]
 *
 * @typedef {object} SiteIndex
 * @property {string} root address of the site, with a slash at the end
 * @property {string} latest name of the version that `latest` is a copy of; empty without one
 * @property {PublishedVersion[]} versions newest first
 * @property {string[]} pruned names of versions that were removed
 */

const LATEST = "latest";
/** @type {Promise<SiteIndex | null> | undefined} */
let index;
/** @type {Map<string, Promise<Set<string>>>} */
const sitemaps = new Map();

/**
 * Return the index of the site; null without one that can be read. It is fetched once, if it can be.
 *
 * @param {URL} base address of this version
 */
export function readIndex(base) {
  const root = new URL("../", base);
  index ??= fetch(new URL("site-index.json", root))
    .then((response) => (response.ok ? response.json() : null))
    .then((written) => indexOf(written, root.href))
    .catch(() => null)
    .then((site) => {
      if (!site) index = undefined; // the page is complete without it, and the next one tries again
      return site;
    });
  return index;
}

/**
 * Return the pages of a version, as addresses below its folder; none if its list of pages cannot be read.
 *
 * @param {string} folder address of the version
 */
export function readPages(folder) {
  const known = sitemaps.get(folder);
  if (known) return known;
  const pages = fetch(new URL("sitemap.xml", folder))
    .then((response) => (response.ok ? response.text() : ""))
    .then((text) => pagesIn([...text.matchAll(/<loc>\s*([^<]*?)\s*<\/loc>/g)].map(([, address]) => address)))
    .catch(() => /** @type {Set<string>} */ (new Set()));
  sitemaps.set(folder, pages);
  return pages;
}

/**
 * Return addresses below the start page's, which is the shortest: they name another host where the site was moved.
 *
 * @param {string[]} addresses
 */
export function pagesIn(addresses) {
  const home = addresses.reduce((one, other) => (other.length < one.length ? other : one), addresses[0] ?? "");
  return new Set(addresses.filter((one) => one.startsWith(home)).map((one) => one.slice(home.length)));
}

/**
 * Return the page itself if it is among the pages, or else its nearest parent; empty for the start page.
 *
 * @param {string} page address below the version's folder
 * @param {Set<string>} pages
 */
export function nearest(page, pages) {
  let place = page;
  while (place && !pages.has(place)) place = place.replace(/[^/]*\/?$/, "");
  return place;
}

/**
 * @param {unknown} written
 * @param {string} root
 * @returns {SiteIndex | null}
 */
export function indexOf(written, root) {
  if (!isObject(written)) return null;
  const versions = Array.isArray(written.versions) ? written.versions.flatMap((one) => versionOf(one, root) ?? []) : [];
  return { root, latest: textOf(written.latest), versions, pruned: namesOf(written.pruned) };
}

/**
 * @param {unknown} written
 * @param {string} root
 * @returns {PublishedVersion | null}
 */
function versionOf(written, root) {
  if (!isObject(written) || !textOf(written.version)) return null;
  const { version, published, withdrawn } = written;
  return {
    version: textOf(version),
    aliases: namesOf(written.aliases),
    published: dayOf(published),
    record: recordOf(written.record, root),
    withdrawn: isObject(withdrawn) ? { at: dayOf(withdrawn.at), why: textOf(withdrawn.why) } : undefined,
  };
}

/**
 * Return a record whose data are on this site; a page loads nothing from anywhere else.
 *
 * @param {unknown} written
 * @param {string} root
 * @returns {PublishedRecord | undefined}
 */
function recordOf(written, root) {
  if (!isObject(written) || !textOf(written.explore)) return undefined;
  if (!URL.canParse(textOf(written.explore), root)) return undefined;
  const explore = new URL(textOf(written.explore), root).href;
  if (!explore.startsWith(root)) return undefined;
  const { created, commit, machine } = written;
  return { created: dayOf(created), commit: textOf(commit).slice(0, 10), machine: textOf(machine), explore };
}

/**
 * @param {unknown} written names, or objects with a member `version`
 * @returns {string[]}
 */
function namesOf(written) {
  if (!Array.isArray(written)) return [];
  return written.map((one) => textOf(isObject(one) ? one.version : one)).filter(Boolean);
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function textOf(value) {
  return typeof value === "string" ? value : "";
}

/** @param {unknown} value */
function dayOf(value) {
  return textOf(value).slice(0, 10);
}

/**
 * Return the address of a version's folder.
 *
 * @param {SiteIndex} site
 * @param {string} version
 */
export function folderOf({ root, latest }, version) {
  return `${root}${version === latest ? LATEST : encodeURIComponent(version)}/`;
}

/**
 * Return the version with a name; that of `latest` is its copy.
 *
 * @param {SiteIndex} site
 * @param {string} name of a folder
 */
export function versionNamed({ latest, versions }, name) {
  const version = name === LATEST ? latest : name;
  return versions.find((one) => one.version === version || one.aliases.includes(name));
}

/**
 * Return the version's name, and whether it was withdrawn.
 *
 * @param {PublishedVersion} version
 */
export function labelOf({ version, withdrawn }) {
  return withdrawn ? `${version} (withdrawn)` : version;
}

/**
 * Return the name of the folder of a version.
 *
 * @param {URL} base
 */
export function folderName(base) {
  return decodeURIComponent(base.pathname.split("/").at(-2) ?? "");
}
