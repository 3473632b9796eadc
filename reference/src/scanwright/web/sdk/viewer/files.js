// Files that are dragged from the desktop and dropped here.

/** @typedef {import('./types.js').Point} Point */

/**
 * @typedef {object} Taker
 * @property {() => boolean} isWelcome
 * @property {(point: Point) => void} over
 * @property {() => void} leave
 * @property {(files: File[], point: Point) => void} drop
 */

/**
 * Let files be dropped on an element. Points are of the window.
 *
 * @param {HTMLElement} element
 * @param {Taker} taker
 */
export function takeFiles(element, taker) {
  /** @param {DragEvent} event */
  const over = (event) => {
    const transfer = event.dataTransfer;
    if (!transfer?.types.includes('Files') || !taker.isWelcome()) return;
    event.preventDefault();
    transfer.dropEffect = 'copy';
    element.classList.add('welcoming');
    taker.over({ x: event.clientX, y: event.clientY });
  };
  const leave = () => {
    element.classList.remove('welcoming');
    taker.leave();
  };
  element.addEventListener('dragenter', over);
  element.addEventListener('dragover', over);
  element.addEventListener('dragleave', (event) => {
    const inside = /** @type {Node | null} */ (event.relatedTarget);
    if (!element.contains(inside)) leave();
  });
  element.addEventListener('drop', (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0 || !taker.isWelcome()) return;
    event.preventDefault();
    leave();
    taker.drop(files, { x: event.clientX, y: event.clientY });
  });
}
