"""What the stories ask: GraphQL documents, each checked against the schema by a test."""

ERRORS = "userErrors { __typename code message path }"
MONEY = "{ amount currency }"

CREATE_PRODUCT = f"""mutation ($sku: String!, $title: String!, $price: String!) {{ createProduct(input: {{title: $title,
  category: "Gifts", published: true, variants: [{{sku: $sku, price: {{amount: $price, currency: "GBP"}}}}]}}) {{
  product {{ id slug }} {ERRORS} }} }}"""
RECEIVE = f"""mutation ($sku: String!, $units: Int!, $key: String!) {{ adjustStock(input: {{sku: $sku, delta: $units,
  reason: RECEIVED, idempotencyKey: $key}}) {{ {ERRORS} }} }}"""
STOCK = "query ($sku: String!) { stockLevel(sku: $sku) { onHand available reserved } }"

CART = "cart { id status version problems { code message } totals { total { amount } } }"
CREATE_CART = f"""mutation ($lines: [CartLineInput!]!) {{ createCart(input: {{lines: $lines}}) {{ {CART} {ERRORS} }} }}"""
CONTACT = f"""mutation ($cart: ID!, $email: String!, $name: String!) {{ setCartContact(input: {{cartId: $cart,
  contact: {{email: $email, name: $name}}}}) {{ {CART} {ERRORS} }} }}"""
ADDRESS = f"""mutation ($cart: ID!, $address: AddressInput!) {{ setCartAddress(input: {{cartId: $cart,
  shippingAddress: $address}}) {{ {CART} {ERRORS} }} }}"""
SHIPPING = f"""mutation ($cart: ID!) {{ setCartShipping(input: {{cartId: $cart}}) {{ {CART} {ERRORS} }} }}"""

ORDER = """order { id number version status paymentStatus fulfillmentStatus lines { id sku }
  payments { id status nextActionUrl retryable } fulfillments { id status carrierStatus } }"""
PLACE_CART = f"""mutation ($cart: ID!, $key: String!, $method: String!) {{ placeOrder(input: {{cartId: $cart,
  idempotencyKey: $key, paymentTerms: PREPAID, payment: {{method: $method}}}}) {{ replayed orderToken {ORDER} {ERRORS} }} }}"""
PLACE = f"""mutation ($key: String!, $lines: [OrderLineInput!]!, $address: AddressInput!, $contact: ContactInput!, $method: String!) {{
  placeOrder(input: {{idempotencyKey: $key, lines: $lines, shippingAddress: $address, contact: $contact, paymentTerms: PREPAID,
  payment: {{method: $method}}}}) {{ replayed {ORDER} {ERRORS} }} }}"""
CONFIRM = f"mutation ($id: ID!) {{ confirmOrder(input: {{orderId: $id}}) {{ {ORDER} {ERRORS} }} }}"
CANCEL = f"""mutation ($id: ID!, $key: String!) {{ cancelOrder(input: {{orderId: $id, idempotencyKey: $key}}) {{ {ORDER} {ERRORS} }} }}"""
CANCEL_PREVIEW = f"""query ($id: ID!) {{ cancelPreview(input: {{orderId: $id}}) {{ preview {{ status holdReleased {{ amount }}
  refundDue {{ amount }} stockReleased {{ sku quantity }} totals {{ balance {{ amount }} }} }} {ERRORS} }} }}"""
RETRY = f"""mutation ($id: ID!, $key: String!, $method: String!) {{ retryPayment(input: {{orderId: $id, idempotencyKey: $key,
  method: $method}}) {{ {ORDER} {ERRORS} }} }}"""

PACK_UNITS = f"""mutation ($id: ID!, $lines: [LineQuantityInput!]) {{ createFulfillment(input: {{orderId: $id, lines: $lines}}) {{
  {ORDER} {ERRORS} }} }}"""
PACKED = f"""mutation ($id: ID!, $parcel: ID!) {{ packFulfillment(input: {{orderId: $id, fulfillmentId: $parcel}}) {{ {ORDER} {ERRORS} }} }}"""
SHIP = f"""mutation ($id: ID!, $parcel: ID!, $carrier: String!, $number: String!) {{ shipFulfillment(input: {{orderId: $id,
  fulfillmentId: $parcel, carrier: $carrier, trackingNumber: $number}}) {{ {ORDER} {ERRORS} }} }}"""
CAPTURE = f"""mutation ($id: ID!, $key: String!) {{ capturePayment(input: {{orderId: $id, idempotencyKey: $key}}) {{ {ORDER} {ERRORS} }} }}"""
REFUND_PREVIEW = f"""query ($id: ID!, $key: String!, $lines: [LineQuantityInput!]) {{ refundPreview(input: {{orderId: $id,
  idempotencyKey: $key, lines: $lines, reason: "DAMAGED"}}) {{ preview {{ amount {{ amount }} totals {{ refunded {{ amount }} balance {{ amount }} }} }} {ERRORS} }} }}"""
REFUND = f"""mutation ($id: ID!, $key: String!, $lines: [LineQuantityInput!]) {{ refundOrder(input: {{orderId: $id,
  idempotencyKey: $key, lines: $lines, reason: "DAMAGED"}}) {{ {ORDER} {ERRORS} }} }}"""

TIMELINE = """query ($id: ID!, $token: String) { orderEvents(orderId: $id, token: $token) {
  entries { event { sequence previousSequence type } } } }"""
BALANCE = f"""query ($id: ID!, $token: String) {{ order(id: $id, token: $token) {{ totals {{ total {MONEY} captured {MONEY}
  refunded {MONEY} balance {MONEY} }} }} }}"""
STATE = """query ($id: ID!, $token: String) { order(id: $id, token: $token) { status paymentStatus fulfillmentStatus
  payments { id status } } }"""
PARCELS = "query ($id: ID!, $token: String) { order(id: $id, token: $token) { fulfillments { status carrierStatus } } }"
FOLLOW = """subscription ($id: ID!, $token: String) { onOrderEvent(orderId: $id, token: $token) { sequence type } }"""
ACTION = "query ($id: ID!, $token: String) { order(id: $id, token: $token) { payments { nextActionUrl } } }"

CREATE_UPLOAD = f"""mutation ($id: ID!) {{ createImageUpload(input: {{productId: $id, type: JPEG}}) {{
  upload {{ url fields {{ name value }} }} {ERRORS} }} }}"""
PICTURES = "query ($id: ID!) { product(id: $id) { pictures { size url width height } } }"
