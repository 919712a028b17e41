// `node following_live.mjs SOURCE URL KEY ORDER LAST`: follow an order as a front end does, until its event LAST; prints what was shown.

import { follow } from "../../docs/clients/follow.ts";
import { overAmplify, overApollo, overWebSocket } from "../../docs/clients/sources.ts";

const [kind, url, key, id, last] = process.argv.slice(2);
const order = { id };

const sources = {
  websocket: () => overWebSocket(order, { url, headers: async () => ({ "x-api-key": key }) }),
  amplify: async () => {
    const { Amplify } = await import("aws-amplify");
    const { Hub } = await import("aws-amplify/utils");
    const { generateClient } = await import("aws-amplify/api");
    Amplify.configure({ API: { GraphQL: { endpoint: url, region: "eu-west-1", defaultAuthMode: "apiKey", apiKey: key } } });
    return overAmplify(order, { client: generateClient(), hub: Hub, authMode: "apiKey" });
  },
  apollo: async () => {
    const { connect } = await import("./apollo.mjs");
    return overApollo(order, await connect({ url, mode: "apiKey", key }));
  },
};

const shown = [], lives = [];
const source = await sources[kind]();
await new Promise((done) => {
  const stop = follow(source, {
    event: ({ sequence }) => {
      shown.push(sequence);
      if (sequence === Number(last)) {
        stop();
        done();
      }
    },
    state: (state) => {
      if (state === "live") process.stdout.write("live\n");
      lives.push(state);
    },
  });
});
process.stdout.write(`${JSON.stringify({ shown, lost: lives.filter((each) => each === "lost").length })}\n`);
process.exit(0);
