/**
 * The forms of a lesson: an editor for each exercise, which runs and checks its code in a worker.
 *
 * Nothing of Python is loaded before the reader asks for it. What the reader writes and has solved is kept in this
 * browser alone. What code prints may be anything, so it is only ever set as text.
 */

import { make } from "./explored_marks.js";

/**
 * An exercise as the page declares it.
 *
 * @typedef {object} Declared
 * @property {string} lesson
 * @property {string} exercise
 * @property {string} title
 * @property {string} main the file to run; empty if there is none
 * @property {Record<string, string>} files the form's files
 *
 * @typedef {{ answers: Record<string, Record<string, string>>, solved: string[] }} Progress
 * @typedef {{ printed: string, error?: string, outcome?: string, found?: string, hint?: string, python?: string }} Result
 * @typedef {{ step?: string, loaded?: number, total?: number, result?: Result, error?: string }} Message
 */

const INDENT = "    ";
const WORKER = new URL("lesson_worker.js", import.meta.url);

/** The one worker of the page, and who waits for it. */
/** @type {Worker | undefined} */
let worker;
/** @type {((message: Message) => void) | undefined} */
let waiting;
let asked = 0;
/** Called when progress was kept. */
let changed = () => {};

/** End the worker with whatever it does; the next run starts another one. */
function stop() {
  worker?.terminate();
  worker = undefined;
  const left = waiting;
  waiting = undefined;
  left?.({ error: "stopped" });
}

