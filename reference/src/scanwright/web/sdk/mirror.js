// The buffer as this page knows it, and how a change of it is taken in. Values only.

/** @typedef {import('./types.js').BufferState} BufferState */
/** @typedef {import('./types.js').Change} Change */

/** What a change may tell beside images and their order. */
const PLAIN = /** @type {const} */ ([
  ...["current", "selected", "visible", "filter", "document", "documents", "canUndo", "canRedo", "options"],
]);

/**
 * Takes a change in.
 * @param {BufferState} state
 * @param {Change} change
 * @returns {BufferState | 'missed'} The same state when the change is an old one; `missed`
 *   when it does not follow, so that the whole buffer has to be asked for.
 */
export function take(state, change) {
  if (change.revision <= state.revision) return state;
  if (change.revision !== state.revision + 1) return "missed";
  const images = arranged(state.images, change);
  if (images === null) return "missed";
  const told = Object.fromEntries(PLAIN.filter((name) => name in change).map((name) => [name, change[name]]));
  return frozen({ ...state, ...told, images, revision: change.revision });
}

/**
 * Freezes a state and all that is in it: what a page is given stays as it was.
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function frozen(value) {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

/**
 * What of a state a change to it tells, when it replaces all.
 * @param {BufferState} state
 * @returns {Change}
 */
export function replacement(state) {
  return frozen({ ...state, action: "replace", order: state.images.map(({ id }) => id) });
}

/**
 * @param {readonly import('./types.js').Image[]} images
 * @param {Change} change
 * @returns {readonly import('./types.js').Image[] | null} Null when one is not known.
 */
function arranged(images, { images: fresh = [], order }) {
  if (order === undefined && fresh.length === 0) return images;
  const known = new Map([...images, ...fresh].map((image) => [image.id, image]));
  const ids = order ?? images.map(({ id }) => id);
  const placed = new Set(ids);
  const isComplete = ids.every((id) => known.has(id)) && fresh.every(({ id }) => placed.has(id));
  return isComplete ? ids.map((id) => /** @type {import('./types.js').Image} */ (known.get(id))) : null;
}
