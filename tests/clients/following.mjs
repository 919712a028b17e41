// Carries out calls of the front ends' rule, a JSON list a line, and answers what it says to do: to compare with Python's.

import { createInterface } from "node:readline";
import { Following } from "../../docs/clients/follow.ts";

let following = new Following();
for await (const line of createInterface({ input: process.stdin })) {
  const [name, given] = JSON.parse(line);
  if (name === "new") following = new Following(given);
  const actions = name === "new" ? [] : following[name](given) ?? [];
  process.stdout.write(`${JSON.stringify([actions, following.last])}\n`);
}
