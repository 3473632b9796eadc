// Where the service is looked for, and what can be said about such an address.

/** Subprotocol of the channel. */
export const SUBPROTOCOL = "scanwright.page.1";

/** Protocols that this package speaks. */
export const PROTOCOLS = Object.freeze([1]);

const HTTP_TO_MANAGER = 3;

/** This module where a service serves it; others keep it wherever they like. */
const OWN_ADDRESS = /^(https?):\/\/([^/]+):(\d+)\/sdk\/address\.js$/;

/** @typedef {{httpPort: number, httpsPort: number}} Ports */

/** @type {Ports} */
const PORTS = Object.freeze({ httpPort: 18622, httpsPort: 18623 });

/**
 * @typedef {object} Place
 * @property {string} host
 * @property {number} httpPort
 * @property {number} httpsPort
 * @property {boolean} secure
 */

/**
 * Settles what the options leave open; the page decides whether TLS is used. Without any port
 * they are those of the service that this package came from, if it came from one.
 * @param {import('./types.js').DiagnoseOptions} options
 * @param {string} pageScheme As of `location.protocol`.
 * @param {Ports} [ports] What is not named.
 * @returns {Place}
 */
export function placeOf(options, pageScheme, ports = portsFrom(import.meta.url, globalThis.location?.origin)) {
  const isNamed = options.host !== undefined || options.httpPort !== undefined || options.httpsPort !== undefined;
  const { httpPort: http, httpsPort: https } = isNamed ? PORTS : ports;
  const { host = "127.0.0.1", httpPort = http, httpsPort = https } = options;
  for (const port of [httpPort, httpsPort]) {
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new RangeError(`${port} is no port.`);
    }
  }
  return { host, httpPort, httpsPort, secure: options.secure ?? pageScheme === "https:" };
}

/**
 * The ports of the service that a module was served from; those that services have unless told
 * otherwise, when it came from elsewhere.
 *
 * The page's own server may be on this machine as well, with a copy of this package: that one is
 * no service.
 * @param {string} module The address of this module.
 * @param {string | undefined} page The origin of the page.
 * @returns {Ports}
 */
export function portsFrom(module, page) {
  const [, scheme, host, text] = OWN_ADDRESS.exec(module ?? "") ?? [];
  const port = Number(text);
  if (!host || !isLoopback(host) || page === `${scheme}://${host}:${text}`) return PORTS;
  return scheme === "https" ? { httpPort: port - 1, httpsPort: port } : { httpPort: port, httpsPort: port + 1 };
}

/** @param {Place} place @param {boolean} secure */
export function originOf(place, secure) {
  const host = place.host.includes(":") ? `[${place.host}]` : place.host;
  return secure ? `https://${host}:${place.httpsPort}` : `http://${host}:${place.httpPort}`;
}

/** @param {Place} place */
export function channelOf(place) {
  return `${originOf(place, place.secure).replace(/^http/, "ws")}/channel`;
}

/** Where the manager lies: three ports above the service. @param {Place} place */
export function managerOf(place) {
  return originOf({ ...place, httpPort: place.httpPort + HTTP_TO_MANAGER }, false);
}

/**
 * Whether browsers hold the name for this machine without looking it up.
 * @param {string} host
 */
export function isLoopback(host) {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  return /^(127(\.\d{1,3}){3}|::1|localhost|.+\.localhost)$/.test(name);
}
