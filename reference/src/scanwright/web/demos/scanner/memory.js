// What this tab held and used, remembered over a reload: only who knows what there was
// can say what was lost.

const MARK = "scanwright.demo.pages";
const SCANNER = "scanwright.demo.scanner";

/** Notes how many pages there are, in all documents. @param {{documents: readonly {count: number}[]}} buffer */
export function remember({ documents }) {
  const count = documents.reduce((sum, each) => sum + each.count, 0);
  stored((storage) => storage.setItem(MARK, String(count)));
}

/**
 * How many pages there were before the reload that are not here any more.
 * @param {string} outcome How the session began: with `unknown` the service has forgotten
 *   them, with `elsewhere` another tab holds them.
 */
export function forgotten(outcome) {
  if (outcome !== "unknown" && outcome !== "elsewhere") return 0;
  return Number(stored((storage) => storage.getItem(MARK)) ?? 0) || 0;
}

/** Notes which scanner was chosen. @param {string} device */
export function rememberScanner(device) {
  stored((storage) => storage.setItem(SCANNER, device));
}

/** The scanner that was chosen before the reload. */
export function rememberedScanner() {
  return stored((storage) => storage.getItem(SCANNER));
}

/** @template T @param {(storage: Storage) => T} access @returns {T | null} Null where a browser has no storage. */
function stored(access) {
  try {
    return access(sessionStorage);
  } catch {
    return null;
  }
}
