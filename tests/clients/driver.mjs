// `node driver.mjs amplify|apollo`: a real client, driven by lines of JSON: {"do", ...} in, {"gave"} or {"raised"} out.

import readline from "node:readline";

const { connect } = await import(`./${process.argv[2]}.mjs`);
let client = null;
const heard = new Map(), left = new Map();

const commands = {
  connect: async (given) => { client = await connect(given); },
  ask: ({ document, ...given }) => client.ask(document, given),
  subscribe: ({ name, document, ...given }) => {
    heard.set(name, []);
    const keep = (kind) => (value) => heard.get(name).push({ [kind]: kind === "error" ? told(value) : value ?? null });
    left.set(name, client.subscribe(document, given, { next: keep("next"), error: keep("error"), complete: keep("complete") }));
  },
  unsubscribe: ({ name }) => left.get(name).unsubscribe(),
  next: async ({ name, seconds = 15 }) => {
    const end = Date.now() + seconds * 1000;
    while (!heard.get(name).length && Date.now() < end) await new Promise((done) => setTimeout(done, 5));
    return heard.get(name).shift() ?? null;
  },
};

/** What of an error a test compares: libraries add causes and stacks. */
function told(error) {
  const errors = error?.errors ?? error?.error?.errors ?? error?.cause?.errors;
  const plain = ({ errorType, message }) => ({ ...(errorType && { errorType }), message });
  return { name: error?.name ?? null, message: String(error?.message ?? error), ...(Array.isArray(errors) && { errors: errors.map(plain) }) };
}

process.on("unhandledRejection", (error) => process.stderr.write(`unhandled: ${error?.stack ?? error}\n`));
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { do: what, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { gave: (await commands[what](given)) ?? null };
  } catch (error) {
    answer = { raised: told(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
