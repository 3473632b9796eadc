// What the editor has the service do: one call after the other, shown, and stopped.
//
// The stop button cancels the call that is under way, and those that wait. It is always
// there, so that nobody loses the focus when the work ends.

import { make } from './dom.js';
import { enable, iconButton } from './toolbar.js';

/** @typedef {import('./element.js').ViewerElement} ViewerElement */
/** @typedef {import('./types.js').Progress} Progress */
/** @typedef {import('./types.js').WorkOptions} WorkOptions */

export class Work {
  /** @type {Promise<void>} */
  #queue = Promise.resolve();
  #waiting = 0;
  #end = new AbortController();
  #stop = make('button');
  #progress = make('progress');
  #host;
  #busy;

  /**
   * @param {ViewerElement} host speaks for the work
   * @param {(isBusy: boolean) => void} busy told when work begins and ends
   */
  constructor(host, busy) {
    this.#host = host;
    this.#busy = busy;
  }

  /** The stop button, and how far the work is; anew, in the language of the host. */
  build() {
    this.#stop = iconButton('stop', this.#host.text('stop'), () => this.#end.abort());
    this.#progress = make('progress', { 'aria-label': this.#host.text('tools') });
    return [this.#stop, this.#progress];
  }

  /** Tell again whether work goes on. */
  show() {
    enable(this.#stop, this.#waiting > 0);
    this.#busy(this.#waiting > 0);
  }

  /**
   * Do something after what was asked for before.
   *
   * @param {(options: WorkOptions) => Promise<unknown>} call
   * @param {string} tool what it is called
   * @param {string} said when it is done, unless the call has words of its own
   */
  add(call, tool, said) {
    this.#waiting += 1;
    if (this.#end.signal.aborted) this.#end = new AbortController();
    const { signal } = this.#end;
    this.#queue = this.#queue
      .then(() => this.#begin(call, tool, signal))
      .then(
        (found) => this.#succeed(typeof found === 'string' ? found : said),
        (error) => this.#fail(error, tool, signal),
      )
      .finally(() => {
        this.#waiting -= 1;
        this.show();
      });
    this.show();
  }

  /**
   * @param {(options: WorkOptions) => Promise<unknown>} call
   * @param {string} tool
   * @param {AbortSignal} signal
   */
  #begin(call, tool, signal) {
    signal.throwIfAborted();
    const words = this.#host.text('working', { tool });
    this.#host.announce(words);
    this.#progress.setAttribute('aria-label', words);
    this.#progress.removeAttribute('value');
    return call({ signal, onprogress: (progress) => this.#showProgress(progress) });
  }

  /** @param {Progress} progress */
  #showProgress({ done, total }) {
    if (!total) return;
    this.#progress.max = total;
    this.#progress.value = done;
  }

  /** @param {string} words */
  #succeed(words) {
    this.#host.trouble(undefined);
    this.#host.announce(words);
  }

  /**
   * @param {unknown} error
   * @param {string} tool
   * @param {AbortSignal} signal
   */
  #fail(error, tool, signal) {
    if (signal.aborted) return this.#host.announce(this.#host.text('stopped', { tool }));
    this.#host.announce('');
    return this.#host.trouble(error);
  }
}
