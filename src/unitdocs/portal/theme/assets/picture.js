/** Saves a figure as a picture that can be shown alone: with its finding above, and its legend. */

const SCALE = 2; // pixels of the picture for one of the page, so that it is sharp on a slide
const LINE = 18; // pixels

/**
 * @typedef {{ toImage: (figure: object, options: object) => Promise<string> }} Plotly
 * @typedef {{ data: Record<string, any>[], layout: Record<string, any>, width: number }} Drawing
 */

/**
 * @param {Plotly} Plotly
 * @param {HTMLElement} figure
 * @param {Drawing} drawing in the colours of the page
 */
export async function save(Plotly, figure, { data, layout, width }) {
  const finding = figure.querySelector("figcaption strong")?.textContent ?? "";
  const lines = wrapped(finding, width / 7);
  const above = LINE * (lines.length + 2);
  const height = layout.height + above;
  const whole = {
    ...layout,
    width,
    height,
    margin: { ...layout.margin, t: (layout.margin?.t ?? 0) + above },
    paper_bgcolor: getComputedStyle(document.body).backgroundColor,
    title: { text: lines.join("<br>"), x: 0, xref: "container", xanchor: "left", y: 1, yanchor: "top", pad: { l: 10, t: 10 } },
    showlegend: Boolean(layout.meta?.legend?.length),
    legend: { orientation: "h", x: 0, xref: "container", y: 1 - (LINE * lines.length + 10) / height, yref: "container", yanchor: "top" },
  };
  const address = await Plotly.toImage({ data, layout: whole }, { format: "png", width, height, scale: SCALE });
  const link = document.createElement("a");
  link.href = address;
  link.download = `${figure.id}.png`;
  link.click();
}

/**
 * @param {string} text
 * @param {number} most characters of a line
 * @returns {string[]} its lines, as plotly writes them unchanged
 */
function wrapped(text, most) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `<b>${line}</b>`);
}
