// What the tests ask of the shop beside its pages.

const SHIP_TO = '{name: "Ada", line1: "1 Bell Lane", city: "London", country: "GB"}';

export const SKU = "{ products(first: 20) { nodes { variants { sku } } } }";
export const PLACE = `mutation ($sku: String!, $key: String!) { placeOrder(input: {idempotencyKey: $key, paymentTerms: ON_ACCOUNT,
  lines: [{sku: $sku, quantity: 1}], shippingAddress: ${SHIP_TO}}) { order { id number } userErrors { message } } }`;
export const CONFIRM = "mutation ($id: ID!) { confirmOrder(input: {orderId: $id}) { order { status } userErrors { message } } }";
export const HOLD = "mutation ($id: ID!) { holdOrder(input: {orderId: $id}) { order { status } userErrors { message } } }";
export const RELEASE = "mutation ($id: ID!) { releaseOrder(input: {orderId: $id}) { order { status } userErrors { message } } }";
export const CANCEL = "mutation ($id: ID!) { cancelOrder(input: {orderId: $id}) { order { status } userErrors { message } } }";
