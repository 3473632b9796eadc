// The tools of the editor: what each asks for, what it previews, which edit it makes.
//
// A tool without fields acts at once. The others open a panel; its values go by the names
// of the fields. Most make an edit; some have something else done, to one page alone.

import { adjusted, blackAndWhite } from './tones.js';

/** @typedef {import('./types.js').ViewerImage} ViewerImage */
/** @typedef {import('./types.js').ViewerEdit} ViewerEdit */
/** @typedef {import('./types.js').ViewerSession} ViewerSession */
/** @typedef {import('./types.js').WorkOptions} WorkOptions */
/** @typedef {import('./wording.js').Key} Key */
/** @typedef {import('./wording.js').Say} Say */
/** @typedef {Record<string, any>} FieldValues */

/**
 * @typedef {object} Field
 * @property {Key} name also of its label
 * @property {'number' | 'slider' | 'check' | 'colour' | 'choice'} kind
 * @property {any} value to begin with
 * @property {number} [min]
 * @property {number} [max]
 * @property {number | 'any'} [step]
 * @property {{value: string, label: Key}[]} [choices]
 * @property {(values: FieldValues) => boolean} [isOff] whether it has no meaning now
 */

/**
 * @typedef {object} Tool
 * @property {boolean} [draws] whether a rectangle is drawn on the page; with a field
 *   `fill`, it is seen filled
 * @property {(image: ViewerImage) => Field[]} [fields]
 * @property {(values: FieldValues, image: ViewerImage) => ViewerEdit} [edit]
 * @property {(session: ViewerSession, image: ViewerImage, values: FieldValues,
 *   options: WorkOptions) => Promise<Answer | void>} [act] instead of an edit
 * @property {boolean} [answers] the panel stays, and shows what `act` has found out
 * @property {(values: FieldValues) => {filter?: string, transform?: string}} [preview]
 * @property {(values: FieldValues, changed: string, image: ViewerImage) => FieldValues} [relate]
 *   what follows from a change of one field for the others
 */

/** What a tool has found out, in words of the viewer. @typedef {(text: Say) => string} Answer */

/** @param {number} angle @returns {Tool} */
const rotation = (angle) => ({ edit: () => ({ kind: 'rotate', angle }) });
/** @param {string} kind @returns {Tool} */
const plain = (kind) => ({ edit: () => ({ kind }) });

/** @param {ViewerImage} image @returns {Field[]} */
const areaFields = ({ widthPx, heightPx }) => {
  const inset = (/** @type {number} */ length) => Math.floor(length / 10);
  const [left, top] = [inset(widthPx), inset(heightPx)];
  return [
    { name: 'left', kind: 'number', value: left, min: 0, max: widthPx - 1, step: 1 },
    { name: 'top', kind: 'number', value: top, min: 0, max: heightPx - 1, step: 1 },
    { name: 'width', kind: 'number', value: widthPx - 2 * left, min: 1, max: widthPx, step: 1 },
    { name: 'height', kind: 'number', value: heightPx - 2 * top, min: 1, max: heightPx, step: 1 },
  ];
};

/** @param {FieldValues} values */
const areaOf = ({ left, top, width, height }) => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

/** @param {string} colour @returns {string} */
const fillOf = (colour) => colour.replace('#', '').toUpperCase();
/** @type {Field} */
const FILL = { name: 'fill', kind: 'colour', value: '#ffffff' };
/** @type {Field} */
const INTERPOLATION = {
  name: 'interpolation',
  kind: 'choice',
  value: '3',
  choices: [
    { value: '1', label: 'nearest' },
    { value: '2', label: 'bilinear' },
    { value: '3', label: 'bicubic' },
    { value: '5', label: 'best' },
  ],
};
/** @type {Field} */
const KEEP_SIZE = { name: 'keepSize', kind: 'check', value: false };

/** @param {FieldValues} values @returns {boolean} */
const isByBlocks = ({ method }) => method === 'blocks';
/** @param {ViewerImage} image */
const bitsPerPixel = ({ pixelType, bits }) => bits * (pixelType === 'colour' ? 3 : 1);

