/**
 * Informs the reader of a published version about the others: a newer one, why one was withdrawn, where a page is.
 *
 * All of it comes from `site-index.json` at the root of the site, which the newest version writes and the pages of all
 * versions read. Members that are missing or unknown are left out, and without the file a page stays as it is. Pages of
 * a version are looked up in its `sitemap.xml`: an address that is not there is never asked for.
 */

import { folderName, labelOf, nearest, readIndex, readPages, versionNamed } from "./site_index.js";

/**
 * @typedef {import("./site_index.js").SiteIndex} SiteIndex
 * @typedef {import("./site_index.js").PublishedVersion} PublishedVersion
 */

const LATEST = "latest";

/**
 * Show what the other versions mean for this page; runs again for each page that is shown.
 *
 * @param {URL} base address of this version
 */
export async function announce(base) {
  document.querySelector(".ud-version-bar")?.remove();
  const { pathname } = location;
  const site = await readIndex(base);
  if (!site) return;
  markWithdrawn(site);
  const place = /** @type {HTMLElement | null} */ (document.querySelector(".ud-missing"));
  const bar = place ? await explain(place, site) : await warning(site, base);
  document.querySelector(".ud-version-bar")?.remove();
  if (bar && location.pathname === pathname) document.body.append(bar); // unless the reader has gone on meanwhile
}

/**
 * Return a bar that says that a newer version exists, or that this one was withdrawn; nothing on the latest.
 *
 * @param {SiteIndex} site
 * @param {URL} base
 */
async function warning(site, base) {
  const { root, latest } = site;
  const name = folderName(base);
  const about = versionNamed(site, name);
  if (!latest || name === latest || about?.version === latest) return undefined;
  const page = location.pathname.slice(base.pathname.length).replace(/index\.html$/, "");
  const target = nearest(page, await readPages(`${root}${LATEST}/`));
  const bar = make("div", about?.withdrawn ? withdrawal(about) : `You are reading version ${name}. `);
  bar.className = about?.withdrawn ? "ud-version-bar ud-withdrawn" : "ud-version-bar";
  bar.setAttribute("role", "status");
  bar.append(linkTo(`${root}${LATEST}/${target}`, `${target === page ? "This page" : "The nearest page"} in version ${latest}`));
  return bar;
}

/** @param {PublishedVersion} version */
function withdrawal({ version, withdrawn }) {
  const { at, why } = withdrawn ?? { at: "", why: "" };
  const reason = why && !/[.!?]$/.test(why) ? `${why}.` : why;
  return `Version ${version} was withdrawn${at ? ` on ${at}` : ""}${reason ? `: ${reason}` : "."} `;
}

/**
 * Mark withdrawn versions in the theme's list, which may come later than the index.
 *
 * @param {SiteIndex} site
 */
function markWithdrawn({ versions }) {
  const withdrawn = versions.filter((one) => one.withdrawn);
  const topic = document.querySelector(".md-header__topic");
  if (!withdrawn.length || !topic || markIn(topic, withdrawn)) return;
  const observer = new MutationObserver(() => markIn(topic, withdrawn) && observer.disconnect());
  observer.observe(topic, { childList: true });
}

/**
 * @param {Element} topic
 * @param {PublishedVersion[]} withdrawn
 */
function markIn(topic, withdrawn) {
  const names = [...topic.querySelectorAll(".md-version__link, .md-version__current")];
  for (const { firstChild } of names) {
    const version = withdrawn.find((one) => one.version === firstChild?.textContent);
    if (firstChild && version) firstChild.textContent = labelOf(version);
  }
  return names.length > 0;
}

/**
 * Say which version has a page that is missing in another.
 *
 * @param {HTMLElement} place
 * @param {SiteIndex} site
 */
async function explain(place, site) {
  const { root, latest, versions, pruned } = site;
  const [name = "", ...rest] = location.pathname.slice(new URL(root).pathname.length).split("/");
  const page = rest.join("/").replace(/index\.html$/, "");
  const isThere = name === LATEST || Boolean(versionNamed(site, name));
  if (!isThere && !/^v?\d/.test(name)) return;
  const having = isThere ? await holders(page, root, versions) : versions;
  const shown = name === LATEST ? `${name} (${latest})` : name;
  const gone = pruned.includes(name) ? "is no longer on this site" : "does not exist";
  const words = isThere ? `Version ${shown} has no page ${page}.` : `Version ${name} ${gone}.`;
  const list = document.createElement("ul");
  const item = (/** @type {string} */ text, /** @type {string} */ path) => {
    const element = document.createElement("li");
    element.append(linkTo(root + path, text));
    list.append(element);
  };
  for (const one of having) item(`${isThere ? page : "Home"} in version ${labelOf(one)}`, `${one.version}/${isThere ? page : ""}`);
  if (isThere) item(`Home of version ${name}`, `${name}/`);
  place.replaceChildren(make("p", words), list);
}

/**
 * @param {string} page
 * @param {string} root
 * @param {PublishedVersion[]} versions
 * @returns {Promise<PublishedVersion[]>} those that have the page
 */
async function holders(page, root, versions) {
  const lists = await Promise.all(versions.map((one) => readPages(`${root}${one.version}/`)));
  return versions.filter((_, place) => lists[place].has(page));
}

/**
 * Return a link that the browser follows itself: the theme would show the page with the programs of this version.
 *
 * @param {string} address
 * @param {string} words
 */
function linkTo(address, words) {
  const link = make("a", words);
  link.href = address;
  link.target = "_self";
  return link;
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