/** One exercise: its editor, its buttons and what came of it. */
class Form {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.declared = /** @type {Declared} */ (JSON.parse(place.dataset.exercise ?? "{}"));
    this.fields = Object.keys(this.declared.files).map((name) => this.field(name));
    this.run = this.button("Run", () => this.work("run"));
    this.check = this.button("Check", () => this.work("grade"));
    this.stop = this.button("Stop", stop);
    this.reset = this.button("Reset", () => this.bringBack());
    this.stop.disabled = true;
    this.progress = /** @type {HTMLProgressElement} */ (make("progress", { hidden: "", "aria-label": "Loading Python" }));
    this.verdict = make("p", { class: "ud-verdict-line", role: "status" });
    this.output = make("pre", {
      class: "ud-output",
      tabindex: "0",
      role: "region",
      "aria-label": `Output: ${this.declared.title}`,
      hidden: "",
    });
    const buttons = this.declared.main ? [this.run, this.check] : [this.check];
    const bar = make("div", { class: "ud-buttons" });
    bar.append(...buttons, this.stop, this.reset);
    place.replaceChildren(...this.fields.flatMap(({ label, area }) => [label, area]), bar);
    place.append(this.progress, this.verdict, this.output);
    if (progressOf(this.declared.lesson).solved.includes(this.declared.exercise)) this.say("solved", "Solved before.");
  }

  /** @param {string} name */
  field(name) {
    const id = `ud-${this.declared.exercise}-${name.replaceAll(/[^a-z0-9]+/gi, "-")}`;
    const label = make("label", { for: id, class: "ud-file" }, name);
    const settings = { id, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off" };
    const area = /** @type {HTMLTextAreaElement} */ (make("textarea", settings));
    area.value = progressOf(this.declared.lesson).answers[this.declared.exercise]?.[name] ?? this.declared.files[name];
    fit(area);
    if (!this.declared.files[name]) area.placeholder = `Paste the content of ${name} here`;
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.work("grade");
      else indent(area, event);
    });
    area.addEventListener("input", () => {
      fit(area);
      this.keep();
    });
    return { name, label, area };
  }

  /**
   * @param {string} text
   * @param {() => void} press
   */
  button(text, press) {
    const button = /** @type {HTMLButtonElement} */ (make("button", { type: "button" }, text));
    button.setAttribute("aria-label", `${text}: ${this.declared.title}`);
    button.addEventListener("click", press);
    return button;
  }

  get files() {
    return Object.fromEntries(this.fields.map(({ name, area }) => [name, area.value]));
  }

  keep() {
    const progress = progressOf(this.declared.lesson);
    progress.answers[this.declared.exercise] = this.files;
    keepProgress(this.declared.lesson, progress);
  }

  bringBack() {
    for (const { name, area } of this.fields) {
      area.value = this.declared.files[name];
      fit(area);
    }
    const progress = progressOf(this.declared.lesson);
    delete progress.answers[this.declared.exercise];
    progress.solved = progress.solved.filter((name) => name !== this.declared.exercise);
    keepProgress(this.declared.lesson, progress);
    this.say("", "");
    this.show("");
  }

  /** @param {"run" | "grade"} kind */
  work(kind) {
    if (waiting) stop(); // the reader wants this one now
    this.say("busy", "Starting");
    this.show("");
    this.setBusy(true);
    const { lesson, exercise, main } = this.declared;
    const place = { python: address(this.place.dataset.python), archive: address(this.place.dataset.archive) };
    ask({ place, work: kind, answer: { lesson, exercise, main, files: this.files } }, (message) => this.take(message));
  }

  /** @param {Message} message */
  take(message) {
    if (message.step) {
      this.step(message);
      return;
    }
    this.setBusy(false);
    if (message.error === "stopped") this.say("failed", "Stopped.");
    else if (message.error) this.say("failed", `Python could not be run: ${message.error}`);
    else if (message.result) this.answer(message.result);
  }

  /** @param {Message} message */
  step({ step = "", loaded = 0, total = 0 }) {
    const size = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1);
    this.progress.hidden = !total;
    if (total) Object.assign(this.progress, { max: total, value: loaded });
    this.say("busy", total ? `${step}: ${size(loaded)} of ${size(total)} MB` : `${step} ...`);
  }

  /** @param {Result} result */
  answer(result) {
    this.show(result.printed);
    if (!result.outcome) {
      this.say(result.error ? "failed" : "", result.error || `Ran to its end, by Python ${result.python}.`);
      return;
    }
    const words = /** @type {Record<string, string>} */ ({ solved: "Solved", wrong: "Not yet", failed: "Error" });
    this.say(result.outcome, `${words[result.outcome] ?? "Not begun"}: ${result.found}`, result.hint);
    const progress = progressOf(this.declared.lesson);
    if (result.outcome === "solved") progress.solved = [...new Set([...progress.solved, this.declared.exercise])];
    keepProgress(this.declared.lesson, progress);
  }

  /** @param {boolean} isBusy */
  setBusy(isBusy) {
    this.stop.disabled = !isBusy;
    if (!isBusy) this.progress.hidden = true;
  }

  /**
   * @param {string} state
   * @param {string} text
   * @param {string} [hint]
   */
  say(state, text, hint = "") {
    this.verdict.dataset.state = state;
    this.verdict.replaceChildren(...marked(text));
    if (hint) this.verdict.append(make("br"), make("strong", {}, "Hint: "), ...marked(hint));
  }

  /** @param {string} text */
  show(text) {
    this.output.hidden = !text;
    this.output.textContent = text;
  }
}

/**
 * Make the exercises of a page editable.
 *
 * @param {Iterable<HTMLElement>} places
 */
export function hold(places) {
  stop();
  const forms = [...places].filter((place) => !place.querySelector("textarea")).map((place) => new Form(place));
  const summary = document.querySelector(".ud-lesson");
  if (forms.length && summary) summary.replaceChildren(...summaryOf(forms));
}

/**
 * Send work to the worker.
 *
 * @param {object} work
 * @param {(message: Message) => void} take
 */
function ask(work, take) {
  asked += 1;
  const id = asked;
  waiting = take;
  if (!worker) {
    worker = new Worker(WORKER, { type: "module" });
    worker.addEventListener("message", ({ data }) => hear(data));
    worker.addEventListener("error", (event) => hear({ id: asked, error: event.message || "its program did not load" }));
  }
  worker.postMessage({ ...work, id });
}

