// A headless Chromium that needs no root, and pages whose WebSockets can be cut.

import chromium from "@sparticuz/chromium";
import puppeteer from "puppeteer-core";

export const opened = async () =>
  puppeteer.launch({
    args: [...chromium.args, "--force-color-profile=srgb"],
    executablePath: await chromium.executablePath(),
    headless: "shell",
    defaultViewport: { width: 1360, height: 850 },
  });

/** A page that fails on any error of its scripts or policy; `page.cut(true)` ends its WebSockets and lets none be opened. */
export async function page(browser, url) {
  const made = await browser.newPage();
  made.problems = [];
  made.on("pageerror", (error) => made.problems.push(String(error)));
  made.on("console", (message) => {
    if (message.type() === "error" && !/WebSocket|ERR_|status of/.test(message.text())) made.problems.push(message.text());
  });
  await made.evaluateOnNewDocument(() => {
    const Real = window.WebSocket;
    const sockets = new Set();
    let down = false;
    window.WebSocket = class extends Real {
      constructor(...given) {
        if (down) throw new Error("cut");
        super(...given);
        sockets.add(this);
      }
    };
    window.cut = (wanted) => {
      down = wanted;
      if (down) for (const each of sockets) each.close();
    };
  });
  await made.goto(url, { waitUntil: "networkidle2" });
  made.cut = (wanted) => made.evaluate((is) => window.cut(is), wanted);
  return made;
}

/** Wait until the page shows a text in an element. */
export const shows = (page, selector, text, timeout = 20000) =>
  page.waitForFunction((where, what) => document.querySelector(where)?.innerText.includes(what), { timeout }, selector, text);

/** A query or mutation by the page's own client: the one field's answer. */
export const ask = (page, who, query, variables = {}) =>
  page.evaluate(async (...given) => {
    const { data } = await import("/console/client.js");
    return Object.values(await data(...given))[0];
  }, who, query, variables);
