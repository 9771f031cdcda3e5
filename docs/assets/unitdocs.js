/**
 * Draws the figures of the site with Plotly.
 *
 * A figure names a file with plotly's `data` and `layout` (`data-figure`), or carries them itself (`data-plot`). It is
 * drawn when it comes near the viewport; the first one loads the site's own Plotly bundle.
 * Everything that a figure says stands in its caption and its table too, so nothing is lost where it cannot be drawn.
 */

const BUNDLE = new URL("../generated/plotly.min.js", import.meta.url);
const NEAR = "400px"; // a figure is drawn this far before it is seen
const NARROW = matchMedia("(max-width: 599px)");
const LETTER = 6.2; // pixels, the width of a letter of a row's label
const TOUCHED = matchMedia("(pointer: coarse)");

const CONFIG = {
  responsive: true,
  displaylogo: false,
  showSendToCloud: false,
  displayModeBar: TOUCHED.matches ? false : "hover", // without a pointer it would lie on the plot for good
  modeBarButtons: [["toImage", "resetScale2d"]],
};

/** Colours of the theme's two schemes; `instead` replaces colours of the figures that are made for a white page. */
const SCHEMES = {
  default: { text: "#24292f", soft: "#57606a", grid: "#e3e6ea", line: "#b6bcc4", raised: "#ffffff", instead: {} },
  slate: {
    text: "#e6e8ec",
    soft: "#aab1bc",
    grid: "#343a45",
    line: "#59616e",
    raised: "#252a33",
    instead: { "#0072B2": "#56B4E9", "#D55E00": "#F08A4B", "#7A7A7A": "#A3A9B3" },
  },
};

/** Figures on the page that are drawn: figure -> { place, plot }. */
const drawn = new Map();
let bundle;

const observer = new IntersectionObserver(
  (entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      observer.unobserve(entry.target);
      draw(entry.target);
    }
  },
  { rootMargin: NEAR },
);

/** Take care of the page's figures and tables; runs again each time another page is shown without a reload. */
function hydrate() {
  observer.disconnect();
  forget();
  for (const figure of document.querySelectorAll("figure.ud-figure")) {
    if (!drawn.has(figure)) observer.observe(figure);
  }
  for (const table of document.querySelectorAll(".ud-table")) makeReachable(table);
  document.querySelector("[data-md-component='search'][role='dialog']")?.setAttribute("aria-label", "Search");
}

/** Release what belongs to figures of a page that is gone. */
function forget() {
  for (const [figure, { place }] of drawn) {
    if (figure.isConnected) continue;
    window.Plotly.purge(place);
    drawn.delete(figure);
  }
}

async function draw(figure) {
  const place = figure.querySelector(".ud-plot");
  try {
    const [Plotly, plot] = await Promise.all([loadPlotly(), read(figure)]);
    if (!figure.isConnected) return;
    const { data, layout } = dressed(plot);
    await Plotly.newPlot(place, data, layout, CONFIG);
    describe(place);
    drawn.set(figure, { place, plot });
    figure.dataset.state = "drawn";
  } catch (error) {
    explain(figure, place, error);
  }
}

/** Draw again what is drawn, for the scheme that was chosen or the width that there is now. */
function redraw() {
  for (const { place, plot } of drawn.values()) {
    const { data, layout } = dressed(plot);
    window.Plotly.react(place, data, layout, CONFIG);
  }
}

function loadPlotly() {
  bundle ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = BUNDLE;
    script.onload = () => {
      keepStyles();
      resolve(window.Plotly);
    };
    script.onerror = () => reject(new Error("the drawing program could not be loaded"));
    document.body.append(script);
  }).catch((error) => {
    bundle = undefined; // the next figure tries again
    throw error;
  });
  return bundle;
}

/** Plotly keeps its styles in the head, where the theme's instant navigation removes them; a copy outlives that. */
function keepStyles() {
  const rules = [...document.getElementById("plotly.js-style-global").sheet.cssRules].map((rule) => rule.cssText);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules.join("\n"));
  document.adoptedStyleSheets.push(sheet);
}

