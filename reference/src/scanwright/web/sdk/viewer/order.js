// What is selected after a click, and where pages stand after a move.

/**
 * `selected` keeps the order in which it was chosen; `anchor` is where a range begins.
 *
 * @typedef {{selected: readonly string[], anchor: string | null}} Choice
 */

/**
 * The choice after `id` was pointed at. A range goes from the anchor to `id`; with
 * `toggle` as well it is added to what was selected before.
 *
 * @param {Choice} choice
 * @param {readonly string[]} order
 * @param {string} id
 * @param {{toggle?: boolean, range?: boolean}} [keys]
 * @returns {Choice}
 */
export function chosen(choice, order, id, { toggle = false, range = false } = {}) {
  const anchor = choice.anchor ?? id;
  if (range && order.includes(anchor)) {
    const span = between(order, anchor, id);
    const kept = toggle ? choice.selected.filter((each) => !span.includes(each)) : [];
    return { selected: [...kept, ...span], anchor };
  }
  if (!toggle) return { selected: [id], anchor: id };
  const others = choice.selected.filter((each) => each !== id);
  const wasChosen = others.length < choice.selected.length;
  return { selected: wasChosen ? others : [...others, id], anchor: id };
}

/**
 * The ids from `from` to `to`, in this direction.
 *
 * @param {readonly string[]} order
 * @param {string} from
 * @param {string} to
 */
function between(order, from, to) {
  const [a, b] = [order.indexOf(from), order.indexOf(to)];
  return a <= b ? order.slice(a, b + 1) : order.slice(b, a + 1).reverse();
}

/**
 * The order after `ids` were moved in front of what is at `at` now.
 *
 * @param {readonly string[]} order
 * @param {readonly string[]} ids
 * @param {number} at
 */
export function moved(order, ids, at) {
  const isMoved = new Set(ids);
  const stays = (/** @type {string} */ id) => !isMoved.has(id);
  return [
    ...order.slice(0, at).filter(stays),
    ...order.filter((id) => isMoved.has(id)),
    ...order.slice(at).filter(stays),
  ];
}

/**
 * Where to move `ids` to, to shift them by `steps`; null where nothing would change.
 *
 * @param {readonly string[]} order
 * @param {readonly string[]} ids
 * @param {number} steps negative is towards the first page
 * @returns {number | null}
 */
export function shiftTarget(order, ids, steps) {
  const places = order.flatMap((id, index) => (ids.includes(id) ? [index] : []));
  if (places.length === 0) return null;
  const first = places[0] ?? 0;
  const end = (places.at(-1) ?? 0) + 1;
  const at = steps < 0 ? Math.max(0, first + steps) : Math.min(order.length, end + steps);
  const after = moved(order, ids, at);
  return after.every((id, index) => id === order[index]) ? null : at;
}

/**
 * The place in the whole document of a place among the visible pages.
 *
 * @param {readonly string[]} document
 * @param {readonly string[]} visible
 * @param {number} at
 */
export function inDocument(document, visible, at) {
  const next = visible[at];
  if (next !== undefined) return document.indexOf(next);
  const last = visible.at(-1);
  return last === undefined ? document.length : document.indexOf(last) + 1;
}
