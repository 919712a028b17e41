/**
 * Follows one order with nothing missed and nothing doubled: through frames that are lost, repeated or out of order, and
 * through connections that end. No dependencies: take it along, with sources.ts for Amplify, Apollo or nothing but a browser.
 * docs/clients.md has examples.
 *
 * Push is a hint, the log is the truth. Each event names the one before it that its reader may see; a gap is filled from
 * the log.
 */
/** An event right after the acknowledgement may be lost: by then (ms) the log is asked once more. */
export const MOMENT = 1_000;
/** Nothing else shows that the last event of all was lost: the log is asked so often (ms). */
export const QUIET = 30_000;
/** A subscription that is not acknowledged by then (ms) is begun anew. */
export const PATIENCE = 20_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;
/** Milliseconds before connecting again, after so many failures in a row; `drawn` is from 0 to 1: full jitter. */
export function pause(failures, drawn) {
    return drawn * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 16));
}
/** The rule itself, without a socket or a clock: how far one reader has come in one order. `last` survives every connection. */
export class Following {
    last;
    asking = false;
    again = false;
    constructor(last = 0) {
        this.last = last;
    }
    /** The subscription is acknowledged: what happened before it is in the log. */
    connected() {
        return [...this.ask(), { check: MOMENT }];
    }
    /** The time of a check has come. */
    due() {
        return [...this.ask(), { check: QUIET }];
    }
    /** An event was pushed: it is shown if it is the next one, dropped if it is known; else the gap is filled. */
    frame(event) {
        if (event.sequence <= this.last)
            return [];
        if (event.previousSequence > this.last)
            return this.ask();
        this.last = event.sequence;
        return [{ show: event }];
    }
    /** The log has answered; frames may have been quicker with some of it. */
    page({ after, events, through, more }) {
        if (through < after) {
            this.last = through;
            return [{ rewound: through }, ...this.answered()];
        }
        const fresh = events.filter((event) => event.sequence > this.last).map((event) => ({ show: event }));
        this.last = Math.max(this.last, through);
        return more ? [...fresh, { ask: through }] : [...fresh, ...this.answered()];
    }
    /** The connection is gone, and with it the answer that was waited for. */
    lost() {
        this.asking = this.again = false;
    }
    ask() {
        if (this.asking) {
            this.again = true;
            return [];
        }
        this.asking = true;
        return [{ ask: this.last }];
    }
    answered() {
        const again = this.again;
        this.asking = this.again = false;
        return again ? this.ask() : [];
    }
}
/** Follow from after a sequence until the answer is called. It connects again by itself. */
export function follow(source, told, { after = 0, random = Math.random } = {}) {
    const following = new Following(after);
    let failures = 0;
    let waiting;
    let connection;
    const connect = () => {
        told.state?.("connecting", "");
        const stands = () => { failures = 0; };
        connection = new Connection(source, following, told, stands, (state, reason) => {
            following.lost();
            told.state?.(state, reason);
            if (state === "lost")
                waiting = setTimeout(connect, pause(failures++, random()));
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
class Connection {
    isOver = false;
    timer;
    close = () => { };
    source;
    following;
    told;
    stands;
    over;
    constructor(source, following, told, stands, over) {
        this.source = source;
        this.following = following;
        this.told = told;
        this.stands = stands;
        this.over = over;
    }
    begin() {
        this.later(PATIENCE, () => this.fail("lost", "the subscription was not acknowledged"));
        const close = this.source.subscribe({
            open: () => this.opened(),
            next: (event) => this.pushed(event),
            lost: (reason) => this.fail("lost", reason),
            refused: (reason) => this.fail("refused", reason),
        });
        if (this.isOver)
            close();
        else
            this.close = close;
    }
    end() {
        this.isOver = true;
        clearTimeout(this.timer);
        this.close();
    }
    fail(state, reason) {
        if (this.isOver)
            return;
        this.end();
        this.over(state, reason);
    }
    opened() {
        if (this.isOver)
            return;
        this.told.state?.("live", "");
        this.carryOut(this.following.connected());
    }
    pushed(event) {
        if (!this.isOver)
            this.carryOut(event ? this.following.frame(event) : this.following.due());
    }
    answered(page) {
        if (this.isOver)
            return;
        this.stands();
        if (page)
            this.carryOut(this.following.page(page));
        else
            this.fail("refused", "there is no such order");
    }
    carryOut(actions) {
        for (const action of actions) {
            if (this.isOver)
                return;
            if ("show" in action)
                this.told.event(action.show);
            else if ("ask" in action)
                this.ask(action.ask);
            else if ("check" in action)
                this.later(action.check, () => this.carryOut(this.following.due()));
            else
                this.told.rewound?.(action.rewound);
        }
    }
    ask(after) {
        this.source.page(after).then((page) => this.answered(page), (error) => this.fail("lost", error instanceof Error ? error.message : String(error)));
    }
    later(milliseconds, work) {
        clearTimeout(this.timer);
        this.timer = setTimeout(work, milliseconds);
    }
}
