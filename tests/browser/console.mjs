// `node console.mjs URL [FOLDER]`: use the console as a person would; prints what was seen as JSON, and takes pictures for FOLDER.

import { ask, opened, page, shows } from "./browsing.mjs";
import { CANCEL, CONFIRM, HOLD, PLACE, RELEASE, SKU } from "./documents.mjs";

const [base, folder] = process.argv.slice(2);
const ADA = "ada@example.com", SUPPORT = "support@shop.example";
const seen = {};
const ready = async (page, name) =>
  page.select("#ready", await page.$eval("#ready", (each, wanted) => [...each.options].find(({ text }) => text === wanted).value, name));
const browser = await opened();
try {
  const console_ = await page(browser, base);
  await console_.click("#run");
  await shows(console_, "#status", "Answered");
  await shows(console_, "#calls", "Query.products");
  seen.query = JSON.parse(await console_.$eval("#result", (each) => each.textContent));
  seen.calls = await console_.$$eval("#calls summary", (all) => all.map((each) => each.textContent));
  seen.event = await console_.$eval("#calls pre", (each) => each.textContent);
  await console_.type("#find", "placeorder");
  await shows(console_, "#fields", "Mutation.placeOrder");
  if (folder) await console_.screenshot({ path: `${folder}/console.png` });

  await console_.select("#who", "support@shop.example");
  await console_.$eval("#query", (each) => { each.value = "subscription { onStaffOrderEvents(statuses: [PLACED]) { type } }"; });
  await console_.click("#run");
  await shows(console_, "#status", "Subscribed");
  const sku = (await ask(console_, "", SKU)).nodes[0].variants[0].sku;
  const place = async () =>
    (await ask(console_, ADA, PLACE, { sku, key: `browser-${Date.now()}-${Math.random().toString(36).slice(2, 8)}` })).order;
  const order = await place();
  await shows(console_, "#result", "ORDER_PLACED");
  seen.subscription = JSON.parse((await console_.$eval("#result", (each) => each.textContent)).split("\n\n")[0]);
  await console_.click("#stop");

  await ready(console_, "PlaceOrder");
  seen.sku = JSON.parse(await console_.$eval("#variables", (each) => each.value)).sku;
  await console_.$eval("#variables", (each, wanted) => { each.value = JSON.stringify({ ...JSON.parse(each.value), sku: wanted }); }, sku);
  await console_.click("#run");
  await shows(console_, "#follow", "Follow this order");
  seen.follow = { who: await console_.$eval("#who", (each) => each.value), href: await console_.$eval("#follow a", (each) => each.getAttribute("href")) };
  await ready(console_, "ConfirmOrder");
  await console_.click("#run");
  await shows(console_, "#result", "CONFIRMED");

  await console_.select("#who", "system");
  await console_.$eval("#query", (each, id) => { each.value = `mutation { endOrderSubscriptions(input: {orderId: "${id}"}) { orderId } }`; }, order.id);
  await console_.click("#run");
  await shows(console_, "#result", "endOrderSubscriptions");
  seen.system = JSON.parse(await console_.$eval("#result", (each) => each.textContent));
  seen.systemOrder = order.id;

  await console_.evaluate((who) => localStorage.setItem("orderbell-who", who), ADA);
  const live = await page(browser, `${base}/orders/${order.id}`);
  await shows(live, "#timeline", "Order placed");
  await shows(live, "#status", "Live");
  await ask(console_, SUPPORT, HOLD, { id: order.id });
  await live.waitForSelector("#state[data-status=ON_HOLD]");
  await live.cut(true);
  await shows(live, "#status", "trying again");
  await ask(console_, SUPPORT, RELEASE, { id: order.id });
  await ask(console_, SUPPORT, CONFIRM, { id: order.id });
  await live.cut(false);
  await live.waitForSelector("#state[data-status=CONFIRMED]", { timeout: 30000 });
  await shows(live, "#number", order.number);
  seen.order = await live.evaluate(() => ({
    state: document.querySelector("#state").textContent, summary: document.querySelector("#summary").innerText,
    steps: [...document.querySelectorAll("#steps li")].map((each) => [each.textContent, each.className, each.getAttribute("aria-current")]),
  }));
  if (folder) await live.screenshot({ path: `${folder}/order.png` });
  seen.timeline = await live.$$eval("#timeline strong", (all) => all.map((each) => each.textContent));
  seen.sequences = await live.$$eval("#timeline li", (all) => all.map((each) => Number(each.dataset.sequence)));

  await console_.evaluate((who) => localStorage.setItem("orderbell-who", who), SUPPORT);
  const board = await page(browser, `${base}/board`);
  await shows(board, "#status", "Live");
  await shows(board, "#column-CONFIRMED", order.number);
  const another = await place();
  await shows(board, "#column-PLACED", another.number);
  await board.cut(true);
  await shows(board, "#status", "Not connected");
  await ask(console_, ADA, CANCEL, { id: another.id });
  await board.cut(false);
  await shows(board, "#column-CANCELLED", another.number, 30000);
  if (folder) await board.screenshot({ path: `${folder}/board.png` });
  seen.columns = await board.$$eval("#board li", (all) => all.map((each) => [each.parentElement.id, each.querySelector("a").textContent]));
  seen.numbers = { confirmed: order.number, cancelled: another.number };

  seen.names = await console_.$$eval("select, textarea, input", (all) => all.map((each) => each.labels?.length ?? 0));
  seen.problems = [console_, live, board].flatMap((each) => each.problems);
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(seen));
