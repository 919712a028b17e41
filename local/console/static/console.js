// The page that asks: a document as somebody, its answer, and what the functions behind it were given.

import { ask, calls, data, element, subscribe, SYSTEM } from "/console/client.js";
import { INTROSPECTION } from "/console/editor.js";
import { choosePerson } from "/console/people.js";

const at = (id) => document.getElementById(id);
const plain = (value) => JSON.stringify(value, null, 2);
const FIRST = `query Products {
  products(first: 5) {
    nodes {
      title
      variants { sku price { amount currency } }
    }
  }
}`;
const PERSON = { guest: "", customer: "ada@example.com", system: SYSTEM };
let stop = null;
let lastOrder = ""; // what ready-made operations are about, once there is one

at("query").value = FIRST;
at("variables").value = "{}";
at("run").addEventListener("click", run);
at("stop").addEventListener("click", () => halt("Stopped."));
at("query").addEventListener("run", run);
at("query").addEventListener("about", ({ detail }) => lookUp(detail));
at("variables").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});
await choosePerson(at("who"), "", () => say("From now on you are somebody else."), [SYSTEM]);
await Promise.all([offerOperations(), offerSchema()]);

function say(text, kind = "quiet") {
  at("status").textContent = text;
  at("status").className = kind;
}

async function run() {
  halt("");
  let variables;
  try {
    variables = JSON.parse(at("variables").value || "{}");
  } catch (error) {
    return say(`The variables are no JSON: ${error.message}`, "bad");
  }
  const query = at("query").value;
  at("calls").replaceChildren();
  at("follow").replaceChildren();
  try {
    await (/^\s*subscription\b/m.test(query) ? follow(query, variables) : once(query, variables));
  } catch (error) {
    say(error.message, "bad");
  }
}

async function once(query, variables) {
  say("Asking ...");
  const { result, id, milliseconds } = await ask(at("who").value, query, variables);
  at("result").textContent = plain(result);
  const order = /"(ord_\w+)"/.exec(at("result").textContent)?.[1];
  lastOrder = order ?? lastOrder;
  if (order) at("follow").append(element("a", { href: `/orders/${order}` }, "Follow this order, live"));
  say(`${result.errors ? "Answered with errors" : "Answered"} in ${milliseconds} ms.`, result.errors ? "bad" : "good");
  for (const call of await calls(id)) at("calls").append(shown(call));
}

async function follow(query, variables) {
  at("result").textContent = "";
  say("Subscribing ...");
  at("stop").disabled = false;
  stop = await subscribe(at("who").value, query, variables, {
    open: () => say("Subscribed: events appear as they happen.", "good"),
    next: (payload) => { at("result").textContent = `${plain(payload)}\n\n${at("result").textContent}`; },
    refused: (error) => { halt(""); say(`${error.errorType ?? "Refused"}: ${error.message}`, "bad"); },
    lost: (reason) => halt(`The subscription is over: ${reason}.`),
  });
}

function halt(text) {
  stop?.();
  stop = null;
  at("stop").disabled = true;
  if (text) say(text);
}

function shown(call) {
  const info = (Array.isArray(call.event) ? call.event[0] : call.event).info;
  const outcome = call.error ? `${call.error.errorType}` : "answered";
  return element("details", {},
    element("summary", {}, `${info.parentTypeName}.${info.fieldName}: ${outcome} in ${call.milliseconds} ms`),
    element("h3", {}, "The event"), element("pre", {}, plain(call.event)),
    element("h3", {}, call.error ? "What it raised" : "What it answered"), element("pre", {}, plain(call.error ?? call.answer)),
    ...(call.traceback ? [element("h3", {}, "Where"), element("pre", { class: "trace" }, call.traceback)] : []));
}

async function offerOperations() {
  const ready = await (await fetch("/console/operations")).json();
  const select = at("ready");
  select.append(element("option", { value: "" }, "choose one ..."));
  for (const who of new Set(ready.map((each) => each.who))) {
    const group = element("optgroup", { label: who });
    ready.forEach((each, index) => {
      if (each.who === who) group.append(element("option", { value: index }, each.name));
    });
    select.append(group);
  }
  select.addEventListener("change", () => {
    const each = ready[select.value];
    if (!each) return;
    at("query").value = each.query;
    at("variables").value = plain({ ...each.variables, ...(lastOrder && "orderId" in each.variables && { orderId: lastOrder }) });
    at("about").textContent = each.about;
    const person = PERSON[each.who] ?? `${each.who === "stock" ? "warehouse" : each.who}@shop.example`;
    if ([...at("who").options].some((option) => option.value === person)) at("who").value = person;
  });
}

async function offerSchema() {
  const told = await data("", INTROSPECTION, {});
  at("query").introspection = told;
  const { __schema: schema } = told;
  const types = schema.types.filter((type) => !type.name.startsWith("__"));
  const rows = types.flatMap((type) =>
    ["Query", "Mutation", "Subscription"].includes(type.name)
      ? type.fields.map((field) => ({ name: `${type.name}.${field.name}`, entry: field }))
      : [{ name: type.name, entry: type }]);
  const is = ({ name }, wanted) => name.toLowerCase() === wanted;
  const show = () => {
    const wanted = at("find").value.toLowerCase();
    const fits = rows.filter(({ name }) => name.toLowerCase().includes(wanted));
    const found = fits.sort((one, other) => is(other, wanted) - is(one, wanted)).slice(0, 80);
    at("fields").replaceChildren(...found.map(({ name, entry }) => element("li", {}, described(name, entry))));
  };
  at("find").addEventListener("input", show);
  show();
}

// Of a root's field itself; of any other field the type that it is of.
function lookUp({ field, parent } = {}) {
  if (!field) return;
  at("find").value = ["Query", "Mutation", "Subscription"].includes(parent) ? `${parent}.${field}` : parent;
  at("find").dispatchEvent(new Event("input"));
  const found = [...at("fields").querySelectorAll("details")];
  found.find((each) => each.dataset.name === at("find").value)?.setAttribute("open", "");
}

function described(name, entry) {
  const members = entry.args ?? entry.fields ?? entry.inputFields ?? entry.enumValues ?? [];
  const told = members.map((each) => `${each.name}${each.type ? `: ${typed(each.type)}` : ""}`);
  return element("details", { "data-name": name },
    element("summary", {}, name, element("span", { class: "quiet" }, entry.type ? ` : ${typed(entry.type)}` : "")),
    element("p", {}, entry.description ?? ""), element("pre", {}, told.join("\n")));
}

function typed(type) {
  if (type.kind === "NON_NULL") return `${typed(type.ofType)}!`;
  return type.kind === "LIST" ? `[${typed(type.ofType)}]` : type.name;
}
