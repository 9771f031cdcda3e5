/**
 * Sorts and filters the table of effects.
 *
 * The table is in the page, complete and in its default order; every row and cell names its place in the other orders.
 * An input is answered by its own control first, and by the rows in the next frame: an order is a number at each row, by
 * which the style sheet places it. In the document the rows are moved when the browser is idle. The choice is kept in the query of the page's address, which is replaced
 * and never added to the history; what is chosen by default is not written there.
 */

/**
 * What the reader chose.
 *
 * @typedef {object} Choice
 * @property {string} order `suite`, `worst` or `gain`
 * @property {string} by the column that `order` is of; empty for whole rows
 * @property {string} suite a suite's name; empty for all
 * @property {string} verdict empty for any
 * @property {string} text words that a row has to contain
 * @property {string} metric the column that a narrow screen shows
 */

/**
 * A row of the table with what it is sorted and found by.
 *
 * @typedef {object} Row
 * @property {HTMLTableRowElement} element
 * @property {HTMLElement} home the part of the table that holds its suite
 * @property {string} suite
 * @property {string} text
 * @property {Set<string | undefined>} verdicts
 * @property {Record<string, number>} places its place in each order of whole rows
 * @property {(number | undefined)[]} ranks its place in the order of each column; none without an effect
 */

/**
 * The table of a page.
 *
 * @typedef {object} Page
 * @property {HTMLFormElement} form
 * @property {HTMLTableElement} table
 * @property {HTMLElement} flat the part of the table that holds all rows where they are not grouped by suite
 * @property {HTMLStyleElement} style the rule that leaves one column to a narrow screen
 * @property {HTMLElement[]} bodies a part for each suite
 * @property {HTMLElement[]} inSuites all rows and the heads of suites, in the order of the page
 * @property {HTMLTableCellElement[]} heads
 * @property {Row[]} rows in their default order
 * @property {Choice} chosen
 * @property {string} arranged the order that the document is in; empty while it is not
 * @property {number} round counts the changes, so that a later one ends what is left of an earlier one
 */

const NARROW = "screen and (max-width: 1099px)";
const ORDERS = ["worst", "gain"];
/** So few are moved in the document at a time that an input in between is answered at once. */
const ROWS_AT_ONCE = 12;

/**
 * Make the controls of a table work, and bring back what its address asks for.
 *
 * @param {HTMLElement} place
 */
export function control(place) {
  const page = read(place);
  const asked = Object.fromEntries(new URLSearchParams(location.search));
  Object.assign(page.chosen, possible(page, asked));
  place.append(page.style);
  write(page);
  show(page);
  page.form.addEventListener("input", ({ target }) => choose(page, fromForm(page, target)));
  page.form.addEventListener("reset", () => setTimeout(() => choose(page, defaults(page))));
  page.form.addEventListener("submit", (event) => event.preventDefault());
  for (const head of page.heads) {
    head.querySelector("button")?.addEventListener("click", () => choose(page, sortedBy(page, columnOf(head))));
  }
}

/**
 * @param {HTMLElement} place
 * @returns {Page}
 */
function read(place) {
  const form = /** @type {HTMLFormElement} */ (place.querySelector("form"));
  const table = /** @type {HTMLTableElement} */ (place.querySelector("table"));
  const bodies = [...table.tBodies];
  const inSuites = [...table.querySelectorAll("tbody tr")].map((row) => /** @type {HTMLElement} */ (row));
  const flat = table.createTBody();
  const heads = [...table.querySelectorAll("thead th")].map((head) => /** @type {HTMLTableCellElement} */ (head));
  const rows = bodies.flatMap((home) => [...home.rows].slice(1).map((element) => readRow(element, home)));
  const style = document.createElement("style");
  /** @type {Page} */
  const page = { form, table, flat, style, bodies, inSuites, heads, rows, chosen: /** @type {Choice} */ ({}), arranged: "suite ", round: 0 };
  page.chosen = defaults(page);
  return page;
}

/**
 * @param {HTMLTableRowElement} element
 * @param {HTMLElement} home
 * @returns {Row}
 */
