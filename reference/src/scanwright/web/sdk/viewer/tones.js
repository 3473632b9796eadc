// What a change of tones will look like, as a CSS filter: the service's own formulas.
//
// `contrast(c)` is (tone - 1/2) * c + 1/2 and `brightness(k)` is tone * k, both clipped.
// Two of them make any tone + b, which CSS has no function for.

/**
 * The filter that adds `by` to each tone (0 to 1).
 *
 * @param {number} by from -1 to 1
 */
export function shift(by) {
  const factor = 1 + 2 * Math.abs(by);
  // Whichever comes first narrows the tones, so that nothing is clipped between them.
  return by >= 0
    ? `contrast(${number(1 / factor)}) brightness(${number(factor)})`
    : `brightness(${number(1 / factor)}) contrast(${number(factor)})`;
}

/**
 * The filter of an `adjust` edit; both from -1000 to 1000.
 *
 * @param {number} brightness
 * @param {number} contrast
 */
export function adjusted(brightness, contrast) {
  const slope = (1000 + contrast) / Math.max(1000 - contrast, 1e-3);
  const rich = contrast === 0 ? '' : `contrast(${number(slope)}) `;
  return rich + (brightness === 0 ? '' : shift(brightness / 1000)) || 'none';
}

/**
 * The filter of a `blackAndWhite` edit: white is what is at least `threshold`, 0 to 255.
 * CSS weighs the colours a little differently to find gray; on gray pages it is exact.
 *
 * @param {number} threshold
 */
export function blackAndWhite(threshold) {
  const half = 0.5 - (threshold - 0.5) / 255;
  return `grayscale(1) ${shift(half)} contrast(10000)`;
}

/** @param {number} value */
function number(value) {
  return Number(value.toPrecision(6)).toString();
}
