/**
 * Plotly with the only kind of trace that the figures draw: scatter, which is in its core.
 *
 * Its code runs in steps, and between two steps the browser can respond to the reader. A step runs only what no earlier step ran, so the order affects only how long each takes.
 */

const STEPS = [
  () => require("@plotly/d3"),
  () => require("plotly.js/src/components/color"),
  () => require("plotly.js/src/plots/layout_attributes"),
  () => require("plotly.js/src/lib"),
  () => require("plotly.js/src/components/drawing"),
  () => require("plotly.js/src/plots/cartesian/axes"),
  () => require("plotly.js/src/components/selections"),
  () => require("plotly.js/src/plot_api"),
  () => [require("plotly.js/src/components/annotations3d"), require("plotly.js/src/components/shapes")],
  () => require("plotly.js/lib/core"),
];

/** Return Plotly; it is the same each time. */
export default async function load() {
  for (const step of STEPS) {
    step();
    await pause();
  }
  return require("plotly.js/lib/core");
}

/** Let the browser run pending tasks; continue ahead of the page's other tasks if it supports that. */
function pause() {
  return globalThis.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}
