// Ids of images: wherever one is taken, the image itself does as well.

/** @typedef {string | {readonly id: string}} ImageRef An image, or its id. */
/** @typedef {readonly ImageRef[]} ImageRefs */

/** @param {ImageRef} image @returns {string} */
export function idOf(image) {
  return typeof image === "object" && image !== null ? image.id : image;
}

/** What is no array is for the service to refuse. @param {ImageRefs} images @returns {readonly string[]} */
export function idsOf(images) {
  return Array.isArray(images) ? images.map(idOf) : /** @type {any} */ (images);
}