/** @satisfies {Partial<Record<Key, Tool>>} */
export const TOOLS = {
  rotateLeft: rotation(-90),
  rotateRight: rotation(90),
  rotateHalf: rotation(180),
  rotate: /** @type {Tool} */ ({
    fields: () => [
      { name: 'angle', kind: 'slider', value: 0, min: -180, max: 180, step: 0.1 },
      KEEP_SIZE,
      FILL,
      INTERPOLATION,
    ],
    edit: ({ angle, keepSize, fill, interpolation }) => ({
      kind: 'rotate',
      angle,
      keepSize,
      fill: fillOf(fill),
      interpolation: Number(interpolation),
    }),
    preview: ({ angle }) => ({ transform: `rotate(${angle}deg)` }),
  }),
  flip: plain('flip'),
  mirror: plain('mirror'),
  deskew: plain('deskew'),
  autoBorder: plain('autoBorder'),
  crop: /** @type {Tool} */ ({
    draws: true,
    fields: areaFields,
    edit: (values) => ({ kind: 'crop', ...areaOf(values) }),
  }),
  erase: /** @type {Tool} */ ({
    draws: true,
    fields: (image) => [...areaFields(image), FILL],
    edit: (values) => ({ kind: 'erase', ...areaOf(values), fill: fillOf(values['fill']) }),
  }),
  adjust: /** @type {Tool} */ ({
    fields: () => [
      { name: 'brightness', kind: 'slider', value: 0, min: -1000, max: 1000, step: 10 },
      { name: 'contrast', kind: 'slider', value: 0, min: -1000, max: 1000, step: 10 },
    ],
    edit: ({ brightness, contrast }) => ({ kind: 'adjust', brightness, contrast }),
    preview: ({ brightness, contrast }) => ({ filter: adjusted(brightness, contrast) }),
  }),
  gray: plain('gray'),
  blackAndWhite: /** @type {Tool} */ ({
    fields: () => [
      { name: 'automatic', kind: 'check', value: true },
      {
        name: 'threshold',
        kind: 'slider',
        value: 128,
        min: 0,
        max: 255,
        step: 1,
        isOff: ({ automatic }) => automatic,
      },
    ],
    edit: ({ automatic, threshold }) =>
      automatic ? { kind: 'blackAndWhite' } : { kind: 'blackAndWhite', threshold },
    preview: ({ automatic, threshold }) =>
      automatic ? {} : { filter: blackAndWhite(threshold) },
  }),
  invert: plain('invert'),
  setDepth: /** @type {Tool} */ ({
    fields: (image) => [
      {
        name: 'depth',
        kind: 'choice',
        value: String(bitsPerPixel(image)),
        choices: /** @type {const} */ ([1, 4, 8, 16, 24, 48]).map((bits) => ({
          value: String(bits),
          label: /** @type {const} */ (`depth${bits}`),
        })),
      },
    ],
    edit: ({ depth }) => ({ kind: 'setDepth', bitsPerPixel: Number(depth) }),
  }),
  setDpi: /** @type {Tool} */ ({
    fields: ({ resolutionDpi: [x, y] }) => [
      { name: 'dpiX', kind: 'number', value: x, min: 1, max: 10000, step: 1 },
      { name: 'dpiY', kind: 'number', value: y, min: 1, max: 10000, step: 1 },
      { name: 'resample', kind: 'check', value: false },
      { ...INTERPOLATION, isOff: ({ resample }) => !resample },
    ],
    edit: ({ dpiX, dpiY, resample, interpolation }) => {
      const how = resample ? { interpolation: Number(interpolation) } : {};
      return { kind: 'setDpi', x: dpiX, y: dpiY, resample, ...how };
    },
  }),
  resize: /** @type {Tool} */ ({
    fields: ({ widthPx, heightPx }) => [
      { name: 'width', kind: 'number', value: widthPx, min: 1, max: 100000, step: 1 },
      { name: 'height', kind: 'number', value: heightPx, min: 1, max: 100000, step: 1 },
      { name: 'keepRatio', kind: 'check', value: true },
      INTERPOLATION,
    ],
    edit: ({ width, height, interpolation }) => ({
      kind: 'resize',
      width,
      height,
      interpolation: Number(interpolation),
    }),
    relate: (values, changed, image) => ({ ...values, ...ratioKept(values, changed, image) }),
  }),
  setWidth: /** @type {Tool} */ ({
    fields: ({ widthPx }) => [
      { name: 'width', kind: 'number', value: widthPx, min: 1, max: 100000, step: 1 },
      FILL,
    ],
    edit: ({ width, fill }) => ({ kind: 'setWidth', width, fill: fillOf(fill) }),
  }),
  copyPage: /** @type {Tool} */ ({
    act: ({ buffer }, { id }) => buffer.copyToClipboard(id),
  }),
  cutPage: /** @type {Tool} */ ({
    act: ({ buffer }, { id }) => buffer.cut(id),
  }),
  copyArea: /** @type {Tool} */ ({
    draws: true,
    fields: areaFields,
    act: ({ buffer }, { id }, values) => buffer.copyToClipboard(id, areaOf(values)),
  }),
  cutArea: /** @type {Tool} */ ({
    draws: true,
    fields: areaFields,
    act: ({ buffer }, { id }, values) => buffer.cut(id, areaOf(values)),
  }),
  blank: /** @type {Tool} */ ({
    answers: true,
    fields: () => [
      {
        name: 'method',
        kind: 'choice',
        value: 'deviation',
        choices: [
          { value: 'deviation', label: 'byDeviation' },
          { value: 'blocks', label: 'byBlocks' },
        ],
      },
      { name: 'threshold', kind: 'number', value: 128, min: 0, max: 255, step: 1, isOff: isByBlocks },
      { name: 'maxStdDev', kind: 'number', value: 1, min: 0, max: 100, step: 'any', isOff: isByBlocks },
    ],
    act: async ({ edit }, { id }, { method, threshold, maxStdDev }, options) => {
      const test = method === 'blocks' ? { method } : { method, threshold, maxStdDev };
      const { isBlank, deviation } = await edit.measureBlank(id, { ...test, ...options });
      return (text) => {
        const verdict = text(isBlank ? 'isBlank' : 'isNotBlank');
        if (deviation === undefined) return verdict;
        return `${verdict} ${text('measured', { value: Number(deviation.toFixed(3)) })}`;
      };
    },
  }),
};

/** @typedef {keyof typeof TOOLS} ToolName */

/** @type {readonly (readonly ToolName[])[]} */
export const GROUPS = [
  ['rotateLeft', 'rotateRight', 'rotateHalf', 'rotate', 'flip', 'mirror'],
  ['crop', 'erase', 'deskew', 'autoBorder'],
  ['adjust', 'gray', 'blackAndWhite', 'invert'],
  ['setDepth', 'setDpi', 'resize', 'setWidth'],
  ['copyPage', 'copyArea', 'cutPage', 'cutArea'],
  ['blank'],
];

/**
 * @param {FieldValues} values
 * @param {string} changed
 * @param {ViewerImage} image
 */
function ratioKept(values, changed, { widthPx, heightPx }) {
  if (!values['keepRatio']) return {};
  const ratio = heightPx / widthPx;
  return changed === 'height'
    ? { width: Math.max(1, Math.round(values['height'] / ratio)) }
    : { height: Math.max(1, Math.round(values['width'] * ratio)) };
}
