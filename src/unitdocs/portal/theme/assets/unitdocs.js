/**
 * Draws the figures of the site with Plotly, once a reader turns to them.
 *
 * A figure is in the page as SVG, which says everything at once. Nothing of Plotly is loaded before the reader's
 * first input; from then on a figure that comes near the viewport is drawn over its SVG, one at a time, when the
 * browser has nothing better to do. Whoever points at a figure, or reaches it by keyboard, has it at once.
 * A figure names a file with plotly's `data` and `layout` (`data-figure`), or carries them itself (`data-plot`). Both
 * hold every range, tick and margin, as the SVG was made from them, so that one can take the other's place. A notebook's
 * figure has no SVG, and may leave all that to plotly.
 */

/** The page names the bundle: published versions share it, and then it is in another folder than this program. */
const NAMED = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name='unitdocs-bundle']"));
const BUNDLE = NAMED
  ? new URL(NAMED.content, document.baseURI)
  : new URL("../generated/plotly.min.js", import.meta.url);
const BASE = publishedBase();
const ZOOM = new URL("zoom.js", import.meta.url);
const PICTURE = new URL("picture.js", import.meta.url);
const NEAR = "300px"; // a figure is drawn this far before it is seen
const INPUTS = ["pointermove", "pointerdown", "wheel", "scroll", "keydown", "touchstart"];
const NARROW = matchMedia("(max-width: 599px)");
const TOUCHED = matchMedia("(pointer: coarse)");
const HINT = TOUCHED.matches ? "Tap a mark to read its value" : "Point at a mark to read its value, drag to zoom";
const FONT = 12; // pixels, as in the SVG
const FIGURES = "figure.ud-figure:has(.ud-stage)"; // one that is a table has nothing to draw

const CONFIG = {
  responsive: true,
  displaylogo: false,
  showSendToCloud: false,
  displayModeBar: false, // it would lie on the plot; the page has buttons of its own
  doubleClick: "reset",
  showTips: false, // they lie on the page's header, and say what the button of the figure says
  showAxisDragHandles: false, // the reader drags within the plot alone, and scrolls everywhere else
};

/** The colours that figures are written in, and the variables of the style sheet that replace them. */
const MARKS = { "#0072B2": "--ud-mark-blue", "#D55E00": "--ud-mark-vermilion", "#7A7A7A": "--ud-mark-grey" };

/**
 * What of Plotly is used.
 *
 * @typedef {object} Plotly
 * @property {(place: HTMLElement, changes: Record<string, number[]>) => Promise<unknown>} relayout
 * @property {(figure: object, options: object) => Promise<string>} toImage
 * @property {(place: HTMLElement, data: object[], layout: object, config: object) => Promise<unknown>} newPlot
 * @property {(place: HTMLElement, data: object[], layout: object, config: object) => Promise<unknown>} react
 * @property {(place: HTMLElement) => void} purge
 * @property {{ resize: (place: HTMLElement) => Promise<unknown> }} Plots
 */

/**
 * Figures on the page that are drawn.
 *
 * @type {Map<HTMLElement, { Plotly: Plotly, place: HTMLElement, plot: string }>}
 */
const drawn = new Map();
/**
 * Figures that wait for an idle moment, in the order in which they came near.
 *
 * @type {Set<HTMLElement>}
 */
const waiting = new Set();
/**
 * Figures that are being drawn.
 *
 * @type {Set<HTMLElement>}
 */
const begun = new Set();
let isArmed = false;
let isBusy = false;
/** @type {Promise<Plotly> | undefined} */
let bundle;

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target: figure } of entries) {
      const target = /** @type {HTMLElement} */ (figure);
      if (isIntersecting && !begun.has(target)) waiting.add(target);
      else waiting.delete(target);
    }
    drawNext();
  },
  { rootMargin: NEAR },
);

/** Names the buttons that the theme adds to blocks of code, some time after the page was loaded. */
const buttons = new MutationObserver(() => {
  if (document.querySelector("nav.md-code__nav:not([aria-label])")) tellApart();
});

/**
 * @param {string} selector
 * @returns {Iterable<HTMLElement>} the elements of the page that it selects
 */
function all(selector) {
  return document.querySelectorAll(selector);
}

