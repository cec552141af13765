// Comfort only: everything works without it. A copy button on each card, and a filter for long lists.
"use strict";

const copying = navigator.clipboard ? [...document.querySelectorAll("button.copy")] : [];
// Says to who hears the page what happened to the button.
const told = document.createElement("p");
told.className = "unseen";
told.setAttribute("role", "status");
if (copying.length) document.querySelector("main").append(told);

for (const button of copying) {
  const words = button.querySelector("span");
  const name = words.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      words.textContent = "Copied";
    } catch {
      words.textContent = "Could not copy";
    }
    told.textContent = words.textContent;
    setTimeout(() => { words.textContent = name; told.textContent = ""; }, 2000);
  });
}

for (const input of document.querySelectorAll("input[data-filters]")) {
  const list = document.getElementById(input.dataset.filters);
  const rows = [...list.querySelectorAll("tr, li, dl > div")];
  const words = rows.map((row) => `${row.textContent} ${row.dataset.words || ""}`.toLowerCase());
  const count = document.getElementById("live-count");
  input.parentElement.hidden = false;
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, at) => {
      row.hidden = !wanted.every((word) => words[at].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = wanted.length ? `${shown} of ${rows.length} shown` : "";
  });
}
