// Pictures into the clipboard of the system: always PNG, which is what browsers take.

import { ScanwrightError } from "./errors.js";

/** @typedef {import('./types.js').Rect} Rect */

const UNABLE =
  "This browser lets the page put no pictures into the clipboard: it is too old, or the page is not secure.";

/**
 * Puts a picture, or a part of it, into the clipboard.
 *
 * To be called while the browser still counts what the user has just done: so the picture
 * may come later.
 * @param {() => Promise<Blob>} fetchPng
 * @param {Rect} [rect] In pixels; what lies outside of the picture is left out.
 * @returns {Promise<void>} Rejects with ScanwrightError where the browser cannot do it,
 *   with RangeError when nothing of the picture is in the rectangle.
 */
export async function copyPicture(fetchPng, rect) {
  if (typeof ClipboardItem === "undefined" || !navigator.clipboard?.write) throw new ScanwrightError(UNABLE);
  const png = rect ? fetchPng().then((whole) => cut(whole, rect)) : fetchPng();
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
  } catch (error) {
    await png; // what went wrong with the picture says more than that it did not come
    throw error;
  }
}

/** @param {Blob} whole @param {Rect} rect @returns {Promise<Blob>} */
async function cut(whole, rect) {
  const bitmap = await createImageBitmap(whole);
  try {
    const { left, top, width, height } = within(rect, bitmap);
    const context = new OffscreenCanvas(width, height).getContext("2d");
    if (context === null) throw new ScanwrightError("The browser has no room for the picture.");
    context.drawImage(bitmap, -left, -top);
    return await context.canvas.convertToBlob({ type: "image/png" });
  } finally {
    bitmap.close();
  }
}

/**
 * What of a rectangle lies in a picture, in whole pixels.
 * @param {Rect} rect
 * @param {{width: number, height: number}} picture
 */
export function within({ left, top, right, bottom }, picture) {
  const x = Math.max(0, Math.round(left));
  const y = Math.max(0, Math.round(top));
  const width = Math.min(picture.width, Math.round(right)) - x;
  const height = Math.min(picture.height, Math.round(bottom)) - y;
  if (!(width > 0 && height > 0)) throw new RangeError("Nothing of the picture is in the rectangle.");
  return { left: x, top: y, width, height };
}
