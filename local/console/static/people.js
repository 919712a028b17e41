// Who one is: a guest or one of the demo users, chosen on every page and remembered.

import { element, SYSTEM } from "/console/client.js";

const KEPT = "orderbell-who";

/** Fill a select with everybody, and tell of each choice; `first` is chosen where nothing was before; `more` may be chosen, too. */
export async function choosePerson(select, first, chosen, more = []) {
  const people = ["", ...(await (await fetch("/console/people")).json()), ...more];
  const names = { "": "a guest", [SYSTEM]: "the system (IAM)" };
  for (const each of people) select.append(element("option", { value: each }, names[each] ?? each));
  const before = localStorage.getItem(KEPT);
  select.value = people.includes(before) ? before : first;
  select.addEventListener("change", () => {
    localStorage.setItem(KEPT, select.value);
    chosen(select.value);
  });
  return select.value;
}