function readRow(element, home) {
  const cells = [...element.cells];
  return {
    element,
    home,
    suite: home.dataset.suite ?? "",
    text: `${cells[0]?.textContent} ${cells[0]?.dataset.in}`.toLowerCase(),
    verdicts: new Set(cells.filter((cell) => !cell.matches(".ud-other")).map((cell) => cell.dataset.verdict)),
    places: { worst: Number(element.dataset.worst), gain: Number(element.dataset.gain) },
    ranks: cells.map((cell) => (cell.dataset.rank === undefined ? undefined : Number(cell.dataset.rank))),
  };
}

/** @param {HTMLElement} head */
function columnOf(head) {
  return head.dataset.column ?? "";
}

/**
 * @param {Page} page
 * @returns {Choice}
 */
function defaults({ heads }) {
  const metric = heads.map(columnOf).find(Boolean) ?? "";
  return { order: "suite", by: "", suite: "", verdict: "", text: "", metric };
}

/**
 * Return what of an address can be chosen; the rest of it is ignored.
 *
 * @param {Page} page
 * @param {Record<string, string>} asked
 * @returns {Partial<Choice>}
 */
function possible({ form, heads }, asked) {
  const columns = heads.map(columnOf);
  const isPossible = (/** @type {[string, string]} */ [name, value]) => {
    if (name === "by") return columns.includes(value) && ORDERS.includes(asked.order ?? "");
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement) return [...field.options].some((option) => option.value === value);
    return name === "text";
  };
  return Object.fromEntries(Object.entries(asked).filter(isPossible));
}

/**
 * Return what the fields hold; the order that is chosen there is one of whole rows.
 *
 * @param {Page} page
 * @param {EventTarget | null} changed
 * @returns {Partial<Choice>}
 */
function fromForm({ form }, changed) {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  const isOrder = changed instanceof HTMLSelectElement && changed.name === "order";
  return { ...Object.fromEntries(fields), ...(isOrder ? { by: "" } : {}) };
}

/**
 * Return the next order of a column: from its worst, from its most gain, and by suite again.
 *
 * @param {Page} page
 * @param {string} by
 * @returns {Partial<Choice>}
 */
function sortedBy({ chosen }, by) {
  if (chosen.by !== by) return { by, order: "worst" };
  return chosen.order === "worst" ? { order: "gain" } : { by: "", order: "suite" };
}

/**
 * @param {Page} page
 * @param {Partial<Choice>} choice
 */
function choose(page, choice) {
  const { table, heads, chosen } = page;
  Object.assign(chosen, choice);
  table.setAttribute("aria-busy", "true");
  write(page); // what was pressed answers first, and the rows in the frame after it
  for (const head of heads) markSorted(head, chosen);
  remember(page);
  const round = ++page.round;
  afterPaint(() => {
    if (round === page.round) show(page);
  });
}

/**
 * Let the fields show what is chosen.
 *
 * @param {Page} page
 */
function write({ form, chosen }) {
  for (const [name, value] of Object.entries(chosen)) {
    const field = form.elements.namedItem(name);
    if ((field instanceof HTMLSelectElement || field instanceof HTMLInputElement) && field.value !== value) {
      field.value = value;
    }
  }
}

/**
 * Show the rows and the order that are chosen.
 *
 * @param {Page} page
 */
function show(page) {
  const { form, table, style, heads, rows, chosen } = page;
  const words = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = new Set(rows.filter((row) => matches(row, chosen, words)));
  arrange(page, shown);
  for (const head of heads) markSorted(head, chosen);
  const place = 1 + heads.findIndex((head) => columnOf(head) === chosen.metric);
  const others = `.ud-effects tr:not(.ud-suite-row) > :not(:first-child, :nth-child(${place}))`;
  const rule = `@media ${NARROW} { ${others} { display: none } }`;
  if (style.textContent !== rule) style.textContent = rule;
  table.dataset.shown = chosen.metric;
  const status = /** @type {HTMLElement} */ (form.querySelector("[role='status']"));
  const sentence = `${shown.size} of ${rows.length} ${rows.length === 1 ? "scenario" : "scenarios"}`;
  if (status.textContent !== sentence) status.textContent = sentence;
}

/**
 * @param {Row} row
 * @param {Choice} chosen
 * @param {string[]} words
 */
