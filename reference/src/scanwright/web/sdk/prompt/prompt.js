// The install prompt: stays beside the user until the service is reached, or is given up.
//
// It looks for the service by itself, gently, so that nobody has to load the page again.

import { ConnectError } from "../errors.js";
import { checkNames, PROMPT } from "../options.js";
import { delayAfter, pauseUntilWanted } from "../patience.js";
import { askPermission } from "../probes.js";
import { LASTING } from "./content.js";
import { Dialog } from "./dialog.js";
import { askPlatform } from "./platform.js";
import { chooseLanguage, textsIn } from "./texts/index.js";

/** @typedef {import('../types.js').Problem} Problem */

const PACE = { firstMs: 1000, factor: 1.25, mostMs: 3000 };
const FOREVER_MS = 2 ** 31 - 1;

/**
 * @template T
 * @typedef {(extras: {signal: AbortSignal, onreason: (reason: import('../types.js').Reason,
 *   problem: Problem) => void}) => Promise<T>} Attempt
 */

export class InstallPrompt {
  #options;
  /** @type {Dialog | null} */
  #dialog = null;
  /** Counts what has been closed. */
  #showing = 0;
  /** Ends the wait for the next attempt. */
  #wake = new AbortController();
  /** @type {(() => void) | null} */
  #ondismiss = null;

  /** @param {import('../types.js').PromptOptions} [options] */
  constructor(options = {}) {
    checkNames("InstallPrompt", options, PROMPT);
    this.#options = options;
  }

  get isOpen() {
    return this.#dialog !== null;
  }

  /**
   * Shows what is in the way, and what to do about it.
   * @param {Problem} problem
   */
  async show(problem) {
    const showing = this.#showing;
    const platform = await askPlatform();
    if (showing !== this.#showing) return; // closed in the meantime
    this.#dialog ??= this.#makeDialog(platform);
    this.#dialog.show(problem);
    this.#options.onreason?.(problem.reason, problem);
  }

  /** Takes the dialog away. */
  close() {
    this.#showing += 1;
    this.#dialog?.remove();
    this.#dialog = null;
  }

  /**
   * Makes attempts until one succeeds; shows in between why they do not.
   * @template T
   * @param {Attempt<T>} attempt
   * @param {{signal?: AbortSignal, onreason?: (reason: import('../types.js').Reason,
   *   problem: Problem) => void}} [options]
   * @returns {Promise<T>} Rejects with ConnectError when the user closes the dialog, and
   *   with whatever an attempt throws that is no ConnectError.
   */
  async accompany(attempt, { signal, onreason } = {}) {
    const dismissed = new AbortController();
    const ends = signal ? AbortSignal.any([signal, dismissed.signal]) : dismissed.signal;
    /** @type {Problem | null} */
    let last = null;
    this.#ondismiss = () => dismissed.abort();
    const present = async (/** @type {Problem} */ problem) => {
      last = problem;
      onreason?.(problem.reason, problem);
      await this.show(problem);
    };
    try {
      for (let failures = 0; ; failures++) {
        const failure = await tried(attempt({ signal: ends, onreason: (_, problem) => void present(problem) }));
        if ("result" in failure) return failure.result;
        if (dismissed.signal.aborted && last) throw new ConnectError(last, { cause: failure.error });
        signal?.throwIfAborted();
        if (!(failure.error instanceof ConnectError)) throw failure.error;
        await present(failure.error);
        await this.#waitAfter(failure.error.reason, failures, ends);
      }
    } finally {
      this.#ondismiss = null;
      this.close();
    }
  }

  /** @param {import('./platform.js').Platform} platform */
  #makeDialog(platform) {
    const { installers = "dist/", command, texts, container = document.body } = this.#options;
    const language = this.#options.language ?? chooseLanguage(navigator.languages);
    return new Dialog({
      texts: textsIn(language, texts),
      language,
      platform,
      installers,
      command,
      container,
      onreconnect: () => this.#wake.abort(),
      onclose: () => this.#dismiss(),
    });
  }

  #dismiss() {
    this.close();
    this.#ondismiss?.();
  }

  /**
   * @param {import('../types.js').Reason} reason
   * @param {number} failures
   * @param {AbortSignal} signal
   */
  async #waitAfter(reason, failures, signal) {
    const wasWoken = this.#wake.signal.aborted;
    if (wasWoken && this.#dialog) this.#dialog.say(this.#words().stillNot);
    this.#wake = new AbortController();
    const { signal: wake } = this.#wake;
    const heard = new AbortController();
    const permission = await askPermission();
    permission?.addEventListener("change", () => this.#wake.abort(), { signal: heard.signal });
    const ms = LASTING.has(reason) ? FOREVER_MS : delayAfter(failures, PACE);
    await pauseUntilWanted(ms, { signal, wake, whileHidden: false }).catch(() => {});
    heard.abort();
  }

  #words() {
    const language = this.#options.language ?? chooseLanguage(navigator.languages);
    return textsIn(language, this.#options.texts);
  }
}

/**
 * @template T
 * @param {Promise<T>} attempt
 * @returns {Promise<{result: T} | {error: unknown}>}
 */
async function tried(attempt) {
  try {
    return { result: await attempt };
  } catch (error) {
    return { error };
  }
}
