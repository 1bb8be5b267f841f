// A click on a fact lights up the very characters, in the article and in the raw page, and a bar says what is known of them: of the
// fact that gives the mark its colour first, then of those that it stands in. An address that ends in #c123 lights what begins there.
// Keys: / searches; j and k go to the next and the one before, in a list or from article to article.
"use strict";
const marks = [...document.querySelectorAll("mark[data-facts]")];
const rows = new Map([...document.querySelectorAll("tr[data-fact]")].map((row) => [row.dataset.fact, row]));
const note = document.getElementById("note");
const raw = document.querySelector(".raw");
const factsOf = (mark) => mark.dataset.facts.split(" ");

function twinIn(side) {
  return marks.find((mark) => mark.classList.contains("lit") && mark.closest(side));
}

function button(text, side) {
  const made = document.createElement("button");
  made.textContent = text;
  made.addEventListener("click", () => twinIn(side)?.scrollIntoView({ block: "center" }));
  return made;
}

function showInRaw(element) {
  if (element) raw.scrollTop += element.getBoundingClientRect().top - raw.getBoundingClientRect().top - raw.clientHeight / 3;
}

function light(facts, aloud = true) {
  for (const mark of marks) mark.classList.toggle("lit", factsOf(mark).includes(facts[0]));
  for (const [fact, row] of rows) row.classList.toggle("lit", fact === facts[0]);
  if (aloud) tell(facts);
  showInRaw(twinIn(".raw"));
}

function tell(facts) {
  note.replaceChildren(...facts.map((fact) => {
    const line = document.createElement("p");
    for (const cell of rows.get(fact).cells) {
      const part = document.createElement("span");
      part.className = cell.className;
      part.append(...[...cell.childNodes].map((node) => node.cloneNode(true)));
      line.append(part, " ");
    }
    return line;
  }), button("正文", ".repaired"), button("原文", ".raw"));
  note.hidden = false;
}

function lightAddressed() {
  const start = location.hash.match(/^#c(\d+)$/)?.[1];
  const fact = start && [...rows].find(([, row]) => row.dataset.start === start)?.[0];
  if (fact) {
    light([fact], false);
    twinIn(".repaired")?.scrollIntoView({ block: "center" });
  }
  return Boolean(fact);
}

for (const mark of marks) {
  mark.addEventListener("click", () => light(factsOf(mark)));
  mark.addEventListener("keydown", (event) => { if (event.key === "Enter") light(factsOf(mark)); });
}
for (const [fact, row] of rows) row.addEventListener("click", () => light([fact]));
for (const [fact, row] of rows) if ("chosen" in row.dataset) light([fact], false);
if (raw && !lightAddressed() && !twinIn(".raw") && document.querySelector(".block:not(.mine)")) showInRaw(document.querySelector(".block.mine"));
addEventListener("hashchange", lightAddressed);

const items = [...document.querySelectorAll(".articles > li, .facts-list > li, .timeline > li, table.rows > tbody > tr")].filter((item) => item.querySelector("a"));
let current = -1;

function step(by) {
  if (!items.length) {
    const link = document.querySelector(by > 0 ? "[rel=next]" : "[rel=prev]");
    if (link) location.href = link.href;
    return;
  }
  current = Math.max(0, Math.min(items.length - 1, current + by));
  for (const item of items) item.classList.toggle("current", item === items[current]);
  items[current].querySelector("a").focus();
  items[current].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("[type=search]").select();
  } else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
});
