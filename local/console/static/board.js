// Every order in the column of its status; it moves as events arrive. After a lost connection the list is loaded again.

import { data, element, subscribe } from "/console/client.js";
import { pause } from "/console/follow.js";
import { choosePerson } from "/console/people.js";
import { moment, money, plainly } from "/console/words.js";

const at = (id) => document.getElementById(id);
const COLUMNS = ["PLACED", "ON_HOLD", "CONFIRMED", "COMPLETED", "CANCELLED"];
const LIST = `query ($filter: OrdersFilter!) { orders(first: 30, filter: $filter) {
  nodes { id number status paymentStatus fulfillmentStatus placedAt units total { amount currency } version } } }`;
const FOLLOW = `subscription ($statuses: [OrderStatus!]) { onStaffOrderEvents(statuses: $statuses) { orderId sequence status type paymentStatus fulfillmentStatus } }`;
const ONE = "query ($id: ID!) { order(id: $id) { id number status paymentStatus fulfillmentStatus placedAt version lines { quantity } totals { total { amount currency } } } }";
const cards = new Map();
const lists = new Map();
let session = 0;

for (const status of COLUMNS) {
  const list = element("ul", { id: `column-${status}`, "aria-labelledby": `head-${status}` });
  lists.set(status, list);
  const head = element("h2", { id: `head-${status}` }, plainly(status), element("span", { class: "count", id: `count-${status}` }, "0"));
  at("board").append(element("section", { class: "lane" }, head, list));
}
begin(await choosePerson(at("who"), "support@shop.example", begin));

function say(text, kind = "quiet") {
  at("status").textContent = text;
  at("status").className = `lamp ${kind}`;
}

async function begin(who) {
  const mine = ++session;
  for (let failures = 0; mine === session; failures += 1) {
    const reason = await live(who, () => { failures = 0; }, () => mine === session).catch((error) => error.message);
    if (mine !== session) return;
    say(`Not connected (${reason}); trying again ...`, "bad");
    await new Promise((done) => setTimeout(done, pause(failures, Math.random())));
  }
}

/** Subscribe, then load: what happens in between comes by both ways, and the later version stays. Answers why it ended. */
function live(who, stood, current) {
  return new Promise((over, failed) => {
    let close = () => {};
    const end = (reason) => { close(); over(reason); };
    subscribe(who, FOLLOW, { statuses: COLUMNS }, {
      open: () => load(who).then(() => { stood(); say(`Live, as ${who || "a guest"}.`, "good"); }, (error) => end(error.message)),
      next: ({ data: told }) => (current() ? told?.onStaffOrderEvents && moved(who, told.onStaffOrderEvents) : end("somebody else looks")),
      refused: (error) => end(`${error.errorType}: ${error.message}`),
      lost: end,
    }).then((closes) => { close = closes; }, failed);
  });
}

/** Open work is listed whole, what has ended by the day. */
function filterOf(status) {
  const ended = ["COMPLETED", "CANCELLED"].includes(status);
  const hence = (hours) => new Date(Date.now() + hours * 3600 * 1000).toISOString();
  return ended ? { status, placedAfter: hence(-24), placedBefore: hence(1) } : { status };
}

async function load(who) {
  const found = await Promise.all(COLUMNS.map((status) => data(who, LIST, { filter: filterOf(status) })));
  for (const { orders } of found) for (const node of orders.nodes.reverse()) put({ ...node, sum: node.total }, node.version, false);
}

async function moved(who, event) {
  const known = cards.get(event.orderId);
  if (known) return put({ ...known.order, ...states(event) }, event.sequence, true);
  const { order } = await data(who, ONE, { id: event.orderId });
  if (!order) return;
  const units = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  put({ ...order, units, sum: order.totals.total }, order.version, true);
}

const states = ({ status, paymentStatus, fulfillmentStatus }) => ({ status, paymentStatus, fulfillmentStatus });

function put(order, version, isNews) {
  const known = cards.get(order.id);
  if (known && known.version > version) return;
  known?.card.remove();
  const list = lists.get(order.status);
  if (!list) return cards.delete(order.id);
  const card = element("li", { class: isNews ? "card moved" : "card", "data-order": order.id },
    element("div", { class: "between" }, element("a", { href: `/orders/${order.id}` }, order.number), element("strong", {}, money(order.sum))),
    element("div", { class: "between quiet" },
      element("span", {}, `${order.units} ${order.units === 1 ? "unit" : "units"}`), element("time", { datetime: order.placedAt }, moment(order.placedAt))),
    element("div", { class: "row" }, ...[order.paymentStatus, order.fulfillmentStatus].map(badge)));
  list.prepend(card);
  cards.set(order.id, { order, version, card });
  while (list.children.length > 60) { cards.delete(list.lastChild.dataset.order); list.lastChild.remove(); }
  for (const [status, { children }] of lists) at(`count-${status}`).textContent = children.length;
}

function badge(value) {
  const kind = { PAID: "good", DELIVERED: "good", FAILED: "bad", ACTION_REQUIRED: "bad" }[value] ?? "quiet";
  return element("span", { class: `badge ${kind}` }, plainly(value));
}
