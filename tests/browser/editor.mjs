// `node editor.mjs URL [FOLDER]`: write a document as a person would, by keyboard alone; prints what the field did, as JSON.

import { opened, page, shows } from "./browsing.mjs";

const [base, folder] = process.argv.slice(2);
const browser = await opened();
const seen = {};
try {
  const console_ = await page(browser, base);
  const inside = (what, timeout = 20000) => console_.waitForFunction(
    (selector) => [...document.querySelector("graphql-editor").shadowRoot.querySelectorAll(selector)].map((each) => each.innerText).join("\n"),
    { timeout, polling: 100 }, what).then((found) => found.jsonValue());
  const value = () => console_.$eval("#query", (each) => each.value);
  const write = async (text) => {
    await console_.$eval("#query", (each) => { each.value = ""; each.focus(); });
    await console_.keyboard.type(text);
  };
  const together = async (held, pressed) => {
    await console_.keyboard.down(held);
    await console_.keyboard.press(pressed);
    await console_.keyboard.up(held);
  };
  const chosen = () => console_.evaluate(() => document.querySelector("graphql-editor").shadowRoot
    .querySelector("[aria-selected] .cm-completionLabel")?.textContent ?? null);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 150)); // a key that comes sooner after a change is not taken for the list
  const complete = async (wanted) => {
    for (let tries = 0; tries < 100 && !(await value()).includes(wanted); tries += 1) {
      const label = await chosen();
      await pause();
      if (label === null) await together("Control", "Space");
      else if (label === await chosen()) await console_.keyboard.press(label === wanted ? "Enter" : "ArrowDown");
    }
  };
  await shows(console_, "#fields", "Query.");

  await write("{ produc");
  await complete("products");
  await console_.keyboard.type("(first: 1) { nodes { tit");
  await complete("title");
  seen.completed = await value();

  await console_.keyboard.press("F1");
  seen.lookedUp = [await console_.$eval("#find", (each) => each.value), await console_.$eval("#fields details[open] summary", (each) => each.textContent)];

  await together("Control", "Enter");
  await shows(console_, "#status", "Answered");
  seen.result = JSON.parse(await console_.$eval("#result", (each) => each.textContent));
  seen.afterRunning = await value();

  await write("{ prodacts { nodes { title");
  await inside(".cm-lintRange-error, .cm-lint-marker-error");
  await console_.keyboard.press("Escape");
  await console_.keyboard.press("Tab");
  seen.left = await console_.evaluate(() => document.activeElement.id);
  await console_.hover("#query");
  const wrong = await console_.evaluateHandle(() => document.querySelector("graphql-editor").shadowRoot.querySelector(".cm-lintRange-error"));
  await wrong.hover();
  seen.wrong = await inside(".cm-tooltip-lint");
  if (folder) await console_.screenshot({ path: `${folder}/editor.png` });
  seen.name = await console_.evaluate(() => document.querySelector("graphql-editor").shadowRoot.querySelector("[role=textbox]").getAttribute("aria-label"));
  seen.problems = console_.problems;
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(seen));
