/**
 * Follows one order with nothing missed and nothing doubled: through frames that are lost, repeated or out of order, and
 * through connections that end. No dependencies: take it along, with sources.ts for Amplify, Apollo or nothing but a browser.
 * docs/clients.md has examples.
 *
 * Push is a hint, the log is the truth. Each event names the one before it that its reader may see; a gap is filled from
 * the log.
 */

/** What the rule needs of an event; what else you select comes with it. */
export interface OrderEvent {
  sequence: number;
  previousSequence: number;
}

/** An answer of `orderEvents(after:)`: complete for its reader up to `through`. */
export interface Page<E> {
  after: number;
  events: E[];
  through: number;
  more: boolean;
}

/** What to do next: show an event, ask the log after a sequence, call `due` after milliseconds, or take note of a shorter log. */
export type Action<E> = { show: E } | { ask: number } | { check: number } | { rewound: number };

/** An event right after the acknowledgement may be lost: by then (ms) the log is asked once more. */
export const MOMENT = 1_000;
/** Nothing else shows that the last event of all was lost: the log is asked so often (ms). */
export const QUIET = 30_000;
/** A subscription that is not acknowledged by then (ms) is begun anew. */
export const PATIENCE = 20_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;

/** Milliseconds before connecting again, after so many failures in a row; `drawn` is from 0 to 1: full jitter. */
export function pause(failures: number, drawn: number): number {
  return drawn * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 16));
}

/** The rule itself, without a socket or a clock: how far one reader has come in one order. `last` survives every connection. */
export class Following<E extends OrderEvent> {
  last: number;
  private asking = false;
  private again = false;

  constructor(last = 0) {
    this.last = last;
  }

  /** The subscription is acknowledged: what happened before it is in the log. */
  connected(): Action<E>[] {
    return [...this.ask(), { check: MOMENT }];
  }

  /** The time of a check has come. */
  due(): Action<E>[] {
    return [...this.ask(), { check: QUIET }];
  }

  /** An event was pushed: it is shown if it is the next one, dropped if it is known; else the gap is filled. */
  frame(event: E): Action<E>[] {
    if (event.sequence <= this.last) return [];
    if (event.previousSequence > this.last) return this.ask();
    this.last = event.sequence;
    return [{ show: event }];
  }

  /** The log has answered; frames may have been quicker with some of it. */
  page({ after, events, through, more }: Page<E>): Action<E>[] {
    if (through < after) {
      this.last = through;
      return [{ rewound: through }, ...this.answered()];
    }
    const fresh = events.filter((event) => event.sequence > this.last).map((event) => ({ show: event }));
    this.last = Math.max(this.last, through);
    return more ? [...fresh, { ask: through }] : [...fresh, ...this.answered()];
  }

  /** The connection is gone, and with it the answer that was waited for. */
  lost(): void {
    this.asking = this.again = false;
  }

  private ask(): Action<E>[] {
    if (this.asking) {
      this.again = true;
      return [];
    }
    this.asking = true;
    return [{ ask: this.last }];
  }

  private answered(): Action<E>[] {
    const again = this.again;
    this.asking = this.again = false;
    return again ? this.ask() : [];
  }
}

/** What a source tells of its subscription. */
export interface Listener<E> {
  /** It is acknowledged; said again when the source itself has subscribed anew. */
  open(): void;
  /** Something was pushed; null where it carried no event. */
  next(event: E | null): void;
  /** It is over: another one will be asked for. */
  lost(reason: string): void;
  /** There is no such order of this reader's: nothing more is asked for. */
  refused(reason: string): void;
}

/** Where an order's events come from: `overWebSocket`, `overAmplify`, `overApollo`, or your own. */
export interface Source<E extends OrderEvent> {
  /** Subscribe to the order; answers what ends the subscription. */
  subscribe(listener: Listener<E>): () => void;
  /** Ask the log after a sequence; null where there is no such order of this reader's. Rejects where it could not be had. */
  page(after: number): Promise<Page<E> | null>;
}

export type State = "connecting" | "live" | "lost" | "refused";

/** Whom the follower tells. None of these may throw. */
export interface Told<E> {
  /** The next event of the order's history, each once and in order. */
  event(event: E): void;
  state?(state: State, reason: string): void;
  /** The log ends before what was shown (a server lost its state): it is followed from there on. */
  rewound?(through: number): void;
}

/** Follow from after a sequence until the answer is called. It connects again by itself. */
export function follow<E extends OrderEvent>(
  source: Source<E>, told: Told<E>, { after = 0, random = Math.random }: { after?: number; random?: () => number } = {},
): () => void {
  const following = new Following<E>(after);
  let failures = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let connection: Connection<E>;

  const connect = (): void => {
    told.state?.("connecting", "");
    const stands = (): void => { failures = 0; };
    connection = new Connection(source, following, told, stands, (state, reason) => {
      following.lost();
      told.state?.(state, reason);
      if (state === "lost") waiting = setTimeout(connect, pause(failures++, random()));
    });
    connection.begin();
  };
  connect();
  return () => {
    clearTimeout(waiting);
    connection.end();
  };
}

/** One subscription, from its beginning until it is over; what comes after that is not heard. */
class Connection<E extends OrderEvent> {
  private isOver = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private close = (): void => {};
  private source: Source<E>;
  private following: Following<E>;
  private told: Told<E>;
  private stands: () => void;
  private over: (state: "lost" | "refused", reason: string) => void;

  constructor(
    source: Source<E>, following: Following<E>, told: Told<E>,
    stands: () => void, over: (state: "lost" | "refused", reason: string) => void,
  ) {
    this.source = source;
    this.following = following;
    this.told = told;
    this.stands = stands;
    this.over = over;
  }

  begin(): void {
    this.later(PATIENCE, () => this.fail("lost", "the subscription was not acknowledged"));
    const close = this.source.subscribe({
      open: () => this.opened(),
      next: (event) => this.pushed(event),
      lost: (reason) => this.fail("lost", reason),
      refused: (reason) => this.fail("refused", reason),
    });
    if (this.isOver) close();
    else this.close = close;
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.close();
  }

  private fail(state: "lost" | "refused", reason: string): void {
    if (this.isOver) return;
    this.end();
    this.over(state, reason);
  }

  private opened(): void {
    if (this.isOver) return;
    this.told.state?.("live", "");
    this.carryOut(this.following.connected());
  }

  private pushed(event: E | null): void {
    if (!this.isOver) this.carryOut(event ? this.following.frame(event) : this.following.due());
  }

  private answered(page: Page<E> | null): void {
    if (this.isOver) return;
    this.stands();
    if (page) this.carryOut(this.following.page(page));
    else this.fail("refused", "there is no such order");
  }

  private carryOut(actions: Action<E>[]): void {
    for (const action of actions) {
      if (this.isOver) return;
      if ("show" in action) this.told.event(action.show);
      else if ("ask" in action) this.ask(action.ask);
      else if ("check" in action) this.later(action.check, () => this.carryOut(this.following.due()));
      else this.told.rewound?.(action.rewound);
    }
  }

  private ask(after: number): void {
    this.source.page(after).then(
      (page) => this.answered(page),
      (error) => this.fail("lost", error instanceof Error ? error.message : String(error)),
    );
  }

  private later(milliseconds: number, work: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(work, milliseconds);
  }
}
