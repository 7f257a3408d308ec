// Colours, keys, recordings and citations of the web edition. Every page can be read without it.
"use strict";

(() => {
  const toolbars = [...document.querySelectorAll(".tools")];
  if (!toolbars.length) return;
  const root = document.documentElement;
  // In the edition of one file each page is a section. The one in view is that at a third of the window.
  const pages = [...document.querySelectorAll(".page")];
  const findPage = (element) => element.closest(".page") || document.body;
  const isSeen = (element) => element.getBoundingClientRect().top < innerHeight / 3;
  const findPageInView = () => pages.findLast(isSeen) || pages[0] || document.body;
  const findWords = (element) => (findPage(element).querySelector(".tools") || toolbars[0]).dataset;
  const createButton = (name, text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name;
    button.textContent = text;
    return button;
  };

  // --- light and dark ---------------------------------------------------------------------------------

  const night = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (night.matches ? "dark" : "light")) === "dark";
  const themeButtons = toolbars.map(() => createButton("theme", ""));
  const showTheme = () => themeButtons.forEach((button, index) => {
    const words = toolbars[index].dataset;
    button.textContent = isDark() ? "☀\uFE0E" : "☾\uFE0E";
    button.title = isDark() ? words.light : words.dark;
    button.setAttribute("aria-label", button.title);
  });
  const changeTheme = () => {
    const theme = isDark() ? "light" : "dark";
    const isUsual = (theme === "dark") === night.matches;
    if (isUsual) delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      if (isUsual) localStorage.removeItem("onrecord-theme");
      else localStorage.setItem("onrecord-theme", theme);
    } catch {} // this browser remembers nothing: the choice is for this page
    showTheme();
  };
  night.addEventListener("change", showTheme);
  showTheme();
  themeButtons.forEach((button, index) => {
    button.addEventListener("click", changeTheme);
    toolbars[index].append(button);
  });

  // --- the questions of this page ---------------------------------------------------------------------

  for (const sheet of document.querySelectorAll(".questions")) {
    let isOpenedHere = false;
    document.querySelector(`a[href="#${sheet.id}"]`).addEventListener("click", () => (isOpenedHere = true));
    const closeSheet = (event) => {
      if (!isOpenedHere || location.hash !== `#${sheet.id}`) return;
      event.preventDefault();
      isOpenedHere = false;
      history.back(); // to the place where the page was
    };
    sheet.querySelector(".close").addEventListener("click", closeSheet);
    document.addEventListener("keydown", (event) => event.key === "Escape" && closeSheet(event));

    const links = new Map([...sheet.querySelectorAll("li a")].map((link) => [link.hash.slice(1), link]));
    const questions = [...links.keys()].map((id) => document.getElementById(id));
    let current = null;
    const showCurrent = () => {
      if (!current || !sheet.clientHeight) return;
      const { offsetTop, offsetHeight } = current.parentElement; // within the sheet, which is placed
      const bottom = sheet.scrollTop + sheet.clientHeight - sheet.querySelector(".close").offsetHeight;
      if (offsetTop < sheet.scrollTop || offsetTop + offsetHeight > bottom) {
        sheet.scrollTop = offsetTop - sheet.clientHeight / 3;
      }
    };
    const markCurrent = () => {
      const last = questions.findLast(isSeen);
      const link = last && links.get(last.id);
      if (link === current) return;
      if (current) current.removeAttribute("aria-current");
      if (link) link.setAttribute("aria-current", "location");
      current = link;
      showCurrent();
    };
    if ("IntersectionObserver" in window) {
      const observer = new IntersectionObserver(markCurrent, { rootMargin: "0px 0px -66% 0px" });
      questions.forEach((question) => observer.observe(question));
    }
    document.addEventListener("scrollend", markCurrent); // from the middle of one answer into that of another
    addEventListener("hashchange", showCurrent); // it was opened
  }

  // --- recordings -------------------------------------------------------------------------------------

  const players = [...document.querySelectorAll(".player > *")];
  const nameFile = (address) => address.split("#")[0];
  const times = [...document.querySelectorAll("a.time")].map((link) => {
    const player = players.find((other) => nameFile(other.src) === nameFile(link.href));
    return { link, player, seconds: Number(link.hash.replace("#t=", "")) };
  });
  let lastPlayer = null;
  const pauseOthers = (player) => {
    lastPlayer = player;
    for (const other of players) if (other !== player) other.pause();
  };
  const play = (player, address) => {
    pauseOthers(player); // at once: the event of another one that has just begun may still come
    player.play().catch((error) => {
      if (address && error.name === "NotSupportedError") location.href = address; // as without this script
    });
  };
  const canSeek = ({ seekable }, seconds) => seekable.length > 0 && seekable.end(seekable.length - 1) >= seconds;
  const loadWhole = async (player, address) => {
    try {
      const answer = await fetch(nameFile(address));
      player.src = URL.createObjectURL(await answer.blob());
    } catch {} // it plays from its beginning
  };
  const playFrom = async ({ link, player, seconds }) => {
    if (!player.readyState) {
      const isLoaded = new Promise((done) => player.addEventListener("loadedmetadata", done, { once: true }));
      player.src = link.href; // the address says where to begin
      play(player, link.href);
      await isLoaded;
      if (canSeek(player, seconds)) return;
      await loadWhole(player, link.href); // the server sends no parts of files
      if (lastPlayer !== player) return; // another one was begun meanwhile
    }
    player.currentTime = seconds;
    play(player);
  };
  const markTime = (player) => {
    const current = player && times.filter((time) => time.player === player && time.seconds <= player.currentTime).pop();
    for (const time of times) {
      if (time === current) time.link.setAttribute("aria-current", "true");
      else time.link.removeAttribute("aria-current");
    }
  };
  players.forEach((player, index) => {
    player.addEventListener("play", () => {
      if (player.paused) return; // it was stopped before this event came
      pauseOthers(player);
      for (const other of players) other.parentElement.toggleAttribute("data-playing", other === player);
    });
    player.addEventListener("timeupdate", () => player === lastPlayer && markTime(player));
    player.addEventListener("ended", () => {
      player.parentElement.removeAttribute("data-playing");
      markTime(null);
      const next = players[index + 1];
      if (!next || findPage(next) !== findPage(player)) return;
      if (next.readyState) next.currentTime = 0;
      play(next);
    });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.time");
    const time = times.find((other) => other.link === link);
    if (!time?.player || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    playFrom(time);
  });

  // --- keys -------------------------------------------------------------------------------------------

  const turn = (steps, stepsFromRight) => {
    const page = findPageInView();
    const step = page.closest("[dir]")?.dir === "rtl" ? stepsFromRight : steps;
    const link = page.querySelector(`a[rel="${step}"]`);
    if (link) location.href = link.href;
  };
  const stepToQuestion = (step) => {
    const questions = [...document.querySelectorAll(".turn.question")];
    const edge = parseFloat(getComputedStyle(root).scrollPaddingTop) || 0;
    const tops = questions.map((question) => question.getBoundingClientRect().top);
    const index = step > 0 ? tops.findIndex((top) => top > edge + 4) : tops.findLastIndex((top) => top < edge - 4);
    if (index < 0) return;
    const question = questions[index];
    question.tabIndex = -1; // so that the next Tab leads to the links after it, not to the head of the page
    question.focus({ preventScroll: true });
    question.addEventListener("blur", () => question.removeAttribute("tabindex"), { once: true });
    question.scrollIntoView();
  };
  const keys = {
    ArrowLeft: () => turn("prev", "next"),
    ArrowRight: () => turn("next", "prev"),
    j: () => stepToQuestion(1),
    k: () => stepToQuestion(-1),
  };
  const playOrPause = () => {
    const page = findPageInView();
    const player = page.contains(lastPlayer) ? lastPlayer : page.querySelector(".player > *");
    if (player) player.paused ? play(player) : player.pause();
  };
  if (players.length) keys.p = playOrPause;
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, dialog, .wide, [contenteditable]");
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isTyping) return;
    if (event.target.matches?.("audio, video") && event.key.startsWith("Arrow")) return; // they are the player's
    if (!Object.hasOwn(keys, event.key) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    keys[event.key]();
  });

  // --- other languages: the switch keeps the turn that is in view --------------------------------------

  const findVersionInView = (page, language) => {
    const seen = [...page.querySelectorAll(".turn")].filter(isSeen);
    const link = (turn) => turn.querySelector(`.address .version[hreflang="${language}"]`);
    const last = seen.findLast(link);
    return last && link(last);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".to-version a, .versions a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const version = findVersionInView(findPage(link), link.hreflang);
    if (!version) return;
    event.preventDefault();
    location.href = version.href;
  });

  // --- a link to a turn, and its citation -------------------------------------------------------------

  if (!navigator.clipboard) return;
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "status";
  document.body.append(status);
  const copy = async (text, control) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      location.hash = control.hash || control.dataset.hash;
      return;
    }
    const { copied } = findWords(control);
    status.textContent = `${text} – ${copied}`;
    control.dataset.said = copied;
    setTimeout(() => delete control.dataset.said, 2000);
  };

  // One button serves all turns: it stands at the turn that is pointed at, or that has the focus.
  const copyButton = createButton("copy", "");
  copyButton.addEventListener("click", () => {
    const address = copyButton.parentElement.querySelector("a");
    copyButton.dataset.hash = address.hash;
    copy(address.href, copyButton);
  });
  const offerLink = (event) => {
    const turn = event.target.closest?.(".turn");
    const address = turn && turn.querySelector(".address");
    if (!address || copyButton.parentElement === address) return;
    delete copyButton.dataset.said;
    copyButton.textContent = findWords(turn).copyLink;
    address.append(copyButton);
  };
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, offerLink);

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.cite");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const line = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const text = line && line.querySelector(".citation").textContent.trim();
    if (!text) return;
    event.preventDefault();
    copy(text, link);
  });
})();
