// `node server.mjs PORT KEY`: bench/served.py's small API on Amplify's AppSync simulator; its functions are in-process, behind VTL.

import { createRequire } from "node:module";

const { AmplifyAppSyncSimulator } = createRequire(import.meta.url)("@aws-amplify/amplify-appsync-simulator");
const [port, apiKey] = process.argv.slice(2);
const content = `
type Query { order: Order  orders: [Order!] }
type Order { id: ID!  number: String!  status: String!  total: Float! }
`;
const orders = Array.from({ length: 100 }, (_, each) => ({
  id: `ord_${each}`, number: `OB-${String(each).padStart(5, "0")}`, status: "CONFIRMED", total: each / 4,
}));
const template = {
  requestMappingTemplate: '{"version": "2018-05-29", "operation": "Invoke", "payload": $util.toJson($context.arguments)}',
  responseMappingTemplate: "$util.toJson($context.result)",
};
const resolver = (fieldName) => ({ kind: "UNIT", typeName: "Query", fieldName, dataSourceName: fieldName, ...template });

const simulator = new AmplifyAppSyncSimulator({ port: Number(port), wsPort: Number(port) + 1 });
await simulator.start();
await simulator.init({
  schema: { content },
  resolvers: [resolver("order"), resolver("orders")],
  functions: [], mappingTemplates: [], tables: [],
  dataSources: [
    { type: "AWS_LAMBDA", name: "order", invoke: async () => orders[0] },
    { type: "AWS_LAMBDA", name: "orders", invoke: async () => orders },
  ],
  appSync: { name: "bench", apiKey, defaultAuthenticationType: { authenticationType: "API_KEY" }, additionalAuthenticationProviders: [] },
});
