// Scanners: to find them, to hold one, to scan.

import { CALL, checkNames, checkScan } from "./options.js";

/** @typedef {import('./types.js').CallOptions} CallOptions */

export class Scanners {
  #call;

  /** @param {import('./session.js').Call} call */
  constructor(call) {
    this.#call = call;
  }

  /**
   * @param {{types?: number} & CallOptions} [options] A mask of device types.
   * @returns {Promise<readonly import('./types.js').Scanner[]>}
   */
  async list({ types, ...options } = {}) {
    checkNames("list()", options, { types: true, ...CALL });
    return (await this.#call("scanner.list", { types }, options)).scanners;
  }

  /**
   * Opens a scanner and holds it, until it is closed or has scanned.
   * @param {string | {device: string}} [scanner] Default: the default scanner.
   * @param {CallOptions} [options]
   * @returns {Promise<import('./types.js').OpenScanner>}
   */
  async open(scanner, options) {
    const device = typeof scanner === "object" ? scanner?.device : scanner;
    if (scanner && typeof device !== "string") throw new TypeError("open() takes a scanner of list(), or its device.");
    return this.#call("scanner.open", { device }, options);
  }

  /** @param {CallOptions} [options] */
  async close(options) {
    await this.#call("scanner.close", {}, options);
  }

  /**
   * Scans until the source is empty. Pages appear in the buffer as they come; after a
   * fault, `error.data.images` are those that came before it. The nearest resolution that
   * the scanner has is used, and as much of the region as it sees.
   * @param {import('./types.js').ScanParams} [params]
   * @param {CallOptions} [options]
   * @returns {Promise<import('./types.js').ScanResult>}
   */
  async scan(params = {}, options) {
    checkScan(params);
    return this.#call("scan.start", params, options);
  }
}