/** Take care of the page's figures and tables; runs again each time another page is shown without a reload. */
function hydrate() {
  observer.disconnect();
  waiting.clear();
  forget();
  for (const figure of all(FIGURES)) prepare(figure);
  for (const table of all(".ud-table")) makeReachable(table);
  prepareCards();
  for (const place of all("[data-explore]")) explore(place);
  if (document.querySelector("[data-exercise]")) teach();
  for (const place of all("[data-effect-table]")) controlTable(place);
  for (const place of all(".ud-switch")) follow(place);
  document.querySelector("[data-md-component='search'][role='dialog']")?.setAttribute("aria-label", "Search");
  if (BASE) tellVersions(BASE);
  tellApart();
  const content = document.querySelector(".md-content");
  buttons.disconnect();
  if (content) buttons.observe(content, { childList: true, subtree: true });
}

/** Return the address of this version where versions are published; the theme says it relative to the first page. */
function publishedBase() {
  const { base = ".", version } = JSON.parse(document.getElementById("__config")?.textContent ?? "{}");
  return version?.provider === "mike" ? new URL(`${base.replace(/\/$/, "")}/`, document.baseURI) : undefined;
}

/**
 * Say what other published versions mean for the page; no other build has any.
 *
 * @param {URL} base
 */
async function tellVersions(base) {
  const program = await import(new URL("versions.js", import.meta.url).href);
  await program.announce(base);
  for (const place of all("[data-published]")) {
    const { listRecords } = await import(new URL("published_records.js", import.meta.url).href);
    await listRecords(place, base);
  }
}

/** Make the forms of a lesson editable; no other page loads the program. */
async function teach() {
  const { hold } = await import(new URL("lesson.js", import.meta.url).href);
  hold(all("[data-exercise]"));
}

/**
 * Draw the page Explore, whose program no other page loads.
 *
 * @param {HTMLElement} place
 */
async function explore(place) {
  try {
    const program = await import(new URL("explore.js", import.meta.url).href);
    await program.explore(place, BASE);
  } catch (error) {
    const sentence = document.createElement("p");
    sentence.className = "ud-error";
    sentence.textContent = `Nothing can be chosen here: ${messageOf(error)}. Load the page again to try once more.`;
    place.replaceChildren(sentence);
  }
}

/**
 * Let a table of effects be sorted and filtered, by a program that no other page loads.
 *
 * @param {HTMLElement} place
 */
async function controlTable(place) {
  try {
    const program = await import(new URL("effect_table.js", import.meta.url).href);
    program.control(place);
  } catch {
    place.querySelector("form")?.remove(); // the table is complete without it
  }
}

/**
 * Draw figures again when a reader chooses the systems that are shown, and keep the choice in the address.
 *
 * @param {HTMLElement} place
 */
async function follow(place) {
  place.addEventListener("change", () => {
    // One after another, so that what the style sheet changes is seen before.
    for (const figure of drawn.values()) setTimeout(() => redrawFigure(figure));
  });
  const program = await import(new URL("systems.js", import.meta.url).href);
  program.remember(place);
}

/**
 * Return what plotly draws: values of rows stay in the SVG, with which plotly would take several times as long.
 *
 * @param {string} plot
 * @param {Element | null} stage
 */
function drawable(plot, stage) {
  const { data, layout } = dressed(plot);
  if (stage?.querySelector(".ud-value")) {
    layout.annotations = layout.annotations.filter((/** @type {{ name?: string }} */ note) => !note.name);
  }
  return { data, layout };
}

/**
 * Leave out of a figure what belongs to a system that is not shown.
 *
 * @param {Record<string, any>[]} data
 * @param {Record<string, any>} layout
 */
function hideSystems(data, layout) {
  const shown = /** @type {HTMLElement | null} */ (document.querySelector(".ud-switch input:checked"))?.dataset.role;
  if (!shown || shown === "both") return;
  const isHidden = (/** @type {string | undefined} */ role) =>
    role !== shown && ["control", "treatment", "both"].includes(role ?? "");
  for (const trace of data) trace.visible = !isHidden(trace.meta?.role);
  layout.annotations = layout.annotations?.filter((/** @type {{ name?: string }} */ note) => !isHidden(note.name));
}

