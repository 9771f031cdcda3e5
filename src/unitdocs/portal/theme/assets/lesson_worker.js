/**
 * Runs the code of lessons in a worker, which the page can end at any time.
 *
 * It loads Python (Pyodide) and one archive with the unit system, the lessons and their grader from this site. A message
 * says what to run; each answer goes back as one message. Nothing else leaves the worker.
 */

/**
 * What the page asks for.
 *
 * @typedef {{ python: string, archive: string }} Place
 * @typedef {{ lesson: string, exercise: string, main: string, files: Record<string, string> }} Answer
 * @typedef {{ id: number, place: Place, work: "run" | "grade", answer: Answer }} Asked
 */

export {}; // a module, whose names are its own

const COMPRESSED = ".wasm";
const WORK = `
import json
from unitdocs.training import grade
from unitdocs.training.grading import run

def work(kind, text):
    answer = json.loads(text)
    if kind == "run":
        return json.dumps(run(answer["files"], answer["main"]))
    return json.dumps(grade(answer["lesson"], answer["exercise"], answer["files"]).to_json())

work
`;

/** @type {Promise<(kind: string, text: string) => string> | undefined} */
let python;
let loaded = 0;
let total = 0;

self.addEventListener("message", async ({ data }) => {
  const { id, place, work, answer } = /** @type {Asked} */ (data);
  try {
    python ??= start(place);
    const run = await python;
    self.postMessage({ id, step: work === "run" ? "Running" : "Checking" });
    self.postMessage({ id, result: JSON.parse(run(work, JSON.stringify(answer))) });
  } catch (error) {
    python = undefined;
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }

  /** @param {Place} asked */
  async function start(asked) {
    const fetched = self.fetch.bind(self);
    self.fetch = (address) => countedFetch(fetched, new URL(String(address), asked.python), id);
    const archive = self.fetch(asked.archive).then((response) => response.arrayBuffer());
    const { loadPyodide } = await import(asked.python);
    const pyodide = await loadPyodide({ indexURL: new URL(".", asked.python).href, env: { HOME: "/home/reader" } });
    self.postMessage({ id, step: "Starting Python" });
    pyodide.unpackArchive(await archive, "zip", { extractDir: "/lessons" });
    pyodide.runPython("import sys; sys.path.insert(0, '/lessons')");
    return pyodide.runPython(WORK);
  }
});

/**
 * Fetch a file, and say how much of all files has arrived. WebAssembly is kept compressed.
 *
 * @param {typeof fetch} fetched
 * @param {URL} address
 * @param {number} id
 */
async function countedFetch(fetched, address, id) {
  const isCompressed = address.pathname.endsWith(COMPRESSED);
  const response = await fetched(isCompressed ? `${address.href}.gz` : address.href);
  if (!response.ok || !response.body) throw new Error(`${address.pathname} could not be loaded`);
  const isRecoded = response.headers.has("Content-Encoding"); // then the length is not that of what arrives here
  total += isRecoded ? 0 : Number(response.headers.get("Content-Length") ?? 0);
  const counter = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      self.postMessage({ id, step: "Loading Python", loaded, total: Math.max(total, loaded) });
      controller.enqueue(chunk);
    },
  });
  const body = response.body.pipeThrough(counter);
  if (!isCompressed) return new Response(body, { headers: response.headers });
  const whole = /** @type {ReadableStream} */ (body.pipeThrough(new DecompressionStream("gzip")));
  return new Response(whole, { headers: { "Content-Type": "application/wasm" } });
}
