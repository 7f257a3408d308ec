// Leads from an old address to the new one, which its own element names, before the page is drawn.
// data-target is where the page is now, data-moved a list of old ids, each with the address that it has now.
"use strict";

(() => {
  const { target = "", moved = "" } = document.currentScript.dataset;
  const pairs = moved.split(" ");
  const lead = () => {
    const id = location.hash.slice(1);
    const at = id ? pairs.findIndex((word, index) => index % 2 === 0 && word === id) : -1;
    if (at >= 0) location.replace(pairs[at + 1]);
    else if (target) location.replace(target.includes("#") ? target : target + location.hash);
  };
  addEventListener("hashchange", lead);
  lead();
})();
