// How the pages say what an order is: sums, moments, and the sentences for its events and states.

/** A sum as people of this browser's language write it. */
export const money = ({ amount, currency }) => new Intl.NumberFormat(undefined, { style: "currency", currency }).format(amount);

/** The time of a day, and the day where it is not today. */
export function moment(text) {
  const when = new Date(text);
  const day = when.toDateString() === new Date().toDateString() ? {} : { day: "numeric", month: "short" };
  return when.toLocaleString(undefined, { ...day, hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** A value of an enum as words: ON_HOLD is "on hold". */
export const plainly = (value) => value.toLowerCase().replaceAll("_", " ");

const EVENTS = {
  ORDER_PLACED: "Order placed",
  ORDER_CONFIRMED: "Confirmed by the shop",
  ORDER_REJECTED: "The shop could not take it",
  ORDER_HELD: "Put on hold",
  ORDER_RELEASED: "No longer on hold",
  ORDER_LINES_CANCELLED: "Part of it cancelled",
  ORDER_CANCELLED: "Cancelled",
  ORDER_COMPLETED: "Everything has arrived",
  ORDER_EXPIRED: "Not paid in time",
  PAYMENT_PENDING: "Your bank is looking at the payment",
  PAYMENT_ACTION_REQUIRED: "Your bank wants you to confirm the payment",
  PAYMENT_AUTHORIZED: "Payment authorised",
  PAYMENT_CAPTURED: "Paid",
  PAYMENT_FAILED: "The payment failed",
  PAYMENT_VOIDED: "The payment was given up",
  REFUND_REQUESTED: "A refund is on its way",
  REFUND_SUCCEEDED: "Refunded",
  FULFILLMENT_PACKED: "A parcel is packed",
  FULFILLMENT_SHIPPED: "A parcel is on its way",
  FULFILLMENT_DELIVERED: "A parcel has arrived",
  FULFILLMENT_FAILED: "A parcel could not be delivered",
  FULFILLMENT_RETURNED: "A parcel came back",
};

/** What happened, in a sentence. */
export const told = (type) => EVENTS[type] ?? plainly(type).replace(/^./, (first) => first.toUpperCase());

const ENDED = {
  CANCELLED: "Your order was cancelled.",
  REJECTED: "The shop could not take your order.",
  EXPIRED: "Your order was not paid in time.",
};
const MOVING = {
  PARTIALLY_SHIPPED: "Part of it is on its way.",
  SHIPPED: "It is on its way.",
  PARTIALLY_DELIVERED: "Part of it has arrived.",
  DELIVERED: "It has arrived.",
  IN_PROGRESS: "We are packing it.",
};

/** Where an order stands, in a sentence. */
export function standing({ status, fulfillmentStatus }) {
  if (ENDED[status]) return ENDED[status];
  if (status === "COMPLETED") return "It has arrived. Thank you!";
  if (status === "ON_HOLD") return "Your order is on hold.";
  if (status === "PLACED") return "We have your order.";
  return MOVING[fulfillmentStatus] ?? "Your order is confirmed.";
}

export const STEPS = ["Placed", "Confirmed", "On its way", "Arrived"];

/** How many of STEPS an order has behind it; 0 where it will not go on. */
export function steps({ status, fulfillmentStatus }) {
  if (ENDED[status]) return 0;
  if (status === "COMPLETED" || fulfillmentStatus === "DELIVERED") return 4;
  if (/SHIPPED|DELIVERED/.test(fulfillmentStatus)) return 3;
  return status === "PLACED" ? 1 : 2;
}
