/**
 * The page for a missing address: which version lacks it, and which versions have it.
 *
 * An address may hold anything, so it is only ever set as text.
 */

import { make } from "./explored_marks.js";
import { folderOf, labelOf, readIndex, readPages, versionNamed } from "./site_index.js";

/**
 * @typedef {import("./site_index.js").SiteIndex} SiteIndex
 * @typedef {import("./site_index.js").PublishedVersion} PublishedVersion
 */

/**
 * Replace the usual words where more is known of the address.
 *
 * @param {HTMLElement} place
 * @param {URL} base address of the version whose page this is
 */
export async function explainMissing(place, base) {
  const site = await readIndex(base);
  if (!site || !place.isConnected || !location.href.startsWith(site.root)) return;
  const [folder, ...rest] = plain(location.pathname.slice(new URL(site.root).pathname.length)).split("/");
  const page = rest.join("/").replace(/index\.html$/, "").replace(/([^/])$/, "$1/");
  const version = versionNamed(site, folder);
  if (version) await explainPage(place, site, version, page);
  else explainVersion(place, site, folder);
}

/**
 * Return an address in readable letters; as it is where it cannot be decoded.
 *
 * @param {string} path
 */
function plain(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * @param {HTMLElement} place
 * @param {SiteIndex} site
 * @param {PublishedVersion} version
 * @param {string} page
 */
async function explainPage(place, site, version, page) {
  const others = site.versions.filter((one) => one !== version);
  const pages = await Promise.all(others.map((one) => readPages(folderOf(site, one.version))));
  const having = others.filter((_, at) => pages[at].has(page));
  const home = make("a", { href: folderOf(site, version.version), target: "_self" }, `Start page of ${version.version}`);
  const words = having.length ? "These versions have it:" : "No other version has it.";
  say(place, `Version ${version.version} has no page ${page}`, make("p", {}, words), list(site, having, page), make("p", {}, home));
}

/**
 * Say that a version was removed or never published, if the address names one.
 *
 * @param {HTMLElement} place
 * @param {SiteIndex} site
 * @param {string} folder
 */
function explainVersion(place, site, folder) {
  const isPruned = site.pruned.includes(folder);
  if (!isPruned && !/^v?\d/.test(folder)) return;
  const words = isPruned ? `Version ${folder} is no longer on this site` : `There is no version ${folder}`;
  say(place, words, make("p", {}, "These versions are published:"), list(site, site.versions, ""));
}

/**
 * @param {SiteIndex} site
 * @param {PublishedVersion[]} versions
 * @param {string} page
 */
function list(site, versions, page) {
  const items = versions.map((one) => {
    const link = make("a", { href: folderOf(site, one.version) + page, target: "_self" }, labelOf(one));
    return make("li", {}, link, one.version === site.latest ? ", the latest" : "");
  });
  return items.length ? make("ul", {}, ...items) : "";
}

/**
 * @param {HTMLElement} place
 * @param {string} title
 * @param {(Node | string)[]} content
 */
function say(place, title, ...content) {
  place.replaceChildren(make("h1", {}, title), ...content);
}
