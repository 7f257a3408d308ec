// Copies the citation that a “cite” link leads to. Without this script, or where copying is refused, the link shows it.
"use strict";

(() => {
  const section = document.getElementById("cite");
  if (!section || !navigator.clipboard) return;
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "status";
  section.append(status);

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a.cite");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const line = document.getElementById(link.hash.slice(1));
    const text = line && line.querySelector(".citation").textContent.trim();
    if (!text) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      location.hash = link.hash;
      return;
    }
    status.textContent = text + " – " + section.dataset.copied;
    link.dataset.said = section.dataset.copied;
    setTimeout(() => delete link.dataset.said, 2000);
  });
})();
