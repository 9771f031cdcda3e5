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
  whenListed(nameButton); // without waiting for the index, which a site may lack
  const site = await readIndex(base);
  if (!site) return;
  whenListed((topic) => markWithdrawn(topic, site.versions));
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
  const words = `${target === page ? "This page" : "The nearest page"} in version ${latest}`;
  bar.append(link(words, `${root}${LATEST}/${target}`));
  return bar;
}

/** @param {PublishedVersion} version */
function withdrawal({ version, withdrawn }) {
  const { at, why } = withdrawn ?? { at: "", why: "" };
  const reason = why && !/[.!?]$/.test(why) ? `${why}.` : why;
  return `Version ${version} was withdrawn${at ? ` on ${at}` : ""}${reason ? `: ${reason}` : "."} `;
}

/**
 * Improve the theme's list of versions as soon as it is there, which may be later than this program.
 *
 * @param {(topic: Element) => void} improve
 */
function whenListed(improve) {
  const topic = document.querySelector(".md-header__topic");
  if (!topic) return;
  const improved = () => {
    const listed = topic.querySelector(".md-version__current") !== null;
    if (listed) improve(topic);
    return listed;
  };
  if (improved()) return;
  const observer = new MutationObserver(() => improved() && observer.disconnect());
  observer.observe(topic, { childList: true });
}

/**
 * @param {Element} topic
 * @param {PublishedVersion[]} versions
 */
function markWithdrawn(topic, versions) {
  for (const { firstChild } of topic.querySelectorAll(".md-version__link, .md-version__current")) {
    const version = versions.find((one) => one.withdrawn && one.version === firstChild?.textContent);
    if (firstChild && version) firstChild.textContent = labelOf(version);
  }
  nameButton(topic);
}

/**
 * Name the button by the words that it shows.
 *
 * @param {Element} topic
 */
function nameButton(topic) {
  const button = topic.querySelector(".md-version__current");
  const alias = button?.querySelector(".md-version__alias");
  if (alias && alias.previousSibling?.textContent !== " ") alias.before(" ");
  button?.setAttribute("aria-label", `Version ${button.textContent}, select another`);
}

/**
 * Say which version has a page that is missing in another, or that a name is no version's.
 *
 * @param {HTMLElement} place
 * @param {SiteIndex} site
 */
async function explain(place, site) {
  const { root, versions, pruned } = site;
  const path = location.pathname.slice(new URL(root).pathname.length).replace(/index\.html$/, "");
  const [name = "", ...rest] = path.split("/");
  if (name === LATEST || versionNamed(site, name)) {
    const page = rest.join("/");
    const having = await holders(page, root, versions);
    const shown = name === LATEST ? `${name} (${site.latest})` : name;
    const links = having.map((one) => link(`${page} in version ${labelOf(one)}`, `${root}${one.version}/${page}`));
    say(place, `Version ${shown} has no page ${page}.`, [...links, link(`Home of version ${name}`, `${root}${name}/`)]);
    return;
  }
  const homes = versions.map((one) => link(`Home of version ${labelOf(one)}`, `${root}${one.version}/`));
  if (/^v?\d/.test(name)) {
    say(place, `Version ${name} ${pruned.includes(name) ? "is no longer on this site" : "does not exist"}.`, homes);
    return;
  }
  const pages = [path, rest.join("/")].map((page) => page.replace(/(?<=\/|^)[^/.]+$/, "$&/")); // the slash is often left out
  const found = pages.map((page) => pageIn(page, root, versions));
  const links = (await Promise.all(found)).filter((one) => one !== undefined);
  say(place, `There is no page ${path}, and no version is called ${name}.`, [...links, ...homes]);
}

/**
 * Return a link to a page in the newest version that has it; a home page is none.
 *
 * @param {string} page
 * @param {string} root
 * @param {PublishedVersion[]} versions
 */
async function pageIn(page, root, versions) {
  const [newest] = page ? await holders(page, root, versions) : [];
  return newest && link(`${page} in version ${labelOf(newest)}`, `${root}${newest.version}/${page}`);
}

/**
 * Show what is missing, and what a reader can open in its place.
 *
 * @param {HTMLElement} place
 * @param {string} words
 * @param {HTMLAnchorElement[]} links
 */
function say(place, words, links) {
  const list = document.createElement("ul");
  for (const one of links) {
    const item = document.createElement("li");
    item.append(one);
    list.append(item);
  }
  place.replaceChildren(make("p", words), list, make("p", "Or search this site: the field is at the top of the page."));
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
 * @param {string} words
 * @param {string} address
 */
function link(words, address) {
  const element = make("a", words);
  element.href = address;
  element.target = "_self";
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
