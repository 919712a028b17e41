// One order as its owner sees it, live: what was missed while the connection was gone is caught up with.

import { data, element, subscribe } from "/console/client.js";
import { follow } from "/console/follow.js";
import { choosePerson } from "/console/people.js";
import { ORDER, summary } from "/console/summary.js";
import { moment, standing, STEPS, steps, told } from "/console/words.js";

const at = (id) => document.getElementById(id);
const EVENT = "sequence previousSequence type status paymentStatus fulfillmentStatus occurredAt";
const FOLLOW = `subscription ($id: ID!, $token: String) { onOrderEvent(orderId: $id, token: $token) { ${EVENT} } }`;
const LOG = `query ($id: ID!, $after: Int!, $token: String) { orderEvents(orderId: $id, after: $after, asOwner: true, token: $token) {
  entries { event { ${EVENT} } } throughSequence hasMore } }`;
const id = decodeURIComponent(location.pathname.split("/")[2]);
const token = location.hash.slice(1) || null; // in the fragment, which no server sees
const SETTLE = 60; // milliseconds: events come in bursts, and one look at the order is enough for all of them
let stop = () => {}, looking;

begin(await choosePerson(at("who"), "ada@example.com", begin));

function say(text, kind = "quiet") {
  at("status").textContent = text;
  at("status").className = `lamp ${kind}`;
}

/** Follow as somebody; whoever was followed as before is followed no more. */
function begin(who) {
  stop();
  for (const id of ["timeline", "summary", "steps", "state"]) at(id).replaceChildren();
  stop = follow({ subscribe: (listener) => pushed(who, listener), page: (after) => page(who, after) }, {
    event: (event) => { add(event); look(who); },
    state: (state, reason) => {
      if (state === "live") say("Live.", "good");
      if (state === "lost") say(`Connection lost (${reason}); trying again ...`, "bad");
      if (state === "refused") say("There is no such order of yours: choose who you are, or bring its token after a #.", "bad");
    },
    rewound: (through) => say(`The order's log ends at ${through}: the server has lost what came after.`, "bad"),
  });
}

/** The subscription of the console's client, as the follower wants it. */
function pushed(who, listener) {
  let close = () => {}, over = false;
  subscribe(who, FOLLOW, { id, token }, {
    open: () => { look(who); listener.open(); },
    next: ({ data: told }) => listener.next(told?.onOrderEvent ?? null),
    refused: ({ errorType, message }) => (errorType === "NotFound" ? listener.refused(message) : listener.lost(message)),
    lost: listener.lost,
  }).then((closes) => {
    close = closes;
    if (over) close();
  }, (error) => listener.lost(error.message));
  return () => {
    over = true;
    close();
  };
}

function look(who) {
  clearTimeout(looking);
  looking = setTimeout(() => show(who).catch(() => {}), SETTLE); // where it fails the timeline still stands, and the next event asks again
}

async function show(who) {
  const { order } = await data(who, ORDER, { id, token });
  if (!order) return;
  at("number").textContent = order.number;
  document.title = `Order ${order.number}`;
  at("summary").replaceChildren(...summary(order));
}

async function page(who, after) {
  const { orderEvents: found } = await data(who, LOG, { id, after, token });
  return found && { after, events: found.entries.map(({ event }) => event), through: found.throughSequence, more: found.hasMore };
}

function add(event) {
  at("state").textContent = standing(event);
  at("state").dataset.status = event.status;
  const done = steps(event);
  at("steps").replaceChildren(...(done ? STEPS : []).map((name, index) =>
    element("li", { class: index < done ? "done" : "", "aria-current": index === done - 1 && "step" }, name)));
  at("timeline").append(element("li", { "data-sequence": event.sequence, "data-type": event.type },
    element("strong", {}, told(event.type)), " ",
    element("time", { class: "quiet", datetime: event.occurredAt }, moment(event.occurredAt))));
}
