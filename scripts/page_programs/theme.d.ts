/** What the theme, Material for MkDocs, adds to each page. */
interface Window {
  /** Emits whenever another page is shown without a full load. */
  document$?: { subscribe(listener: () => void): void };
}