/** Return the figure's data as text, so that each drawing starts from a copy of its own. */
async function read(figure) {
  if (figure.dataset.plot) return figure.dataset.plot;
  const response = await fetch(new URL(figure.dataset.figure, document.baseURI));
  if (!response.ok) throw new Error("its data could not be loaded");
  return response.text();
}

/** Return data and layout in the colours of the current scheme, for the width of the screen. */
function dressed(plot) {
  const scheme = SCHEMES[document.body.dataset.mdColorScheme] ?? SCHEMES.default;
  const coloured = Object.entries(scheme.instead).reduce((text, [light, dark]) => text.replaceAll(light, dark), plot);
  const { data, layout } = JSON.parse(coloured);
  if (NARROW.matches) makeNarrow(layout);
  return { data, layout: { ...layout, autosize: true, template: template(scheme) } };
}

/** Put the labels of rows above their rows, on one line where it fits, so that the plot has the whole width. */
function makeNarrow(layout) {
  for (const [name, axis] of Object.entries(layout)) {
    if (!name.startsWith("yaxis") || !axis.ticktext || axis.type === "log") continue; // a log axis has no rows
    const labels = axis.ticktext.map((text, row) => rowLabel(text, axis.tickvals[row], name.replace("axis", "")));
    layout.annotations = [...(layout.annotations ?? []), ...labels];
    axis.showticklabels = false;
  }
}

function rowLabel(label, row, axis) {
  const line = label.replaceAll("<br>", " ");
  const text = LETTER * line.length > innerWidth - 60 ? label : line; // a label of two lines has room for both
  const place = { x: 0, xref: "paper", xanchor: "left", y: row, yref: axis, yanchor: "bottom", yshift: 4 };
  return { ...place, text, align: "left", showarrow: false, font: { size: 11 } };
}

function template(scheme) {
  const family = getComputedStyle(document.body).fontFamily;
  const size = NARROW.matches ? 11 : 13;
  const axis = {
    gridcolor: scheme.grid,
    linecolor: scheme.line,
    tickcolor: scheme.line,
    zerolinecolor: scheme.line,
    title: { font: { color: scheme.soft, size } },
  };
  const errors = { error_x: { color: scheme.soft }, error_y: { color: scheme.soft } };
  return {
    data: { scatter: [errors], bar: [{ ...errors, textfont: { color: scheme.text } }] },
    layout: {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family, size, color: scheme.text },
      hoverlabel: { bgcolor: scheme.raised, bordercolor: scheme.line, font: { family, size, color: scheme.text } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: scheme.soft, activecolor: scheme.text },
      dragmode: TOUCHED.matches ? false : "zoom", // a finger scrolls the page
      xaxis: axis,
      yaxis: axis,
    },
  };
}

/** For screen readers: a group with the finding as its name and buttons in it; the table says what the drawing shows. */
function describe(place) {
  place.setAttribute("role", "group");
  for (const drawing of place.querySelectorAll(".main-svg")) drawing.setAttribute("aria-hidden", "true");
}

/** Say in the figure's place why it is not drawn, and open its table. */
function explain(figure, place, error) {
  const sentence = document.createElement("p");
  sentence.className = "ud-error";
  sentence.textContent = `This figure cannot be drawn: ${error.message}. Its data stand in the table below.`;
  place.replaceChildren(sentence);
  place.removeAttribute("role");
  figure.dataset.state = "failed";
  for (const details of figure.querySelectorAll("details")) details.open = true;
}

/** Let the keyboard scroll a table that is wider than its place. */
function makeReachable(table) {
  table.tabIndex = 0;
  table.setAttribute("role", "region");
  table.setAttribute("aria-label", table.querySelector("caption")?.textContent ?? "Table");
}

/** On paper the tables of figures that were not yet drawn are open. */
function prepareForPaper() {
  for (const figure of document.querySelectorAll("figure.ud-figure:not([data-state='drawn'])")) {
    for (const details of figure.querySelectorAll("details")) details.open = true;
  }
}

new MutationObserver(redraw).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
NARROW.addEventListener("change", redraw);
window.addEventListener("beforeprint", prepareForPaper);
if (window.document$) window.document$.subscribe(hydrate);
else hydrate();
