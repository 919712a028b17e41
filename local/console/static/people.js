// Who one is: a guest or one of the demo users, chosen on every page and remembered.

import { element } from "/console/client.js";

const KEPT = "orderbell-who";

/** Fill a select with everybody, and tell of each choice; `first` is chosen where nothing was before. */
export async function choosePerson(select, first, chosen) {
  const people = ["", ...(await (await fetch("/console/people")).json())];
  for (const each of people) select.append(element("option", { value: each }, each || "a guest"));
  const before = localStorage.getItem(KEPT);
  select.value = people.includes(before) ? before : first;
  select.addEventListener("change", () => {
    localStorage.setItem(KEPT, select.value);
    chosen(select.value);
  });
  return select.value;
}
