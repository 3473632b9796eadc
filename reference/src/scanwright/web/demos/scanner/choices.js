// What can be chosen, worked out from what a scanner says of itself. No page, no service.

/** @typedef {{source: string, widthMm: number, heightMm: number,
 *   depths: readonly {pixelType: string, bits: number}[],
 *   resolutionsDpi: readonly number[] | Range}} Input */
/** @typedef {{minimum: number, maximum: number, step: number}} Range */
/** @typedef {{left: number, top: number, width: number, height: number}} Region */

const COMMON_DPI = [75, 100, 150, 200, 240, 300, 400, 600, 1200, 2400];

/** Papers in millimetres, upright. @type {Readonly<Record<string, readonly [number, number]>>} */
export const PAPERS = Object.freeze({
  A3: [297, 420],
  A4: [210, 297],
  A5: [148, 210],
  A6: [105, 148],
  Letter: [215.9, 279.4],
  Legal: [215.9, 355.6],
});

/** Scanners round their own sizes. */
const TOLERANCE_MM = 1;

/**
 * The resolutions that are offered: all of a list, the usual ones of a range.
 * @param {readonly number[] | Range} resolutions
 * @returns {{minimum: number, maximum: number, step: number, offered: number[]}}
 */
export function resolutionsOf(resolutions) {
  if (Array.isArray(resolutions)) {
    const offered = [...resolutions].sort((one, other) => one - other);
    return { minimum: offered[0], maximum: offered[offered.length - 1], step: 0, offered };
  }
  const { minimum, maximum, step } = /** @type {Range} */ (resolutions);
  const fits = (/** @type {number} */ dpi) =>
    dpi >= minimum && dpi <= maximum && (!step || Math.abs(Math.round((dpi - minimum) / step) * step - (dpi - minimum)) < 1e-6);
  return { minimum, maximum, step, offered: COMMON_DPI.filter(fits) };
}

/**
 * The resolution that is nearest to a wish.
 * @param {readonly number[] | Range} resolutions
 * @param {number} wish
 */
export function nearestResolution(resolutions, wish) {
  if (Array.isArray(resolutions)) {
    return resolutions.reduce((best, dpi) => (Math.abs(dpi - wish) < Math.abs(best - wish) ? dpi : best));
  }
  const { minimum, maximum, step } = /** @type {Range} */ (resolutions);
  const within = Math.min(maximum, Math.max(minimum, wish));
  return step ? Math.min(maximum, minimum + Math.round((within - minimum) / step) * step) : within;
}

/**
 * The papers that fit onto an input.
 * @param {Input} input
 * @returns {string[]}
 */
export function papersFor({ widthMm, heightMm }) {
  return Object.keys(PAPERS).filter(
    (name) => PAPERS[name][0] <= widthMm + TOLERANCE_MM && PAPERS[name][1] <= heightMm + TOLERANCE_MM,
  );
}

/**
 * The region of a paper: from the corner, not beyond the input.
 * @param {string} paper
 * @param {Input} input
 * @returns {Region}
 */
export function regionOf(paper, { widthMm, heightMm }) {
  const [width, height] = PAPERS[paper];
  return { left: 0, top: 0, width: Math.min(width, widthMm), height: Math.min(height, heightMm) };
}

/** A custom region, kept inside the input. @param {Region} region @param {Input} input @returns {Region} */
export function keptInside({ left, top, width, height }, { widthMm, heightMm }) {
  const x = Math.min(Math.max(0, left), widthMm - 1);
  const y = Math.min(Math.max(0, top), heightMm - 1);
  return { left: x, top: y, width: Math.min(Math.max(1, width), widthMm - x), height: Math.min(Math.max(1, height), heightMm - y) };
}

/** The pages of a file type: several in one, or each in its own. @param {string} type */
export function holdsSeveral(type) {
  return type === "application/pdf" || type === "image/tiff";
}

/** Compressions by their published numbers. */
export const COMPRESSIONS = Object.freeze({
  "application/pdf": [[0, "save.auto"], [5, "JPEG"], [6, "JPEG 2000"], [7, "JBIG2"], [2, "FAX G4"], [3, "LZW"]],
  "image/tiff": [[0, "save.auto"], [1, "save.none"], [5, "LZW"], [7, "JPEG"], [4, "FAX G4"], [3, "FAX G3"], [2, "RLE"], [32773, "PackBits"]],
});

const LZW_IN_PDF = 3;
const JPEG_2000 = 6;

/**
 * The compressions that a file can have: an archive has no LZW, its oldest no JPEG 2000.
 * @param {string} type
 * @param {string} standard Of a PDF; empty is none.
 * @returns {readonly (readonly [number, string])[]}
 */
export function compressionsOf(type, standard) {
  const all = /** @type {[number, string][]} */ (COMPRESSIONS[/** @type {keyof typeof COMPRESSIONS} */ (type)] ?? []);
  if (type !== "application/pdf" || !standard) return all;
  const unfit = standard === "pdf/a-1b" ? [LZW_IN_PDF, JPEG_2000] : [LZW_IN_PDF];
  return all.filter(([number]) => !unfit.includes(number));
}

/** Paper of a PDF by its published numbers. */
export const PAGE_TYPES = Object.freeze([
  [0, null, false],
  [2, "A4", false],
  [3, "A4", true],
  [4, "A3", false],
  [5, "A3", true],
  [6, "Letter", false],
  [7, "Letter", true],
  [8, "Legal", false],
  [9, "Legal", true],
]);

/** The extension of each type. */
export const EXTENSIONS = Object.freeze({
  "application/pdf": "pdf",
  "image/tiff": "tif",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/bmp": "bmp",
});

const ENDINGS = Object.freeze({
  "application/pdf": /\.pdf$/i,
  "image/tiff": /\.tiff?$/i,
  "image/jpeg": /\.jpe?g$/i,
  "image/png": /\.png$/i,
  "image/bmp": /\.bmp$/i,
});

/** A name as it was typed, without the ending that its type gives it anyway. @param {string} name @param {string} type */
export function bareName(name, type) {
  return name.trim().replace(ENDINGS[/** @type {keyof typeof ENDINGS} */ (type)], "") || "scan";
}

/**
 * The options of a file, from the values of the form; empty ones are left out.
 * @param {Record<string, string>} values
 */
export function saveOptions(values) {
  const { type } = values;
  /** @type {Record<string, any>} */
  const options = { type };
  if (type in COMPRESSIONS) options.compression = Number(values.compression || 0);
  if (type !== "image/png" && type !== "image/bmp") options.quality = Number(values.quality);
  if (type === "application/pdf") options.pdf = pdfOptions(values);
  return options;
}

/** @param {Record<string, string>} values */
function pdfOptions({ standard, pageType, title, author, subject, keyWords, password }) {
  /** @type {Record<string, any>} */
  const pdf = { pageType: Number(pageType || 0) };
  if (standard) pdf.standard = standard;
  for (const [name, value] of Object.entries({ title, author, subject, keyWords })) if (value) pdf[name] = value;
  // An archive that needs a password is none.
  if (password && !standard) pdf.password = password;
  return pdf;
}
