// A wish that is sent while it changes: one call at a time, and only the last counts.
//
// Whoever holds an arrow key down asks for thirty pages a second. Each is shown at once;
// the service is told the one that is wanted when it has answered the one before.

/**
 * @template T
 */
export class Latest {
  /** @type {{value: T} | null} */
  #next = null;
  /** @type {{value: T} | null} */
  #sent = null;
  #send;
  #settled;

  /**
   * @param {(value: T) => Promise<unknown>} send
   * @param {(error: unknown) => void} settled told when nothing is pending any more,
   *   with the error of the last call or undefined
   */
  constructor(send, settled) {
    this.#send = send;
    this.#settled = settled;
  }

  /**
   * What was asked for last and is not answered; else what it really is.
   *
   * @param {T} real
   * @returns {T}
   */
  over(real) {
    const pending = this.#next ?? this.#sent;
    return pending === null ? real : pending.value;
  }

  /** @param {T} value */
  want(value) {
    this.#next = { value };
    if (this.#sent === null) void this.#run();
  }

  async #run() {
    let error;
    while (this.#next !== null) {
      this.#sent = this.#next;
      this.#next = null;
      error = await this.#send(this.#sent.value).then(
        () => undefined,
        (reason) => reason,
      );
    }
    this.#sent = null;
    this.#settled(error);
  }
}
