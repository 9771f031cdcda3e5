/**
 * The switch between the systems of the page that shows both: its state is in the address.
 *
 * What is shown follows the radio buttons by the style sheet alone, so this program only reads and writes the address.
 * It replaces the address and adds nothing to the history. The state that a page has by itself is not in the address.
 */

const NAME = "show";

/**
 * Choose what the address asks for, and keep it there from now on.
 *
 * @param {HTMLElement} place the group of radio buttons
 */
export function remember(place) {
  const buttons = [.../** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll("input[type=radio]"))];
  const asked = new URLSearchParams(location.search).get(NAME);
  const chosen = buttons.find((button) => button.value === asked) ?? buttons.find((button) => button.defaultChecked);
  if (chosen && !chosen.checked) choose(chosen);
  place.addEventListener("change", () => write(buttons));
}

/** @param {HTMLInputElement} button */
function choose(button) {
  button.checked = true;
  button.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {HTMLInputElement[]} buttons */
function write(buttons) {
  const address = new URL(location.href);
  const chosen = buttons.find((button) => button.checked);
  if (!chosen || chosen.defaultChecked) address.searchParams.delete(NAME);
  else address.searchParams.set(NAME, chosen.value);
  history.replaceState(history.state, "", address);
}