/** Give landmarks names of their own, by which screen readers list them: equal ones get numbers. */
function tellApart() {
  for (const nav of document.querySelectorAll("nav.md-code__nav")) nav.setAttribute("aria-label", "Code");
  const counts = new Map();
  for (const landmark of all("nav[aria-label], [role='region'][aria-label]")) {
    const name = (landmark.dataset.name ??= landmark.getAttribute("aria-label")?.trim());
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count > 1) landmark.setAttribute("aria-label", `${name}, ${count}`);
  }
}

/** @param {HTMLElement} figure */
function prepare(figure) {
  if (begun.has(figure)) return;
  // From here on the address holds, also where the reader has gone to another page before the figure is drawn.
  if (figure.dataset.figure) figure.dataset.figure = new URL(figure.dataset.figure, document.baseURI).href;
  const now = () => draw(figure);
  figure.addEventListener("pointerenter", now, { once: true });
  figure.addEventListener("focusin", now, { once: true });
  figure.querySelector(".ud-live")?.addEventListener("click", () => reset(figure));
  figure.querySelector(".ud-save")?.addEventListener("click", () => savePicture(figure));
  if (isArmed) observer.observe(figure);
}

/** From the reader's first input on, figures near the viewport are drawn. */
function arm() {
  for (const name of INPUTS) removeEventListener(name, arm, { capture: true });
  isArmed = true;
  for (const figure of all(FIGURES)) {
    if (!begun.has(figure)) observer.observe(figure);
  }
}

/** Draw the next of the waiting figures when the browser is idle, and then the one after it. */
function drawNext() {
  if (isBusy || !waiting.size) return;
  isBusy = true;
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 50));
  idle(
    async () => {
      const [figure] = waiting;
      try {
        if (figure) await draw(figure);
      } finally {
        isBusy = false; // whatever one figure raises, the others are drawn
        drawNext();
      }
    },
    { timeout: 1000 },
  );
}

/** Release what belongs to figures of a page that is gone. */
function forget() {
  for (const figure of begun) if (!figure.isConnected) begun.delete(figure);
  for (const [figure, { Plotly, place }] of drawn) {
    if (figure.isConnected) continue;
    Plotly.purge(place);
    drawn.delete(figure);
  }
}

/** @param {HTMLElement} figure */
async function draw(figure) {
  waiting.delete(figure);
  observer.unobserve(figure);
  if (begun.has(figure) || !figure.isConnected) return;
  begun.add(figure);
  const stage = /** @type {HTMLElement} */ (figure.querySelector(".ud-stage"));
  const place = document.createElement("div");
  place.className = "ud-drawn";
  try {
    const [Plotly, plot, zoom] = await Promise.all([loadPlotly(), read(figure), import(ZOOM.href)]);
    if (!figure.isConnected) return;
    const { data, layout } = drawable(plot, stage);
    stage.append(place);
    await Plotly.newPlot(place, data, layout, CONFIG);
    zoom.keepInSight(Plotly, place);
    describe(place, stage);
    if (stage.querySelector(".ud-row-links")) leadOn(place, stage);
    drawn.set(figure, { Plotly, place, plot });
    figure.dataset.state = "drawn";
    figure.querySelector(".ud-live")?.setAttribute("title", HINT);
  } catch (error) {
    place.remove();
    explain(figure, stage, error);
  }
}

/** Draw again what is drawn, for the scheme that was chosen or the width that there is now. */
function redraw() {
  for (const [figure, drawing] of drawn) {
    if (drawing.place.checkVisibility()) redrawFigure(drawing);
    else undraw(figure); // it has no size while it is folded
  }
}

/** Draw again for a screen that became narrow or wide: Plotly fits margins into the width that it knows, so first that. */
async function turn() {
  const seen = [...drawn.values()].filter(({ place }) => place.checkVisibility());
  await Promise.all(seen.map(({ Plotly, place }) => Plotly.Plots.resize(place)));
  redraw();
}

/** @param {{ Plotly: Plotly, place: HTMLElement, plot: string }} figure */
function redrawFigure({ Plotly, place, plot }) {
  const { data, layout } = drawable(plot, place.parentElement);
  Plotly.react(place, data, layout, CONFIG);
}

/**
 * Take back a drawing; the figure is drawn again when it comes into view.
 *
 * @param {HTMLElement} figure
 */
function undraw(figure) {
  const { Plotly, place } = drawn.get(figure) ?? {};
  if (!Plotly || !place) return;
  Plotly.purge(place);
  place.remove();
  drawn.delete(figure);
  begun.delete(figure);
  delete figure.dataset.state;
  observer.observe(figure);
}

