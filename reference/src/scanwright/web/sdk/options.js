// The names of options: one that nobody reads is an error, so that a slip is not a surprise.
//
// Here the page is held to what this package knows. The service itself passes over names that
// it does not know, so that it gets on with pages that are newer than it is.

/** @typedef {import('./types.js').Edit} Edit */
/** @typedef {import('./types.js').CallOptions} CallOptions */
/**
 * @template T
 * @typedef {Readonly<Record<keyof T, true>>} Names All options of a type, and no others.
 */

/** @type {Names<CallOptions>} */
export const CALL = { signal: true, onprogress: true };

/** @type {Names<import('./types.js').ConnectOptions>} */
export const CONNECT = {
  ...{ signal: true, host: true, httpPort: true, httpsPort: true, secure: true, onreason: true },
  ...{ deadlineMs: true, storage: true, reconnect: true, prompt: true },
};

/** @type {Names<import('./types.js').PromptOptions>} */
export const PROMPT = {
  ...{ installers: true, command: true, texts: true, language: true, container: true, onreason: true },
};

/** @type {Names<import('./types.js').ScanParams>} */
const SCAN = {
  ...{ device: true, settings: true, at: true, tag: true, discardBlank: true, deskew: true, autoBorder: true },
};

/** @type {Names<import('./types.js').ScanWish>} */
const SETTINGS = {
  ...{ source: true, pixelType: true, bits: true, resolutionDpi: true, region: true },
  ...{ brightness: true, contrast: true, pageLimit: true },
};

/** @type {Names<import('./types.js').Region>} */
const REGION = { left: true, top: true, width: true, height: true };

/** @type {Names<import('./types.js').Rect>} */
export const RECT = { left: true, top: true, right: true, bottom: true };

/** @type {Names<import('./types.js').BufferOptions>} */
export const BUFFER = { insert: true, maximum: true, tag: true, diskCache: true };

/** @type {Names<import('./types.js').ImageForm>} */
export const FORM = { width: true, height: true, type: true };

/** @type {Names<import('./files.js').LoadOptions & CallOptions>} */
export const LOAD = { at: true, tag: true, password: true, resolutionDpi: true, replace: true, name: true, ...CALL };

/** @type {Names<import('./types.js').SaveOptions>} */
const SAVE = { type: true, quality: true, compression: true, tiffTags: true, pdf: true };

/** @type {Names<import('./types.js').SaveExtras & CallOptions>} */
export const EXTRAS = { name: true, append: true, ...CALL };

/** @type {Names<import('./types.js').PdfOptions>} */
const PDF = {
  ...{ version: true, standard: true, pageType: true, pageWidth: true, pageHeight: true, title: true },
  ...{ author: true, subject: true, keyWords: true, creator: true, producer: true, creationDate: true },
  ...{ modifiedDate: true, password: true },
};

const TIFF_TAG = { number: true, value: true, base64: true };

/** @type {Names<import('./types.js').BlankTest & CallOptions>} */
export const BLANK = {
  ...{ method: true, threshold: true, maxStdDev: true, minBlockHeight: true, maxBlockHeight: true, ...CALL },
};

/** @type {Names<import('./documents.js').Transfer>} */
export const TRANSFER = { from: true, images: true, at: true };

/** @type {Names<import('./upload.js').UploadOptions>} */
export const UPLOAD = {
  ...{ url: true, method: true, fileField: true, fields: true, headers: true, name: true, segmentBytes: true },
  ...{ resume: true, withCredentials: true, ...CALL },
};

/** What each edit takes. @type {Readonly<Record<Edit['kind'], Partial<Names<Edit>>>>} */
export const EDITS = {
  rotate: { kind: true, angle: true, keepSize: true, interpolation: true, fill: true },
  flip: { kind: true },
  mirror: { kind: true },
  crop: { kind: true, ...RECT },
  erase: { kind: true, ...RECT, fill: true },
  resize: { kind: true, width: true, height: true, interpolation: true },
  setWidth: { kind: true, width: true, fill: true },
  setDpi: { kind: true, x: true, y: true, resample: true, interpolation: true },
  setDepth: { kind: true, bitsPerPixel: true },
  gray: { kind: true },
  blackAndWhite: { kind: true, threshold: true },
  invert: { kind: true },
  adjust: { kind: true, brightness: true, contrast: true },
  deskew: { kind: true, fill: true },
  autoBorder: { kind: true },
};

/**
 * Refuses options that are not known.
 * @param {string} what Whose options they are; begins the message.
 * @param {unknown} options Undefined and null are none.
 * @param {object} known Its keys are the names.
 */
export function checkNames(what, options, known) {
  if (options === undefined || options === null) return;
  if (typeof options !== "object") throw new TypeError(`${what}: the options must be an object.`);
  const names = Object.keys(known);
  const wrong = Object.keys(options).filter((name) => !names.includes(name));
  if (wrong.length === 0) return;
  const knows = names.length ? `Known are ${names.join(", ")}` : "There are none";
  throw new TypeError(`${what}: there is no option ${wrong.join(", ")}. ${knows}.`);
}

/** @param {import('./types.js').ScanParams} params */
export function checkScan(params) {
  checkNames("scan()", params, SCAN);
  checkNames("settings", params?.settings, SETTINGS);
  checkNames("settings.region", params?.settings?.region, REGION);
}

/** @param {import('./types.js').SaveOptions} options */
export function checkSave(options) {
  checkNames("save()", options, SAVE);
  checkNames("pdf", options?.pdf, PDF);
  for (const tag of options?.tiffTags ?? []) checkNames("tiffTags", tag, TIFF_TAG);
}

/**
 * A kind of edit that is not known is for the service to refuse.
 * @param {Edit} edit
 */
export function checkEdit(edit) {
  const kind = edit?.kind;
  if (Object.hasOwn(EDITS, kind)) checkNames(kind, edit, EDITS[kind]);
}
