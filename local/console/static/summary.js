// What an order consists of: lines, sums, parcels and where they go.

import { element } from "/console/client.js";
import { moment, money, plainly } from "/console/words.js";

export const ORDER = `query ($id: ID!, $token: String) { order(id: $id, token: $token) {
  number paymentStatus
  lines { title quantity cancelledQuantity subtotal { amount currency } }
  totals { discount { amount currency } shipping { amount currency } tax { amount currency } total { amount currency } refunded { amount currency } }
  shippingAddress { name line1 line2 postalCode city country }
  fulfillments { status carrier trackingNumber shippedAt deliveredAt } } }`;

/** The order as elements for its panel. */
export const summary = (order) => [bill(order), ...parcels(order.fulfillments), ...address(order.shippingAddress)];

function bill({ lines, totals, paymentStatus }) {
  const row = (kind, name, sum, more = "") =>
    element("tr", { class: kind }, element("th", { scope: "row" }, name, element("span", { class: "quiet" }, more)), element("td", {}, money(sum)));
  const some = (name, sum) => (Number(sum.amount) ? [row("part", name, sum)] : []);
  const count = (line) => ` × ${line.quantity}${line.cancelledQuantity ? `, ${line.cancelledQuantity} cancelled` : ""}`;
  return element("table", { class: "bill" },
    element("tbody", {}, ...lines.map((line) => row("line", line.title, line.subtotal, count(line)))),
    element("tbody", {},
      ...some("Discount", totals.discount), ...some("Shipping", totals.shipping), ...some("Tax", totals.tax),
      row("sum", "Total", totals.total, ` ${plainly(paymentStatus)}`), ...some("Refunded", totals.refunded)));
}

function parcels(fulfillments) {
  const sent = fulfillments.filter(({ shippedAt }) => shippedAt);
  if (!sent.length) return [];
  const by = (each) => [each.carrier, each.trackingNumber].filter(Boolean).join(" ");
  return [element("h3", {}, sent.length === 1 ? "Parcel" : "Parcels"), element("ul", { class: "plain" }, ...sent.map((each) =>
    element("li", {}, `${plainly(each.status)}, ${moment(each.deliveredAt ?? each.shippedAt)} `, element("span", { class: "quiet" }, by(each)))))];
}

function address(to) {
  if (!to) return [];
  const lines = [to.name, to.line1, to.line2, [to.postalCode, to.city].filter(Boolean).join(" "), to.country];
  return [element("h3", {}, "Goes to"), element("address", {}, lines.filter(Boolean).join("\n"))];
}