function matches(row, { suite, verdict }, words) {
  return (
    (!suite || row.suite === suite) &&
    (!verdict || row.verdicts.has(verdict)) &&
    words.every((word) => row.text.includes(word))
  );
}

/**
 * Show the chosen rows in their order. The document follows later.
 *
 * @param {Page} page
 * @param {Set<Row>} shown
 */
function arrange(page, shown) {
  const { table, bodies, rows, chosen } = page;
  const isFlat = ORDERS.includes(chosen.order);
  const ordered = inOrder(page);
  const homes = new Set([...shown].map(({ home }) => home));
  table.toggleAttribute("data-flat", isFlat);
  for (const row of rows) hide(row.element, !shown.has(row));
  for (const body of bodies) hide(headOf(body), !homes.has(body));
  const all = isFlat ? ordered.map(({ element }) => element) : [...page.inSuites];
  for (const [place, element] of all.entries()) {
    if (element.style.order !== `${place}`) element.style.order = `${place}`;
  }
  const key = `${chosen.order} ${chosen.by}`;
  if (key === page.arranged) table.removeAttribute("aria-busy");
  else follow(page, ordered, isFlat ? page.flat : null, key);
}

/**
 * @param {HTMLElement} element
 * @param {boolean} isHidden
 */
function hide(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

/** @param {HTMLElement} body the part of the table that holds a suite */
function headOf(body) {
  return /** @type {HTMLElement} */ (body.querySelector(".ud-suite-row"));
}

/**
 * Bring the document into the order that is seen, for the keyboard and for screen readers, when the browser is idle.
 *
 * @param {Page} page
 * @param {Row[]} ordered
 * @param {HTMLElement | null} flat where the rows go; without it, each to its suite
 * @param {string} key the name of the order
 */
function follow(page, ordered, flat, key) {
  const { table } = page;
  const round = ++page.round;
  page.arranged = "";
  table.setAttribute("aria-busy", "true");
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 50));
  const left = [...ordered];
  const move = () => {
    if (round !== page.round) return;
    for (const { element, home } of left.splice(0, ROWS_AT_ONCE)) (flat ?? home).append(element);
    if (left.length) {
      idle(move, { timeout: 1000 });
      return;
    }
    page.arranged = key;
    table.removeAttribute("aria-busy");
  };
  afterPaint(() => idle(move, { timeout: 1000 }));
}

/** @param {() => void} work what is not to delay the next paint */
function afterPaint(work) {
  requestAnimationFrame(() => setTimeout(work));
}

/**
 * @param {Page} page
 * @returns {Row[]} all rows in the order that is chosen
 */
function inOrder({ heads, rows, chosen }) {
  if (!ORDERS.includes(chosen.order)) return rows;
  const column = heads.findIndex((head) => columnOf(head) === chosen.by);
  return chosen.by ? byColumn(rows, column, chosen.order) : byPlace(rows, chosen.order);
}

/**
 * @param {Row[]} rows
 * @param {string} order
 */
function byPlace(rows, order) {
  return rows.toSorted((one, other) => (one.places[order] ?? 0) - (other.places[order] ?? 0));
}

/**
 * Return the rows by the effects of a column; those without an effect are last.
 *
 * @param {Row[]} rows
 * @param {number} column
 * @param {string} order
 */
function byColumn(rows, column, order) {
  const sign = order === "worst" ? 1 : -1;
  const place = (/** @type {Row} */ { ranks }) => sign * (ranks[column] ?? sign * rows.length);
  return rows.toSorted((one, other) => place(one) - place(other));
}

/**
 * @param {HTMLElement} head
 * @param {Choice} chosen
 */
function markSorted(head, { by, order }) {
  if (by && by === columnOf(head)) head.setAttribute("aria-sort", order === "worst" ? "ascending" : "descending");
  else head.removeAttribute("aria-sort");
}

/**
 * Keep what is not the default in the address.
 *
 * @param {Page} page
 */
function remember(page) {
  const usual = defaults(page);
  const address = new URL(location.href);
  const kept = Object.entries(page.chosen).filter(([name, value]) => value !== usual[/** @type {keyof Choice} */ (name)]);
  address.search = new URLSearchParams(kept).toString();
  history.replaceState(history.state, "", address);
}
