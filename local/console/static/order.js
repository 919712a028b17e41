// One order as its owner sees it, live: what was missed while the connection was gone is caught up with.

import { data, element, subscribe } from "/console/client.js";
import { Following, pause } from "/console/following.js";
import { choosePerson } from "/console/people.js";

const at = (id) => document.getElementById(id);
const EVENT = "sequence previousSequence type status paymentStatus fulfillmentStatus occurredAt";
const FOLLOW = `subscription ($id: ID!, $token: String) { onOrderEvent(orderId: $id, token: $token) { ${EVENT} } }`;
const LOG = `query ($id: ID!, $after: Int!, $token: String) { orderEvents(orderId: $id, after: $after, asOwner: true, token: $token) {
  entries { event { ${EVENT} } } throughSequence hasMore } }`;
const HEAD = "query ($id: ID!, $token: String) { order(id: $id, token: $token) { number totals { total { amount currency } } } }";
const id = decodeURIComponent(location.pathname.split("/")[2]);
const token = location.hash.slice(1) || null; // in the fragment, which no server sees
let session = 0;

begin(await choosePerson(at("who"), "ada@example.com", begin));

function say(text, kind = "quiet") {
  at("status").textContent = text;
  at("status").className = kind;
}

async function begin(who) {
  const mine = ++session; // whoever was followed as before is followed no more
  at("timeline").replaceChildren();
  const following = new Following();
  for (let failures = 0; mine === session; failures += 1) {
    try {
      const { order } = await data(who, HEAD, { id, token });
      if (!order) return say("There is no such order of yours: choose who you are, or bring its token after a #.", "bad");
      at("number").textContent = order.number;
      at("total").textContent = `${order.totals.total.amount} ${order.totals.total.currency}`;
      const reason = await connected(who, following, () => { failures = 0; }, () => mine === session);
      say(`Connection lost (${reason}); trying again ...`, "bad");
    } catch (error) {
      say(`${error.message}; trying again ...`, "bad");
    }
    following.lost();
    await new Promise((done) => setTimeout(done, pause(failures, Math.random())));
  }
}

/** Follow until the connection is gone; answers why. */
function connected(who, following, stood, current) {
  return new Promise((over, failed) => {
    let timer, close = () => {};
    const ended = (reason) => { clearTimeout(timer); close(); over(reason); };
    const carryOut = (actions) => {
      for (const { show, ask, check, rewound } of actions) {
        if (!current()) return ended("somebody else follows");
        if (show) add(show);
        if (check) { clearTimeout(timer); timer = setTimeout(() => carryOut(following.due()), check); }
        if (rewound != null) say(`The order's log ends at ${rewound}: the server has lost what came after.`, "bad");
        if (ask != null) page(who, ask).then((found) => { stood(); carryOut(following.page(found)); }, (error) => ended(error.message));
      }
    };
    subscribe(who, FOLLOW, { id, token }, {
      open: () => { say("Live.", "good"); carryOut(following.connected()); },
      next: ({ data: told }) => carryOut(told?.onOrderEvent ? following.frame(told.onOrderEvent) : following.due()),
      refused: (error) => ended(`${error.errorType}: ${error.message}`),
      lost: ended,
    }).then((closes) => { close = closes; }, failed);
  });
}

async function page(who, after) {
  const { orderEvents: found } = await data(who, LOG, { id, after, token });
  return { after, events: found.entries.map(({ event }) => event), through: found.throughSequence, more: found.hasMore };
}

function add(event) {
  at("state").textContent = [event.status, event.paymentStatus, event.fulfillmentStatus].join(" · ");
  const words = event.type.toLowerCase().replaceAll("_", " ");
  at("timeline").append(element("li", { "data-sequence": event.sequence },
    element("strong", {}, words), " ",
    element("time", { class: "quiet", datetime: event.occurredAt }, new Date(event.occurredAt).toLocaleTimeString())));
}