/** @param {Message & { id: number }} message */
function hear(message) {
  if (message.id !== asked || !waiting) return;
  const take = waiting;
  if (!message.step) waiting = undefined;
  take(message);
}

/** @param {string} [place] */
function address(place = "") {
  return new URL(place, document.baseURI).href;
}

/**
 * Return a text with its code marked, which is between backticks.
 *
 * @param {string} text
 */
function marked(text) {
  return text.split("`").map((part, place) => (place % 2 ? make("code", {}, part) : part));
}

/**
 * Return the line that says how much of the lesson is solved, with the button that clears it.
 *
 * @param {Form[]} forms
 */
function summaryOf(forms) {
  const { lesson } = forms[0].declared;
  const text = make("span", { role: "status" });
  const show = () => (text.textContent = `${progressOf(lesson).solved.length} of ${forms.length} exercises solved.`);
  const clear = make("button", { type: "button" }, "Clear progress");
  clear.addEventListener("click", () => {
    keepProgress(lesson, { ...progressOf(lesson), solved: [] });
    for (const form of forms) form.say("", "");
  });
  changed = show;
  show();
  return [text, " ", clear];
}

/**
 * @param {string} lesson
 * @returns {Progress} what is kept of a lesson in this browser
 */
function progressOf(lesson) {
  try {
    const { answers = {}, solved = [] } = JSON.parse(localStorage.getItem(nameOf(lesson)) ?? "{}");
    return { answers, solved };
  } catch {
    return { answers: {}, solved: [] };
  }
}

/**
 * @param {string} lesson
 * @param {Progress} progress
 */
function keepProgress(lesson, progress) {
  try {
    localStorage.setItem(nameOf(lesson), JSON.stringify(progress));
  } catch {
    // The reader has forbidden it: everything works but is forgotten with the page.
  }
  changed();
}

/** @param {string} lesson */
function nameOf(lesson) {
  return `unitdocs.lesson.${lesson}`;
}

// Editing.

/**
 * Give a field the height of its text.
 *
 * @param {HTMLTextAreaElement} area
 */
function fit(area) {
  area.rows = Math.min(Math.max(area.value.split("\n").length + 1, 4), 40);
}

/** Whether Tab leaves the field: after Escape. */
let isLeaving = false;

/**
 * Indent by Tab, take back by Shift and Tab, and keep the indent of a line at Enter.
 *
 * @param {HTMLTextAreaElement} area
 * @param {KeyboardEvent} event
 */
function indent(area, event) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const leaves = isLeaving;
  isLeaving = event.key === "Escape";
  const line = value.lastIndexOf("\n", start - 1) + 1;
  if (event.key === "Tab" && !leaves) {
    event.preventDefault();
    const last = value.indexOf("\n", Math.max(end - 1, start));
    const until = last < 0 ? value.length : last;
    const lines = value.slice(line, until).split("\n");
    if (event.shiftKey) replace(area, line, until, lines.map((one) => one.replace(/^ {1,4}/, "")).join("\n"));
    else if (start === end) replace(area, start, end, INDENT);
    else replace(area, line, until, lines.map((one) => INDENT + one).join("\n"));
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    const before = value.slice(line, start);
    const spaces = before.match(/^ */)?.[0] ?? "";
    replace(area, start, end, `\n${spaces}${before.trimEnd().endsWith(":") ? INDENT : ""}`);
  }
}

/**
 * Replace a part of a field's text, so that the browser can undo it.
 *
 * @param {HTMLTextAreaElement} area
 * @param {number} start
 * @param {number} end
 * @param {string} text
 */
function replace(area, start, end, text) {
  area.setSelectionRange(start, end);
  document.execCommand("insertText", false, text); // deprecated, and the only way that keeps the history of changes
}
