// The rule for following one order with nothing missed and nothing doubled (docs/clients.md). No socket, no clock.

export const MOMENT = 1000, QUIET = 30000, FIRST_PAUSE = 250, LONGEST_PAUSE = 10000;

/** How far one caller has come in one order. Each method answers what to do next: show, ask, check or rewound. */
export class Following {
  constructor(last = 0) {
    this.last = last;
    this.asking = this.again = false;
  }

  /** The subscription is acknowledged: what happened before it is in the log. */
  connected() { return [...this.#ask(), { check: MOMENT }]; }

  /** The time of a check has come. */
  due() { return [...this.#ask(), { check: QUIET }]; }

  /** An event was pushed: show it if it is the next one, drop it if it is known, else fill the gap. */
  frame(event) {
    if (event.sequence <= this.last) return [];
    if (event.previousSequence > this.last) return this.#ask();
    this.last = event.sequence;
    return [{ show: event }];
  }

  /** The log has answered a query after `after`; frames may have been quicker with some of it. */
  page({ after, events, through, more }) {
    if (through < after) {
      this.last = through;
      return [{ rewound: through }, ...this.#answered()];
    }
    const fresh = events.filter((event) => event.sequence > this.last).map((event) => ({ show: event }));
    this.last = Math.max(this.last, through);
    return more ? [...fresh, { ask: through }] : [...fresh, ...this.#answered()];
  }

  /** The connection is gone, and with it the answer that was waited for. */
  lost() { this.asking = this.again = false; }

  #ask() {
    if (this.asking) {
      this.again = true;
      return [];
    }
    this.asking = true;
    return [{ ask: this.last }];
  }

  #answered() {
    const again = this.again;
    this.asking = this.again = false;
    return again ? this.#ask() : [];
  }
}

/** Milliseconds before connecting again, after so many failures in a row: full jitter. */
export const pause = (attempt, drawn) => drawn * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(attempt, 16));
