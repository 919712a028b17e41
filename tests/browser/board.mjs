// `node board.mjs URL ORDERS`: watch the board until so many orders have been seen and one was confirmed; prints where each was, as JSON.

import { opened, page } from "./browsing.mjs";

const [base, orders] = process.argv.slice(2);
const browser = await opened();
const been = {};
let problems;
try {
  const board = await page(browser, base);
  await board.evaluate(() => localStorage.setItem("orderbell-who", "support@shop.example"));
  await board.goto(`${base}/board`, { waitUntil: "networkidle2" });
  const end = Date.now() + 90000;
  const confirmed = (columns) => columns[0] === "column-PLACED" && columns[1] === "column-CONFIRMED";
  const enough = () => Object.keys(been).length >= Number(orders) && Object.values(been).some(confirmed);
  while (!enough() && Date.now() < end) {
    const cards = await board.evaluate(() =>
      [...document.querySelectorAll("#board li")].map((each) => [each.querySelector("a").textContent, each.parentElement.id]));
    for (const [number, column] of cards) {
      been[number] ??= [];
      if (been[number].at(-1) !== column) been[number].push(column);
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  problems = board.problems;
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify({ been, problems }));
