/**
 * The search's index is a large file, and the theme asks for it at once. It is fetched when a reader points at the
 * search, reaches it or presses one of its keys, or where the address brings something to search for. A published
 * version has it compressed, at the place that its pages name.
 *
 * No module: it runs before the theme's own program.
 */
{
  const named = document.currentScript?.dataset.index;
  const index = named && new URL(named, document.baseURI).href;
  const { open, send } = XMLHttpRequest.prototype;
  const inputs = ["pointerover", "pointerdown", "touchstart", "focusin", "keydown"];
  const isForSearch = (/** @type {Event} */ event) => {
    const isKey = event instanceof KeyboardEvent && ["/", "f", "s"].includes(event.key);
    return isKey || (event.target instanceof Element && event.target.closest(".md-search, [for='__search']") !== null);
  };
  const first = new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
    const asked = new URLSearchParams(location.search);
    if (asked.has("q") || asked.has("h")) resolve(); // a word to search for, or one that was found and is to be marked
    const look = (/** @type {Event} */ event) => {
      if (isForSearch(event)) resolve();
    };
    for (const name of inputs) addEventListener(name, look, { capture: true, passive: true });
  });
  const waiting = new WeakSet();

  /**
   * @param {Blob} content
   * @returns {Promise<Blob>}
   */
  const unpacked = async (content) => {
    const [one, two] = new Uint8Array(await content.slice(0, 2).arrayBuffer());
    // Some hosts say that a file is compressed, and then the browser has unpacked it already.
    if (one !== 0x1f || two !== 0x8b) return content;
    return new Response(content.stream().pipeThrough(new DecompressionStream("gzip"))).blob();
  };

  /**
   * Hold the arrival of the index back from the theme until it is unpacked.
   *
   * @this {XMLHttpRequest}
   * @param {Event} event
   */
  const unpack = function (event) {
    if (!event.isTrusted || !(this.response instanceof Blob)) return;
    event.stopImmediatePropagation();
    const say = (/** @type {string} */ name) => this.dispatchEvent(new ProgressEvent(name));
    unpacked(this.response).then(
      (content) => {
        Object.defineProperty(this, "response", { value: content });
        say("load");
      },
      () => say("error"),
    );
  };
  XMLHttpRequest.prototype.open = function (/** @type {any[]} */ ...request) {
    if (String(request[1]).endsWith("search/search_index.json")) {
      waiting.add(this);
      this.addEventListener("load", unpack);
      request[1] = index ?? request[1];
    }
    return open.apply(this, /** @type {any} */ (request));
  };
  XMLHttpRequest.prototype.send = function (/** @type {any[]} */ ...body) {
    const now = () => send.apply(this, /** @type {any} */ (body));
    if (waiting.has(this)) void first.then(now);
    else now();
  };
}
