// Gives the page the colours that were chosen on an earlier page, before it is drawn.
"use strict";

(() => {
  try {
    const theme = localStorage.getItem("onrecord-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {} // this browser remembers nothing
})();
