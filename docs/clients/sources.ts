/**
 * Where the follower of follow.ts has an order's events from: a browser's own `fetch` and `WebSocket`, Amplify v6, or Apollo Client.
 * No dependencies: you give your client.
 */

import type { Listener, OrderEvent, Page, Source } from "./follow";

/** An order, and what to select of its events beside their numbers. `token`: of a guest's order. */
export interface Order {
  id: string;
  token?: string | null;
  fields?: string;
}

export type AnyEvent = OrderEvent & Record<string, unknown>;
interface Result {
  data?: Record<string, any> | null;
  errors?: readonly { errorType?: string; message: string }[];
}

function documents({ fields = "type status" }: Order): { pushed: string; log: string } {
  const event = `sequence previousSequence ${fields}`;
  return {
    pushed: `subscription FollowOrder($id: ID!, $token: String) { onOrderEvent(orderId: $id, token: $token) { ${event} } }`,
    log: `query OrderLog($id: ID!, $after: Int!, $token: String) {
  orderEvents(orderId: $id, after: $after, asOwner: true, token: $token) { entries { event { ${event} } } throughSequence hasMore } }`,
  };
}

const variablesOf = ({ id, token = null }: Order) => ({ id, token });

function pageOf(after: number, { data, errors }: Result): Page<AnyEvent> | null {
  if (errors?.length) throw new Error(said(errors[0]));
  const found = data?.orderEvents;
  if (!found) return null;
  const events = found.entries.map((entry: { event: AnyEvent }) => entry.event);
  return { after, events, through: found.throughSequence, more: found.hasMore };
}

/** Whether an error says that trying again is of no use, then to whom it is told. */
function tellError(listener: Listener<AnyEvent>, error: { errorType?: string; message?: string } | undefined): void {
  if (error?.errorType === "NotFound") listener.refused("there is no such order");
  else listener.lost(said(error));
}

function said(error: unknown): string {
  const { errorType, message } = (error ?? {}) as { errorType?: string; message?: string };
  return [errorType, message].filter(Boolean).join(": ") || "it failed";
}

/** With nothing but `fetch` and `WebSocket`. `headers` are of one mode: {"x-api-key"} or {"Authorization"}; asked for anew each time. */
export function overWebSocket(
  order: Order, { url, headers }: { url: string; headers: () => Promise<Record<string, string>> },
): Source<AnyEvent> {
  const { pushed, log } = documents(order);
  return {
    async page(after) {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...(await headers()) },
        body: JSON.stringify({ query: log, variables: { ...variablesOf(order), after } }),
      });
      const result = (await answer.json()) as Result;
      if (!answer.ok) throw new Error(said(result.errors?.[0] ?? { message: `the server answers ${answer.status}` }));
      return pageOf(after, result);
    },
    subscribe(listener) {
      let socket: WebSocket | undefined;
      let over = false;
      const end = (tell: () => void): void => {
        if (over) return;
        over = true;
        clearTimeout(silence);
        socket?.close();
        tell();
      };
      let silence: ReturnType<typeof setTimeout> | undefined;
      const open = async (): Promise<void> => {
        const header = { host: new URL(url).host, ...(await headers()) };
        if (over) return;
        let limit = 300_000;
        socket = new WebSocket(realtimeUrl(url), ["graphql-ws", `header-${base64url(JSON.stringify(header))}`]);
        socket.onopen = () => socket?.send('{"type":"connection_init"}');
        socket.onclose = () => end(() => listener.lost("the connection ended"));
        socket.onmessage = ({ data: text }) => {
          clearTimeout(silence);
          silence = setTimeout(() => end(() => listener.lost("nothing was heard of the server")), limit);
          const { type, payload } = JSON.parse(String(text));
          if (type === "connection_ack") {
            limit = payload?.connectionTimeoutMs ?? limit;
            const data = JSON.stringify({ query: pushed, variables: variablesOf(order) });
            socket?.send(JSON.stringify({ id: "1", type: "start", payload: { data, extensions: { authorization: header } } }));
          } else if (type === "start_ack") listener.open();
          else if (type === "data") listener.next(payload?.data?.onOrderEvent ?? null);
          else if (type === "complete") end(() => listener.lost("the server ended the subscription"));
          else if (type === "error" || type === "connection_error") end(() => tellError(listener, payload?.errors?.[0]));
        };
      };
      open().catch((error) => end(() => listener.lost(said(error))));
      return () => end(() => {});
    },
  };
}