/**
 * Show the whole of a figure again.
 *
 * @param {HTMLElement} figure
 */
function reset(figure) {
  const found = drawn.get(figure);
  if (!found) return;
  const { data, layout } = drawable(found.plot, found.place.parentElement);
  found.Plotly.react(found.place, data, { ...layout, uirevision: Date.now() }, CONFIG);
}

/**
 * Save a figure as a picture with its finding and its legend.
 *
 * @param {HTMLElement} figure
 */
async function savePicture(figure) {
  await draw(figure);
  const found = drawn.get(figure);
  if (!found) return;
  const { save } = await import(PICTURE.href);
  await save(found.Plotly, figure, { ...dressed(found.plot), width: found.place.clientWidth });
}

/** @returns {Promise<Plotly>} */
function loadPlotly() {
  bundle ??= import(BUNDLE.href)
    .then((module) => module.default())
    .then((Plotly) => {
      keepStyles();
      return Plotly;
    })
    .catch(() => {
      bundle = undefined; // the next figure tries again
      throw new Error("the drawing program could not be loaded");
    });
  return bundle;
}

/** Plotly keeps its styles in the head, where the theme's instant navigation removes them; a copy outlives that. */
function keepStyles() {
  const style = /** @type {HTMLStyleElement} */ (document.getElementById("plotly.js-style-global"));
  const rules = [.../** @type {CSSStyleSheet} */ (style.sheet).cssRules].map((rule) => rule.cssText);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules.join("\n"));
  document.adoptedStyleSheets.push(sheet);
}

/**
 * Return the figure's data as text, so that each drawing starts from a copy of its own.
 *
 * @param {HTMLElement} figure
 */
async function read(figure) {
  if (figure.dataset.plot) return figure.dataset.plot;
  const response = await fetch(/** @type {string} */ (figure.dataset.figure));
  if (!response.ok) throw new Error("its data could not be loaded");
  // A published version has compressed files. Some hosts say so, and then the browser has unpacked them already.
  const content = await response.blob();
  const [first, second] = new Uint8Array(await content.slice(0, 2).arrayBuffer());
  const isCompressed = first === 0x1f && second === 0x8b;
  return isCompressed
    ? new Response(content.stream().pipeThrough(new DecompressionStream("gzip"))).text()
    : content.text();
}

/**
 * Return data and layout in the colours of the current scheme, for the width of the screen.
 *
 * @param {string} plot
 */
function dressed(plot) {
  const style = getComputedStyle(document.body);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const coloured = Object.entries(MARKS).reduce((text, [mark, name]) => text.replaceAll(mark, colour(name)), plot);
  const { data, layout } = JSON.parse(coloured);
  const isNarrow = NARROW.matches && layout.meta?.rows;
  const other = isNarrow ? "wide" : "slim";
  layout.annotations = layout.annotations?.filter((/** @type {{ name?: string }} */ note) => note.name !== other);
  if (isNarrow) makeNarrow(layout);
  hideSystems(data, layout);
  return { data, layout: { ...layout, autosize: true, template: template(colour, style.fontFamily) } };
}

/**
 * Put the labels of rows above their rows, so that the plot has the whole width.
 *
 * @param {Record<string, any>} layout plotly's, with `meta.rows`: the labels by axis
 */
function makeNarrow(layout) {
  layout.margin.l = layout.meta.left;
  layout.margin.r = layout.meta.right;
  for (const [name, texts] of Object.entries(/** @type {Record<string, string[]>} */ (layout.meta.rows))) {
    const { tickvals } = layout[name];
    const place = { x: 0, xref: "paper", xanchor: "left", yref: name.replace("axis", ""), yanchor: "bottom" };
    const look = { align: "left", showarrow: false, borderpad: 0, yshift: layout.meta.lift };
    layout.annotations.push(...texts.map((text, row) => ({ ...place, ...look, y: tickvals[row], text })));
    layout[name].showticklabels = false;
  }
}

/**
 * @param {(name: string) => string} colour the colour of a variable
 * @param {string} family
 */
