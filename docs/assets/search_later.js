/**
 * The search's index is a large file, and the theme asks for it at once. It is fetched when a reader points at the
 * search, reaches it or presses one of its keys, or where the address brings something to search for.
 *
 * No module: it runs before the theme's own program.
 */
{
  const { open, send } = XMLHttpRequest.prototype;
  const inputs = ["pointerover", "pointerdown", "touchstart", "focusin", "keydown"];
  const isForSearch = (/** @type {Event} */ event) => {
    const isKey = event instanceof KeyboardEvent && ["/", "f", "s"].includes(event.key);
    return isKey || (event.target instanceof Element && event.target.closest(".md-search, [for='__search']") !== null);
  };
  const first = new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
    if (new URLSearchParams(location.search).has("q")) resolve();
    const look = (/** @type {Event} */ event) => {
      if (isForSearch(event)) resolve();
    };
    for (const name of inputs) addEventListener(name, look, { capture: true, passive: true });
  });
  const waiting = new WeakSet();
  XMLHttpRequest.prototype.open = function (/** @type {any[]} */ ...request) {
    if (String(request[1]).endsWith("search/search_index.json")) waiting.add(this);
    return open.apply(this, /** @type {any} */ (request));
  };
  XMLHttpRequest.prototype.send = function (/** @type {any[]} */ ...body) {
    const now = () => send.apply(this, /** @type {any} */ (body));
    if (waiting.has(this)) void first.then(now);
    else now();
  };
}
