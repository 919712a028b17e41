// The API from a browser: who one is, requests over HTTP, and AppSync's realtime protocol over a WebSocket.

const MARKED = { "content-type": "application/json", "x-orderbell-console": "1" };
const credentials = new Map();

/** Whoever is the system has its requests signed by the server: a role's secret is nothing for a browser. */
export const SYSTEM = "system";

/** The header of somebody's credential: an e-mail address of a demo user, or "" for a guest. Kept until it is refused. */
export async function credential(who) {
  if (!credentials.has(who)) {
    const answer = await fetch("/console/credential", {
      method: "POST", headers: MARKED, body: JSON.stringify({ who: who || null }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    credentials.set(who, await answer.json());
  }
  return credentials.get(who);
}

/** One query or mutation: the result as it came, how long it took, and by which id its calls are kept. */
export async function ask(who, query, variables) {
  const id = `console-${crypto.randomUUID()}`;
  const started = performance.now();
  const send = async () => fetch(who === SYSTEM ? "/console/system" : "/graphql", {
    method: "POST",
    headers: { "x-correlation-id": id, ...(who === SYSTEM ? MARKED : { "content-type": "application/json", ...(await credential(who)) }) },
    body: JSON.stringify({ query, variables }),
  });
  let answer = await send();
  if (answer.status === 401) {
    credentials.delete(who); // it has expired, or the server has other keys than before
    answer = await send();
  }
  const result = await answer.json();
  return { result, id, milliseconds: Math.round(performance.now() - started) };
}

/** The data of a query that must have no errors. */
export async function data(who, query, variables) {
  const { result } = await ask(who, query, variables);
  if (result.errors) throw new Error(result.errors[0].message);
  return result.data;
}

/** The calls of functions that a request led to. */
export const calls = async (id) => (await fetch(`/console/traces/${id}`)).json();

/**
 * One subscription on a connection of its own. `on` has open(), next(payload), refused(error) and lost(reason).
 * Answers what closes it.
 */
export async function subscribe(who, query, variables, on) {
  if (who === SYSTEM) throw new Error("The system does not subscribe: choose somebody else.");
  const header = { host: location.host, ...(await credential(who)) };
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/graphql/realtime`, ["graphql-ws", `header-${encoded(header)}`]);
  let silence, limit = 300000, over = false;
  const end = (reason) => {
    if (over) return;
    over = true;
    clearTimeout(silence);
    socket.close();
    if (reason) on.lost(reason);
  };
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => end("nothing was heard of the server"), limit);
  };
  socket.onopen = () => socket.send(JSON.stringify({ type: "connection_init" }));
  socket.onclose = () => end("the connection ended");
  socket.onmessage = ({ data: text }) => {
    heard();
    const message = JSON.parse(text);
    const start = { data: JSON.stringify({ query, variables }), extensions: { authorization: header } };
    switch (message.type) {
      case "connection_ack":
        limit = message.payload?.connectionTimeoutMs ?? limit;
        socket.send(JSON.stringify({ id: "1", type: "start", payload: start }));
        break;
      case "start_ack": on.open(); break;
      case "data": on.next(message.payload); break;
      case "error":
      case "connection_error":
        over = true;
        socket.close();
        on.refused(message.payload?.errors?.[0] ?? { message: "refused" });
        break;
      case "complete": end("the server ended the subscription"); break;
    }
  };
  heard();
  return () => end("");
}

function encoded(value) {
  return btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** An element with attributes and children; text stays text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}
