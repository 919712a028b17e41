// Amplify v6, unchanged: configured as an application configures it, with credentials that the test gives.

import { Amplify } from "aws-amplify";
import { generateClient } from "aws-amplify/api";
import { parseAmplifyConfig } from "aws-amplify/utils";

const jwt = (text) => ({ toString: () => text, payload: JSON.parse(Buffer.from(text.split(".")[1], "base64url")) });

export async function connect({ url, mode, key, token, iam }) {
  const outputs = { version: "1", data: { url, aws_region: "eu-west-1", api_key: key, default_authorization_type: "API_KEY", authorization_types: [] } };
  const options = {};
  if (token) options.tokenProvider = { getTokens: async () => ({ accessToken: jwt(token) }) };
  if (iam) options.credentialsProvider = { getCredentialsAndIdentityId: async () => ({ credentials: iam }), clearCredentialsAndIdentityId: () => {} };
  Amplify.configure(parseAmplifyConfig(outputs), { Auth: options });
  const client = generateClient({ authMode: mode });
  const call = (document, { variables, headers, bearer, mode: other }) =>
    client.graphql({ query: document, variables, ...(bearer && { authToken: bearer }), ...(other && { authMode: other }) }, headers);
  return { ask: call, subscribe: (document, given, observer) => call(document, given).subscribe(observer) };
}
