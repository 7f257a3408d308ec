// Gives the page the colours that were chosen on an earlier page, before it is drawn, and asks for its first fonts.
"use strict";

(() => {
  try {
    const theme = localStorage.getItem("onrecord-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {} // this browser remembers nothing
  // From a folder a browser gets fonts at once when the style asks for them, and refuses to load them ahead of time.
  const { fonts = "" } = location.protocol === "file:" ? {} : document.currentScript.dataset;
  for (const href of fonts.split(" ").filter(Boolean)) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "anonymous", href });
    document.head.append(link);
  }
})();