function template(colour, family) {
  const font = { family, size: FONT, color: colour("--ud-text") };
  const axis = {
    gridcolor: colour("--ud-grid"),
    showline: false,
    ticks: "",
    ticklabelstandoff: 4,
    zeroline: false,
  };
  return {
    layout: {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font,
      hoverlabel: { bgcolor: colour("--ud-raised"), bordercolor: colour("--ud-line"), font },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("--ud-soft"), activecolor: colour("--ud-text") },
      dragmode: TOUCHED.matches ? false : "zoom", // a finger scrolls the page
      xaxis: axis,
      yaxis: axis,
    },
  };
}

/**
 * For screen readers the drawing is an empty group; the name of the SVG and the table describe its picture.
 *
 * @param {HTMLElement} place
 * @param {HTMLElement} stage
 */
function describe(place, stage) {
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", stage.querySelector(".ud-svg")?.getAttribute("aria-label") ?? "Figure");
  for (const drawing of place.querySelectorAll(".main-svg")) drawing.setAttribute("aria-hidden", "true");
}

/**
 * Let a click on a row lead where the row's link leads; the links themselves cover only labels once a figure is drawn.
 *
 * @param {HTMLElement} place
 * @param {HTMLElement} stage
 */
function leadOn(place, stage) {
  place.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (TOUCHED.matches || target.closest(".modebar")) return; // a finger reads values; labels lead on
    const links = /** @type {HTMLElement[]} */ ([...stage.querySelectorAll(".ud-row-links a")]);
    links.find((link) => isLevel(link.getBoundingClientRect(), event.clientY))?.click();
  });
}

/**
 * @param {DOMRect} box
 * @param {number} y
 */
function isLevel(box, y) {
  return box.top <= y && y < box.bottom;
}

/**
 * Say why a figure is not drawn; its SVG stays, and its table is opened.
 *
 * @param {HTMLElement} figure
 * @param {HTMLElement} stage
 * @param {unknown} error
 */
function explain(figure, stage, error) {
  const sentence = document.createElement("p");
  sentence.className = "ud-error";
  sentence.textContent = `This figure cannot be made interactive: ${messageOf(error)}. Its data are in the table below.`;
  stage.after(sentence);
  figure.dataset.state = "failed";
  for (const details of figure.querySelectorAll("details")) details.open = true;
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Let the keyboard scroll a table that is wider than its place.
 *
 * @param {HTMLElement} table
 */
function makeReachable(table) {
  table.tabIndex = 0;
  table.setAttribute("role", "region");
  table.setAttribute("aria-label", table.querySelector("caption")?.textContent ?? "Table");
}

/** Complete the tables that a phone shows as cards: titles for those that are written in Markdown, roles for all. */
function prepareCards() {
  if (!NARROW.matches) return;
  for (const table of all("article :is(.ud-frame table, table:not(.ud-table *)):not([class])")) {
    const titles = [.../** @type {HTMLTableElement} */ (table).tHead?.rows[0]?.cells ?? []];
    for (const [place, title] of titles.length > 2 ? titles.entries() : []) {
      if (place) table.style.setProperty(`--title-${place + 1}`, JSON.stringify(title.textContent?.trim()));
    }
  }
  for (const table of all("article table:not([class]):is([data-narrow] *, [style])")) giveRoles(table);
}

/**
 * A row that is laid out as a block is a row to every screen reader only if it says so.
 *
 * @param {HTMLElement} table
 */
function giveRoles(table) {
  const roles = { "thead, tbody": "rowgroup", tr: "row", td: "cell", "thead th": "columnheader", "tbody th": "rowheader" };
  for (const [selector, role] of Object.entries(roles)) {
    for (const element of table.querySelectorAll(selector)) element.setAttribute("role", role);
  }
}

/**
 * Mark what the reader opened: on paper only that is open, though the theme opens everything to print it.
 *
 * @param {Event} event of an element `details`
 */
function rememberOpened({ target }) {
  if (matchMedia("print").matches || !(target instanceof HTMLDetailsElement)) return;
  target.toggleAttribute("data-opened", target.open);
}

for (const name of INPUTS) addEventListener(name, arm, { capture: true, passive: true });
new MutationObserver(redraw).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
addEventListener("toggle", rememberOpened, { capture: true });
NARROW.addEventListener("change", turn);
NARROW.addEventListener("change", prepareCards);
if (window.document$) window.document$.subscribe(hydrate);
else hydrate();
