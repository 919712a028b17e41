"""What the journey asks."""

PRODUCTS = "query Products { products(first: 50) { nodes { variants { sku } } } }"
PLACE = """mutation PlaceOrder($key: String!, $sku: String!) {
  placeOrder(input: {
    idempotencyKey: $key, lines: [{sku: $sku, quantity: 2}], note: "smoke test"
    shippingAddress: {name: "Smoke Test", line1: "1 Bell Lane", city: "London", postalCode: "N1 1AA", country: "GB"}
  }) { replayed order { id status version } userErrors { __typename code message } }
}"""
ORDER = "query Order($id: ID!) { order(id: $id) { id } }"
FOLLOW = """subscription OnOrderEvent($id: ID!) {
  onOrderEvent(orderId: $id) { orderId sequence previousSequence type status }
}"""
FOLLOW_MINE = """subscription OnMyOrderEvents {
  onMyOrderEvents { orderId sequence previousSequence type status }
}"""
FOLLOW_AS_STAFF = """subscription OnStaffOrderEvents {
  onStaffOrderEvents(types: [ORDER_CONFIRMED]) { orderId sequence previousSequence type status }
}"""
CONFIRM = """mutation Confirm($id: ID!) {
  confirmOrder(input: {orderId: $id}) { order { status } userErrors { code message } }
}"""
CANCEL = """mutation Cancel($id: ID!) {
  cancelOrder(input: {orderId: $id}) { order { status } userErrors { code message } }
}"""
EVENTS = """query OrderEvents($id: ID!) {
  orderEvents(orderId: $id, after: 0) { throughSequence hasMore entries { event { sequence previousSequence type status } } }
}"""
