// Writes plotly.min.js to its own folder: one ES module, the same bytes for the same sources.

import { readFileSync } from "node:fs";
import { build } from "esbuild";

const [licence] = readFileSync("node_modules/plotly.js/dist/plotly.min.js", "utf8").match(/^\/\*\*.*?\*\//s);

await build({
  entryPoints: ["entry.js"],
  outfile: "plotly.min.js",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  define: { global: "window", "define.amd": "false" }, // as in plotly.js's own build
  alias: { "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl" }, // an empty package here: there are no maps
  banner: { js: licence },
  legalComments: "eof",
  logLevel: "error",
});
