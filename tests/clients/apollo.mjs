// Apollo Client 4 over AWS's two links, unchanged: one signs HTTP requests, the other speaks the realtime protocol.

import { createRequire } from "node:module";

// By require, as aws-appsync-auth-link 4.0.2 signs nothing where Node imports it: `Sha256 is not a constructor`.
const require = createRequire(import.meta.url);
const { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } = require("@apollo/client");
const { createAuthLink } = require("aws-appsync-auth-link");
const { createSubscriptionHandshakeLink } = require("aws-appsync-subscription-link");

const AUTH = {
  apiKey: ({ key }) => ({ type: "API_KEY", apiKey: key }),
  userPool: ({ token }) => ({ type: "AMAZON_COGNITO_USER_POOLS", jwtToken: async () => token }),
  lambda: ({ bearer }) => ({ type: "AWS_LAMBDA", token: bearer }),
  iam: ({ iam }) => ({ type: "AWS_IAM", credentials: iam }),
};

export async function connect({ url, mode, ...given }) {
  const auth = AUTH[mode](given), region = "eu-west-1";
  const link = ApolloLink.from([
    createAuthLink({ url, region, auth }),
    createSubscriptionHandshakeLink({ url, region, auth }, new HttpLink({ uri: url })),
  ]);
  // The link signs the body without the `extensions` that Apollo Client 4.3 adds after it: with IAM they must stay away.
  const enhancedClientAwareness = { transport: mode === "iam" ? false : "extensions" };
  const client = new ApolloClient({ link, cache: new InMemoryCache(), enhancedClientAwareness });
  const ask = async (document, { variables }) => {
    const query = gql(document), { operation } = query.definitions[0];
    const made = operation === "query" ? client.query({ query, variables, fetchPolicy: "no-cache" }) : client.mutate({ mutation: query, variables });
    return { data: (await made).data };
  };
  const subscribe = (document, { variables }, { next, ...observer }) =>
    client.subscribe({ query: gql(document), variables }).subscribe({
      ...observer,
      next: (result) => (result.error ? observer.error(result.error) : next({ data: result.data })),
    });
  return { ask, subscribe, client, gql };
}
