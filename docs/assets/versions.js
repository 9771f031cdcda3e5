/**
 * On a published page: what the reader must know of this version. An old one leads to the newest, a withdrawn one says
 * why it is; the list of versions marks those that were withdrawn.
 *
 * A reason may hold anything, so it is only ever set as text.
 */

import { make } from "./explored_marks.js";
import { folderName, folderOf, labelOf, nearest, readIndex, readPages, versionNamed } from "./site_index.js";

/**
 * @typedef {import("./site_index.js").SiteIndex} SiteIndex
 * @typedef {import("./site_index.js").PublishedVersion} PublishedVersion
 */

/**
 * Say on this page what its version is.
 *
 * @param {URL} base address of this version
 */
export async function tellVersion(base) {
  const address = location.href;
  const site = await readIndex(base);
  if (!site) return;
  markWithdrawn(site);
  const version = versionNamed(site, folderName(base));
  if (!version || version.version === site.latest || document.querySelector("[data-missing]")) return;
  const way = site.latest ? await wayTo(site, address, base) : "";
  const main = document.querySelector(".md-main");
  if (!main || location.pathname !== new URL(address).pathname) return; // the reader has gone on meanwhile
  main.querySelector(".ud-version")?.remove();
  main.prepend(bar(site, version, way));
}

/**
 * @param {SiteIndex} site
 * @param {PublishedVersion} version
 * @param {HTMLElement | ""} way
 */
function bar(site, version, way) {
  const { withdrawn } = version;
  const sentence = make("p", {}, make("strong", {}, beginning(version)), ` ${withdrawn ? withdrawn.why : state(site, version)} `, way);
  const kind = withdrawn ? "ud-version ud-version-withdrawn" : "ud-version";
  return make("div", { class: kind, role: "region", "aria-label": "This version" }, sentence);
}

/** @param {PublishedVersion} version */
function beginning({ version, withdrawn }) {
  if (!withdrawn) return `You are reading ${version}.`;
  return withdrawn.at ? `Version ${version} was withdrawn on ${withdrawn.at}:` : `Version ${version} was withdrawn:`;
}

/**
 * @param {SiteIndex} site
 * @param {PublishedVersion} version
 */
function state({ latest, versions }, version) {
  if (!latest) return "";
  const names = versions.map((one) => one.version);
  const isAhead = names.indexOf(version.version) < names.indexOf(latest);
  return isAhead ? `It is ahead of the current version, ${latest}.` : `The newest version is ${latest}.`;
}

/**
 * Return a link to this page of the latest version, to its nearest parent there, or to the start page.
 *
 * @param {SiteIndex} site
 * @param {string} address of this page
 * @param {URL} base
 */
async function wayTo(site, address, base) {
  const page = pageOf(new URL(address), base);
  const folder = folderOf(site, site.latest);
  const place = nearest(page, await readPages(folder));
  const isSame = place === page;
  const text = isSame ? `This page in ${site.latest}` : place ? `${place} in ${site.latest}` : `The start of ${site.latest}`;
  const link = make("a", { href: folder + place, target: "_self" }, text); // the target keeps the theme from taking over
  if (isSame) link.addEventListener("click", () => (link.href = folder + place + location.search + location.hash));
  return isSame ? link : make("span", {}, "This page is gone there. ", link);
}

/**
 * Return a page's address below its version's folder.
 *
 * @param {URL} address
 * @param {URL} base
 */
function pageOf({ pathname }, base) {
  return pathname.slice(base.pathname.length).replace(/index\.html$/, "");
}

/**
 * Mark withdrawn versions in the theme's list, which may come later than the index.
 *
 * @param {SiteIndex} site
 */
function markWithdrawn({ versions }) {
  const withdrawn = versions.filter((one) => one.withdrawn);
  const topic = document.querySelector(".md-header__topic");
  if (!withdrawn.length || !topic) return;
  const mark = () => {
    const names = [...topic.querySelectorAll(".md-version__link, .md-version__current")];
    for (const name of names) {
      const text = name.firstChild;
      const version = withdrawn.find((one) => one.version === text?.textContent);
      if (text && version) text.textContent = labelOf(version);
    }
    return names.length > 0;
  };
  if (mark()) return;
  const observer = new MutationObserver(() => mark() && observer.disconnect());
  observer.observe(topic, { childList: true });
}
