// What the viewer needs of a session: the public interface of the SDK, no more.
//
// Any object of this shape serves, so the elements can be tried without a service.

/**
 * A page in the buffer. `version` differs after each edit, `id` never.
 *
 * @typedef {object} ViewerImage
 * @property {string} id
 * @property {number} version
 * @property {number} widthPx
 * @property {number} heightPx
 * @property {string} pixelType
 * @property {number} bits
 * @property {readonly number[]} resolutionDpi
 * @property {readonly string[]} tags
 */

/** @typedef {{width?: number, height?: number}} ImageSize */

/**
 * The images of the open document in their order, and what can be done with them.
 * `visible` are the ids that the filter lets through; null is all. Dispatches `change`.
 *
 * @typedef {object} BufferMembers
 * @property {readonly ViewerImage[]} images
 * @property {string | null} current
 * @property {readonly string[]} selected
 * @property {readonly string[] | null} visible
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 * @property {(id: string) => Promise<unknown>} setCurrent
 * @property {(ids: string[]) => Promise<unknown>} select
 * @property {(ids: string[], at: number) => Promise<unknown>} move
 * @property {(ids: string[]) => Promise<unknown>} remove
 * @property {() => Promise<unknown>} undo
 * @property {() => Promise<unknown>} redo
 * @property {(id: string, rectangle?: any) => Promise<void>} copyToClipboard
 * @property {(id: string, rectangle?: any) => Promise<void>} cut
 * @property {(image: any, size?: any) => string} url
 */

/** @typedef {EventTarget & BufferMembers} ViewerBuffer */

/** @typedef {{kind: string, [member: string]: unknown}} ViewerEdit */

/** @typedef {{done: number, total: number | null}} Progress */

/**
 * How a call is cancelled, and how it tells how far it is.
 *
 * @typedef {object} WorkOptions
 * @property {AbortSignal} signal
 * @property {(progress: Progress) => void} onprogress
 */

/**
 * @typedef {object} EditMembers
 * @property {(ids: string[], edit: any, options?: any) => Promise<unknown>} apply
 * @property {(id: string, test?: any) => Promise<{isBlank: boolean, deviation?: number}>} measureBlank
 */

/**
 * `state` is `connected` while the service is there; without one it always is.
 *
 * @typedef {object} SessionMembers
 * @property {string} [state]
 * @property {ViewerBuffer} buffer
 * @property {EditMembers} edit
 */

/** @typedef {EventTarget & SessionMembers} ViewerSession */

/** @typedef {{x: number, y: number}} Point */

/** @typedef {{width: number, height: number}} Size */

/**
 * Pixels of a page; `right` and `bottom` no longer belong to it.
 *
 * @typedef {{left: number, top: number, right: number, bottom: number}} Area
 */

export {};
