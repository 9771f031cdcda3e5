/**
 * Look at every figure of the page as SVG, then scroll to it, wait until it is drawn, and look again; return what a
 * reader would miss of each, and what moved.
 */
async () => {
  const PATIENCE = 30_000; // milliseconds
  const MOVED = 2.5; // pixels that a label may move when a figure is drawn over its SVG
  const DRAWN = {
    text: ".xtick text, .ytick text, .annotation-text",
    marks: ".scatterlayer .point",
  };
  const STATIC = { text: ".ud-svg text", marks: ".ud-svg use, .ud-svg rect[fill^='var']" }; // cells of a heat map too

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const named = (figure) => document.location.pathname + "#" + figure.id;

  function luminance(colour) {
    const [red, green, blue] = channels(colour)
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  function background(element) {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((channels(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  }

  function isSeen(element) {
    const { width, height } = element.getBoundingClientRect();
    const { visibility, opacity, display } = getComputedStyle(element);
    return width + height > 0 && visibility === "visible" && Number(opacity) > 0 && display !== "none";
  }

  function paint(mark) {
    const { fill, fillOpacity, stroke } = getComputedStyle(mark);
    return [Number(fillOpacity) > 0 ? fill : "none", stroke].find((colour) => colour.startsWith("rgb") && (channels(colour)[3] ?? 1) > 0);
  }

  function overlap(one, other) {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  }

  function problems(figure, drawing, { text, marks: points }) {
    if (!drawing) return ["no drawing"];
    const page = background(figure);
    const [place, size] = [figure.getBoundingClientRect(), figure.querySelector(".ud-stage").getBoundingClientRect()];
    const marks = [...figure.querySelectorAll(points)].filter(isSeen);
    const texts = [...figure.querySelectorAll(text)].filter(isSeen);
    const found = [];
    if (size.width < 200 || size.height < 100) found.push(`drawn ${size.width} x ${size.height}`);
    if (size.right > place.right + 1) found.push(`wider than its place: ${size.width} of ${place.width}`);
    if (marks.length === 0) found.push("no marks");
    if (texts.length < 4) found.push(`${texts.length} texts`);
    for (const mark of marks) {
      const colour = paint(mark);
      if (colour && contrast(colour, page) < 3) found.push(`mark ${colour} on ${page}`);
    }
    for (const text of texts) {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const colour = getComputedStyle(text).fill;
      if (contrast(colour, page) < 4.5) found.push(`text ${colour} on ${page}: ${text.textContent}`);
      if (left < place.left - 1 || right > place.right + 1) found.push(`cut at a side: ${text.textContent}`);
      if (top < size.top - 1 || bottom > size.bottom + 1) found.push(`cut above or below: ${text.textContent}`);
    }
    texts.forEach((text, index) => {
      const others = texts.slice(index + 1).filter((other) => overlap(text, other));
      for (const other of others) found.push(`overlap: ${text.textContent} and ${other.textContent}`);
    });
    return [...new Set(found)];
  }

  /** Return the middles of the labels of the ticks by their text, where only one has it. */
  function labels(figure, selector) {
    const found = new Map();
    const stage = figure.querySelector(".ud-stage").getBoundingClientRect();
    for (const label of [...figure.querySelectorAll(selector)].filter(isSeen)) {
      const { x, y, width, height } = label.getBoundingClientRect();
      const text = label.textContent.replace(/\s+/g, "");
      found.set(text, found.has(text) ? undefined : [x + width / 2 - stage.x, y + height / 2 - stage.y]);
    }
    return found;
  }

  function moved(before, after) {
    if (![...after.keys()].some((text) => before.has(text))) return ["no label of the SVG is in the drawing"];
    return [...after].flatMap(([text, place]) => {
      const old = before.get(text);
      const far = place && old && Math.max(Math.abs(place[0] - old[0]), Math.abs(place[1] - old[1]));
      return far > MOVED ? [`${text} moves by ${far.toFixed(1)} pixels when it is drawn`] : [];
    });
  }

  async function settled(figure) {
    for (let at = figure.parentElement; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    figure.scrollIntoView({ block: "center", behavior: "instant" });
    const end = performance.now() + PATIENCE;
    while (!figure.dataset.state && performance.now() < end) await pause(10);
  }

  const figures = [...document.querySelectorAll("figure.ud-figure:has(.ud-stage)")]; // flame graphs are whole pictures
  const found = [];
  const say = (figure, problems) => found.push(...problems.map((problem) => `${named(figure)}: ${problem}`));
  const before = new Map();
  for (const figure of figures) {
    const drawing = figure.querySelector(".ud-svg");
    if (!drawing || figure.dataset.state) continue;
    say(figure, problems(figure, drawing, STATIC).map((problem) => `SVG: ${problem}`));
    before.set(figure, labels(figure, STATIC.text));
  }
  dispatchEvent(new PointerEvent("pointermove"));
  for (const figure of figures) {
    await settled(figure);
    if (figure.dataset.state !== "drawn") say(figure, [`state ${figure.dataset.state}`]);
    else say(figure, problems(figure, figure.querySelector(".main-svg"), DRAWN));
    if (before.has(figure)) say(figure, moved(before.get(figure), labels(figure, ".xtick text, .ytick text")));
  }
  const ticks = figures.map((figure) => figure.querySelector(".xtick text"));
  const colours = ticks.map((tick) => tick && getComputedStyle(tick).fill);
  return { count: figures.length, problems: found, colours };
};
