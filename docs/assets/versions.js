/**
 * Informs the reader of a published version about the others: a newer one, why one was withdrawn, where a page is.
 *
 * All of it comes from `site-index.json` at the root of the site, which the newest version writes and the pages of all
 * versions read. Members that are missing or unknown are left out, and without the file a page stays as it is. Pages of
 * a version are looked up in its `sitemap.xml`: an address that is not there is never asked for.
 */

/**
 * @typedef {object} Version
 * @property {string} version
 * @property {string[]} [aliases]
 * @property {{ at?: string, why?: string } | null} [withdrawn]
 * @property {{ explore?: string }} [record]
 */

/**
 * @typedef {object} Index
 * @property {string | null} [latest]
 * @property {Version[]} [versions]
 * @property {{ version: string }[]} [pruned]
 */

const CONFIG = document.getElementById("__config");
const { base = ".", version = {} } = JSON.parse(CONFIG?.textContent ?? "{}");
/** Folder of the version, and the root above it. The theme says where, relative to the page that was loaded first. */
const FOLDER = new URL(`${base.replace(/\/$/, "")}/`, document.baseURI);
const ROOT = new URL("..", FOLDER);
const LATEST = "latest";
/** @type {Promise<Index> | undefined} */
let index;
/** @type {Map<string, Promise<string[]>>} */
const sitemaps = new Map();

/** Show what the other versions mean for this page; runs again for each page that is shown. */
export async function announce() {
  document.querySelector(".ud-version-bar")?.remove();
  if (version?.provider !== "mike") return;
  const place = /** @type {HTMLElement | null} */ (document.querySelector(".ud-missing"));
  try {
    const known = await (index ??= readIndex());
    if (place) await explain(place, known);
    else await warn(known);
  } catch {
    index = undefined; // the page is complete without it, and the next one tries again
  }
}

/**
 * Return the published versions with the address of their data, newest first; none where nothing is published.
 *
 * @returns {Promise<{ version: string, explore: string, isWithdrawn: boolean }[]>}
 */
export async function published() {
  if (version?.provider !== "mike") return [];
  try {
    const { versions = [] } = await (index ??= readIndex());
    return versions.flatMap(({ version: name, record, withdrawn }) =>
      record?.explore ? [{ version: name, explore: new URL(record.explore, ROOT).href, isWithdrawn: Boolean(withdrawn) }] : [],
    );
  } catch {
    index = undefined; // the next one tries again
    return [];
  }
}

/** @returns {Promise<Index>} */
async function readIndex() {
  return (await load("site-index.json")).json();
}

/** @param {string} path below the root */
async function load(path) {
  const response = await fetch(new URL(path, ROOT));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

/**
 * Say that a newer version exists, or that this one was withdrawn.
 *
 * @param {Index} known
 */
async function warn({ latest, versions = [] }) {
  const name = decodeURIComponent(FOLDER.pathname.slice(ROOT.pathname.length, -1));
  if (!latest || name === LATEST || name === latest) return;
  const about = versions.find((one) => one.version === name || one.aliases?.includes(name));
  if (about?.version === latest) return;
  const page = location.pathname.slice(FOLDER.pathname.length);
  const target = nearest(page, await pagesOf(LATEST));
  const why = about?.withdrawn?.why;
  const day = about?.withdrawn?.at?.slice(0, 10);
  const words = why
    ? `Version ${name} was withdrawn${day ? ` on ${day}` : ""}: ${/[.!?]$/.test(why) ? why : `${why}.`} `
    : `You are reading version ${name}. `;
  const link = make("a", `${target === page ? "This page" : "The nearest page"} in version ${latest}`);
  link.href = new URL(`${LATEST}/${target}`, ROOT).href;
  const bar = make("div", words);
  bar.className = why ? "ud-version-bar ud-withdrawn" : "ud-version-bar";
  bar.setAttribute("role", "status");
  bar.append(link);
  document.querySelector(".ud-version-bar")?.remove();
  document.body.append(bar);
}

/**
 * Say which version has a page that is missing in another.
 *
 * @param {HTMLElement} place
 * @param {Index} known
 */
async function explain(place, { latest, versions = [], pruned = [] }) {
  const [name = "", ...rest] = location.pathname.slice(ROOT.pathname.length).split("/");
  const page = rest.join("/").replace(/index\.html$/, "");
  const names = versions.map((one) => one.version);
  const isThere = name === LATEST || versions.some((one) => one.version === name || one.aliases?.includes(name));
  if (!isThere && !/^v?\d/.test(name)) return;
  const having = isThere ? await holders(page, names) : names;
  const shown = name === LATEST ? `${name} (${latest})` : name;
  const gone = pruned.some((one) => one.version === name) ? "is no longer on this site" : "does not exist";
  const words = isThere ? `Version ${shown} has no page ${page}.` : `Version ${name} ${gone}.`;
  const list = document.createElement("ul");
  for (const one of having) {
    list.append(item(`${isThere ? page : "Home"} in version ${one}`, `${one}/${isThere ? page : ""}`));
  }
  if (isThere) list.append(item(`Home of version ${name}`, `${name}/`));
  place.replaceChildren(make("p", words), list);
}

/**
 * @param {string} page
 * @param {string[]} names
 * @returns {Promise<string[]>} the versions that have the page
 */
async function holders(page, names) {
  const lists = await Promise.all(names.map(pagesOf));
  return names.filter((_, place) => lists[place]?.includes(page));
}

/**
 * @param {string} name
 * @returns {Promise<string[]>} the pages of a version, below its folder; their addresses name the latest version
 */
function pagesOf(name) {
  const found = sitemaps.get(name) ?? readSitemap(name);
  sitemaps.set(name, found);
  return found;
}

/**
 * @param {string} name
 * @returns {Promise<string[]>} the pages; none that is known where the list cannot be read
 */
async function readSitemap(name) {
  try {
    const text = await (await load(`${name}/sitemap.xml`)).text();
    const places = [...new DOMParser().parseFromString(text, "text/xml").querySelectorAll("loc")];
    const addresses = places.map((one) => one.textContent ?? "");
    const home = Math.min(...addresses.map(({ length }) => length));
    return addresses.map((one) => one.slice(home));
  } catch {
    sitemaps.delete(name); // the next page asks again
    return [];
  }
}

/**
 * @param {string} page
 * @param {string[]} pages
 * @returns {string} the page, or the nearest one above it; the home page at worst
 */
function nearest(page, pages) {
  let found = page.replace(/index\.html$/, "");
  while (found && !pages.includes(found)) found = found.replace(/[^/]*\/?$/, "");
  return found;
}

/**
 * @param {string} words
 * @param {string} path below the root
 */
function item(words, path) {
  const link = make("a", words);
  link.href = new URL(path, ROOT).href;
  const element = document.createElement("li");
  element.append(link);
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} text
 * @returns {HTMLElementTagNameMap[Name]}
 */
function make(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
