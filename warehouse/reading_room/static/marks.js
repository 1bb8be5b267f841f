// A click on a fact lights up the very characters, in the article and in the raw page, and says what is known of them.
"use strict";
const marks = [...document.querySelectorAll("mark[data-facts]")];
const factsOf = (mark) => mark.dataset.facts.split(" ");

function light(chosen) {
  const facts = new Set(factsOf(chosen));
  for (const mark of marks) mark.classList.toggle("lit", factsOf(mark).some((fact) => facts.has(fact)));
  const elsewhere = chosen.closest(".raw") ? ".repaired" : ".raw";
  const twin = marks.find((mark) => mark.classList.contains("lit") && mark.closest(elsewhere));
  if (twin) twin.scrollIntoView({ block: "center" });
  document.getElementById("note").textContent = chosen.title;
}

for (const mark of marks) {
  mark.addEventListener("click", () => light(mark));
  mark.addEventListener("keydown", (event) => { if (event.key === "Enter") light(mark); });
}