/** AppSync's realtime address of a GraphQL address: a host of its own for AppSync's, `/realtime` for a custom domain and the laptop. */
export function realtimeUrl(url: string): string {
  const standard = /^https:\/\/\w{26}\.appsync-api\.[\w-]+\.amazonaws\.com(\.cn)?\/graphql$/;
  const address = standard.test(url) ? url.replace("appsync-api", "appsync-realtime-api") : `${url}/realtime`;
  return address.replace(/^http/, "ws");
}

function base64url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

interface Subscribable {
  subscribe(observer: { next(result: any): void; error(error: any): void; complete?(): void }): { unsubscribe(): void };
}

/**
 * With Amplify v6: `client` is what `generateClient()` gives, `hub` is Amplify's `Hub`. Amplify subscribes again by itself, and says so
 * to its hub alone.
 */
export function overAmplify(
  order: Order,
  { client, hub, authMode }: {
    client: { graphql(options: any): any };
    hub: { listen(channel: "api", listener: (capsule: any) => void): () => void };
    authMode?: string;
  },
): Source<AnyEvent> {
  const { pushed, log } = documents(order);
  const call = (query: string, variables: object) => client.graphql({ query, variables, ...(authMode && { authMode }) });
  return {
    page: async (after) => {
      const answer = await Promise.resolve(call(log, { ...variablesOf(order), after })).catch((failed: Result) => {
        throw new Error(said(failed?.errors?.[0] ?? failed));
      });
      return pageOf(after, answer as Result);
    },
    subscribe(listener) {
      const unlisten = hub.listen("api", ({ payload: { event, data } }) => {
        const ours = event === "Subscription ack" && data?.variables?.id === order.id && data.query?.includes("onOrderEvent");
        if (ours) listener.open();
      });
      const subscription = (call(pushed, variablesOf(order)) as Subscribable).subscribe({
        next: (result: Result) => listener.next(result.data?.onOrderEvent ?? null),
        error: (failed: any) => tellError(listener, failed?.errors?.[0] ?? failed?.error?.errors?.[0] ?? failed),
      });
      return () => {
        unlisten();
        subscription.unsubscribe();
      };
    },
  };
}

/**
 * With Apollo Client and AppSync's links: `gql` is Apollo's. The link does not say when a subscription stands: what fires in the first
 * moments may be known up to half a minute late.
 */
export function overApollo(
  order: Order,
  { client, gql }: {
    client: { query(options: any): Promise<any>; subscribe(options: any): Subscribable };
    gql: (text: string) => any;
  },
): Source<AnyEvent> {
  const { pushed, log } = documents(order);
  return {
    page: async (after) => {
      const { data, error, errors } = await client.query({
        query: gql(log), variables: { ...variablesOf(order), after }, fetchPolicy: "no-cache",
      });
      return pageOf(after, { data, errors: error ? [error] : errors });
    },
    subscribe(listener) {
      const subscription = client.subscribe({ query: gql(pushed), variables: variablesOf(order), fetchPolicy: "no-cache" }).subscribe({
        next: ({ data, error }) => {
          if (error) tellError(listener, error?.errors?.[0] ?? error?.cause?.errors?.[0] ?? error);
          else listener.next(data?.onOrderEvent ?? null);
        },
        error: (failed) => tellError(listener, failed?.errors?.[0] ?? failed),
        complete: () => listener.lost("the subscription ended"),
      });
      const opened = setTimeout(() => listener.open(), 0);
      return () => {
        clearTimeout(opened);
        subscription.unsubscribe();
      };
    },
  };
}
