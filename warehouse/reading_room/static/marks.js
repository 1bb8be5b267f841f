// A click on a fact lights up the very characters, in the article and in the raw page, and a bar says what is known of them: of the
// fact that gives the mark its colour first, then of those that it stands in.
"use strict";
const marks = [...document.querySelectorAll("mark[data-facts]")];
const rows = new Map([...document.querySelectorAll("tr[data-fact]")].map((row) => [row.dataset.fact, row]));
const note = document.getElementById("note");
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

function light(facts, aloud = true) {
  for (const mark of marks) mark.classList.toggle("lit", factsOf(mark).includes(facts[0]));
  for (const [fact, row] of rows) row.classList.toggle("lit", fact === facts[0]);
  if (aloud) tell(facts);
  const raw = document.querySelector(".raw"), twin = twinIn(".raw");
  if (twin) raw.scrollTop += twin.getBoundingClientRect().top - raw.getBoundingClientRect().top - raw.clientHeight / 3;
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

for (const mark of marks) {
  mark.addEventListener("click", () => light(factsOf(mark)));
  mark.addEventListener("keydown", (event) => { if (event.key === "Enter") light(factsOf(mark)); });
}
for (const [fact, row] of rows) row.addEventListener("click", () => light([fact]));
for (const [fact, row] of rows) if ("chosen" in row.dataset) light([fact], false);
