// What can go wrong, and whose fault it is.
//
//   ScanwrightError
//   ├── ConnectError       the service cannot be reached: `reason` says why
//   ├── DisconnectedError  the connection went away during a call
//   ├── CallError          the service refused a call: `code`, `data`
//   └── TransferError      an upload or a download failed: `status`
//
// What somebody cancelled rejects with the reason of its AbortSignal, an AbortError.

/** @type {Readonly<Record<import('./types.js').Reason, string>>} */
const MESSAGES = Object.freeze({
  "not-installed": "The Scanwright service was not found on this machine: install it.",
  "not-running": "The Scanwright service is not running: start it.",
  "permission-denied": "The browser does not let this page reach local services: allow it.",
  "permission-pending": "The browser is asking whether this page may reach local services.",
  "insecure-page": "Browsers let only secure pages reach local services: serve the page by https.",
  certificate: "The browser does not trust the certificate of the Scanwright service.",
  "mixed-content": "The service does not answer by https, and this browser tries nothing else.",
  "origin-refused": "The Scanwright service does not serve this site: its owner may allow it.",
  "content-security-policy": "The page's Content-Security-Policy forbids to reach the service.",
  "service-too-old": "The Scanwright service is older than this page needs: update it.",
  "service-too-new": "The Scanwright service is newer than this page understands.",
  "port-taken": "Something else answers where the Scanwright service is expected.",
  busy: "The Scanwright service does not answer in time.",
});

/** The root of all errors of this package. */
export class ScanwrightError extends Error {
  /**
   * What is known beside the message; of `files.load` and `scan`, `images` that have come.
   * @type {unknown}
   */
  data = undefined;

  /** @override */
  get name() {
    return this.constructor.name;
  }
}

/** The service cannot be reached. */
export class ConnectError extends ScanwrightError {
  /** @param {import('./types.js').Problem} problem @param {ErrorOptions} [options] */
  constructor({ reason, candidates, detail }, options) {
    super(MESSAGES[reason], options);
    this.reason = reason;
    this.candidates = candidates;
    this.detail = detail;
  }
}

/** The connection ended; whether the call was carried out is not known. */
export class DisconnectedError extends ScanwrightError {
  /** @param {string} reason @param {number | null} [code] That the WebSocket was closed with. */
  constructor(reason, code = null) {
    super(`The connection to the service has ended: ${reason}.`);
    this.reason = reason;
    this.code = code;
  }
}

/** The service answered a call with an error. */
export class CallError extends ScanwrightError {
  /** @param {string} method @param {number} code @param {string} message @param {unknown} [data] */
  constructor(method, code, message, data) {
    super(message);
    this.method = method;
    this.code = code;
    this.data = data;
  }
}

/** An upload or a download failed; `status` is that of HTTP, 0 when nobody answered. */
export class TransferError extends ScanwrightError {
  /** @param {string} message @param {number} status @param {string} [body] @param {ErrorOptions} [options] */
  constructor(message, status, body = "", options) {
    super(message, options);
    this.status = status;
    this.body = body;
  }
}
