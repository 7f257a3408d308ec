// Searches the words of all turns, from a folder or a server. The texts are scripts, because a browser reads no other
// file beside a page from the disk. They are loaded when the search is opened for the first time.
"use strict";

(() => {
  const toolbars = [...document.querySelectorAll(".tools")];
  if (!toolbars.length || !window.HTMLDialogElement) return;
  const words = toolbars[0].dataset;
  const isSingle = document.documentElement.dataset.edition === "single"; // all pages and texts are in this file
  const MOST_HITS = 3; // shown of an interview at first
  const MOST_GROUPS = 15; // shown at first, and more each time they are asked for
  const SLICE_MS = 20; // of searching; then the results so far are drawn, and a key is heard
  const BEFORE = 60; // letters before a hit
  const LENGTH = 180; // letters of a shown text

  // --- letters ----------------------------------------------------------------------------------------

  // What becomes of a letter when case, accents and other forms of it (full width, raised, in a ligature) are folded.
  // Most keep their number of letters; only texts with others need a table of places.
  const SPECIAL = { "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-",
    "‐": "-", "‑": "-", "\u00a0": " ", "\u202f": " ", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d",
    "ı": "i", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "" };
  const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
  const DOTS = "…"; // stays one letter: it is in too many texts
  const folded = new Map();
  const foldLetter = (letter) => {
    let result = folded.get(letter);
    if (result === undefined) {
      const base = letter === DOTS ? letter : letter.normalize("NFKD").toLowerCase().replace(MARKS, "");
      result = Object.hasOwn(SPECIAL, base) ? SPECIAL[base] : base.normalize("NFC");
      folded.set(letter, result);
    }
    return result;
  };
  // Other letters are folded as soon as they are lower case.
  const FOLDABLE = /[\u00a0-\u024f\u02bc\u0386-\u03ce\u0439\u0451\u0457\u045e\u1e00-\u1fff\u2010-\u2015\u2018-\u201f\u202f]/g;
  const RESIZED = /[ßæœ\u00ad\u200b-\u200d\u2060]/;
  // A letter, and half a kana with its mark: that is one letter of full width.
  const LETTERS = /[\uff66-\uff9d][\uff9e\uff9f]|[\s\S]/gu;
  const hasOtherForms = (text) => {
    const letters = text.replaceAll(DOTS, "");
    return letters.normalize("NFKC") !== letters;
  };
  const fold = (text) => {
    const lower = text.toLowerCase();
    if (!/[\u0080-\uffff]/.test(lower)) return { text: lower, places: null };
    const simple = lower.replace(FOLDABLE, (letter) => {
      const result = foldLetter(letter);
      return result.length === 1 ? result : letter;
    });
    const isResized = lower.length !== text.length || RESIZED.test(simple) || simple.search(MARKS) >= 0;
    if (!isResized && !hasOtherForms(simple)) return { text: simple, places: null };
    const parts = [];
    const places = [];
    for (const { 0: letter, index } of text.matchAll(LETTERS)) {
      const result = foldLetter(letter);
      const isAsLong = result.length === letter.length;
      parts.push(result);
      for (let count = 0; count < result.length; count++) places.push(isAsLong ? index + count : index);
    }
    places.push(text.length);
    return { text: parts.join(""), places };
  };

  const isLetter = (char) => (char < "\x80" ? /[a-z0-9]/.test(char) : /[\p{L}\p{N}]/u.test(char));
  // Scripts that write no space between words: there a word may begin anywhere.
  const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
  // Scripts that write articles and prepositions together with the word.
  const PREFIXING = /[\p{sc=Arabic}\p{sc=Hebrew}]/u;
  let isLoose = false; // words are found inside of others, too: nothing was found at their beginnings

  // The address of a turn, folded: “a7”, “a7-2”.
  const ADDRESS = /^[aq]\d+(?:-\d+)?$/;

  // What stands around a word and is no part of it.
  const PART = "\\p{L}\\p{N}\\p{Extended_Pictographic}#+";
  const EDGES = new RegExp(`^[^${PART}]+|[^${PART}\\p{M}]+$`, "gu");

  // What is asked for: words and phrases in quotation marks, each folded.
  const readQuery = (query) => {
    const terms = [];
    const rest = fold(query).text.replace(/"([^"]*)"?/g, (_, phrase) => {
      terms.push(phrase);
      return " ";
    });
    for (const word of rest.split(/\s+/)) {
      if (UNSPACED.test(word) && window.Intl && Intl.Segmenter) {
        const segments = new Intl.Segmenter(undefined, { granularity: "word" }).segment(word);
        for (const { segment, isWordLike } of segments) if (isWordLike) terms.push(segment);
      } else {
        terms.push(word.replace(EDGES, ""));
      }
    }
    const texts = [...new Set(terms.map((term) => term.trim().replace(/\s+/g, " ")).filter(Boolean))];
    return texts.map((text) => ({
      text,
      isFree: !isLetter(text[0]) || UNSPACED.test(text[0]) || PREFIXING.test(text[0]), // begins anywhere
    }));
  };

  // The place where a term begins a word of the text, -1 if it does nowhere.
  const findTerm = (text, term, start) => {
    let at = text.indexOf(term.text, start);
    while (at > 0 && !term.isFree && !isLoose && isLetter(text[at - 1])) at = text.indexOf(term.text, at + 1);
    return at;
  };

  // --- texts ------------------------------------------------------------------------------------------

  const loaded = new Map(); // the interviews of each file, in the order of the book
  const asked = new Set(); // files that were asked for
  let parts = 0; // how many files there are, once the first is there
  let inFlight = 0;
  let rareWords = null; // the beginnings of rare words in each file
  let isWaiting = false; // for the rare words
  let isFailed = false;
  const MOST_IN_FLIGHT = 2; // so that a file that holds what is asked for need not wait for all others
  const LONGEST_BEGINNING = 6; // letters, as in the list of rare words

  window.addInterviews = (part, count, lines) => {
    if (!parts && count > 2) {
      isWaiting = true;
      load("search-words.js", () => (isWaiting = false), () => (isWaiting = false));
    }
    parts = count;
    const interviews = lines.map(([slug, language, title, people, turns], index) => {
      const head = fold(`${title} ${people.join(" ")}`).text;
      return { slug, language, title, people, turns, head, texts: null, whole: "", order: part * 1e6 + index };
    });
    loaded.set(part, interviews);
    waiting.push(...interviews.map((interview) => ({ interview, hits: null })));
    showResults();
  };
  window.addWords = (rows) => (rareWords = rows);
  const load = (name, onload, onerror) => {
    const script = document.createElement("script");
    if (isSingle) {
      const texts = document.querySelector(`script[data-file="${name}"]`);
      if (texts) script.textContent = texts.textContent;
      document.head.append(script); // which runs it
      texts ? onload() : onerror();
      loadNext();
      return;
    }
    script.src = name;
    inFlight++;
    script.onload = script.onerror = (event) => {
      inFlight--;
      (event.type === "load" ? onload : onerror)();
      loadNext();
    };
    document.head.append(script);
  };
  const loadPart = (part) => {
    asked.add(part);
    load(`search-${part}.js`, () => {}, () => {
      isFailed = true;
      showResults();
    });
  };
  const loadTexts = () => {
    if (!asked.size) loadPart(1);
  };
  // Files that hold all rare words of the query come first, then the others, as they stand in the book.
  const loadNext = () => {
    if (!parts || isWaiting || !input.value.trim()) return;
    const rows = findRows(readQuery(input.value));
    const missing = [...Array(parts).keys()].filter((index) => !asked.has(index + 1));
    missing.sort((a, b) => rows.every((row) => row[b]) - rows.every((row) => row[a]) || a - b);
    for (const index of missing.slice(0, Math.max(0, MOST_IN_FLIGHT - inFlight))) loadPart(index + 1);
  };
  // For each rare word of the query, which files hold it.
  const findRows = (terms) => {
    const rows = [];
    for (const { text, isFree } of rareWords ? terms : []) {
      const isUnspaced = UNSPACED.test(text[0]);
      const begin = isUnspaced ? text[0] : (text.match(/^[\p{L}\p{N}]+/u) || [""])[0].slice(0, LONGEST_BEGINNING);
      if ((isFree && !isUnspaced) || (begin.length < 2 && !isUnspaced)) continue;
      const row = rareWords.map((words) => words.includes(` ${begin}`));
      if (row.some(Boolean)) rows.push(row);
    }
    return rows;
  };

  // The places of the turns that hold all terms, or whose other terms stand in the title or the names; first the turn
  // whose address is asked for. `earlier` are the only turns that can hold them, null for all.
  const findHits = (interview, terms, earlier) => {
    if (!interview.texts) {
      interview.texts = interview.turns.map((turn) => fold(turn[3]));
      interview.whole = interview.texts.map(({ text }) => text).join("\n");
    }
    const inHead = terms.map((term) => findTerm(interview.head, term, 0) >= 0);
    const findAddressed = (text) => interview.turns.findIndex(([, address]) => address.toLowerCase() === text);
    const places = terms.map(({ text }) => (ADDRESS.test(text) ? findAddressed(text) : -1));
    const isPossible = earlier || terms.every((term, index) =>
      inHead[index] || places[index] >= 0 || findTerm(interview.whole, term, 0) >= 0);
    const isHit = (place) => {
      const { text } = interview.texts[place];
      let count = 0;
      for (let number = 0; number < terms.length; number++) {
        if (places[number] === place || findTerm(text, terms[number], 0) >= 0) count++;
        else if (!inHead[number]) return false;
      }
      return count > 0;
    };
    const hits = isPossible ? (earlier || [...interview.texts.keys()]).filter(isHit) : [];
    const isAddressed = (place) => places.includes(place);
    if (hits.some(isAddressed)) hits.sort((a, b) => isAddressed(b) - isAddressed(a) || a - b);
    const rank = !isAddressed(hits[0]) ? 2 : interview.slug === pageInView ? 0 : 1;
    return { interview, hits, rank, isNamed: inHead.every(Boolean) };
  };

  // --- the dialog -------------------------------------------------------------------------------------

  const create = (tag, name, text = "") => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.textContent = text;
    return element;
  };
  const dialog = create("dialog", "search");
  dialog.setAttribute("aria-label", words.search);
  const form = create("form");
  form.setAttribute("role", "search");
  const input = create("input");
  Object.assign(input, { type: "search", autocomplete: "off", spellcheck: false, dir: "auto", placeholder: words.search });
  input.setAttribute("aria-label", words.search);
  input.setAttribute("enterkeyhint", "go");
  const close = create("button", "close", "×");
  close.type = "button";
  close.setAttribute("aria-label", words.close);
  form.append(input, close);
  const count = create("p", "count");
  count.setAttribute("role", "status");
  const list = create("ol", "results");
  dialog.append(form, count, list);
  document.body.append(dialog);

  let pageInView = ""; // the slug of the interview in which the search was opened
  const findPageInView = () => {
    if (!isSingle) return document.querySelector("article.interview")?.id || "";
    const pages = [...document.querySelectorAll(".page")];
    return pages.findLast((page) => page.getBoundingClientRect().top < innerHeight / 3)?.id || "";
  };

  const open = () => {
    loadTexts();
    if (!dialog.open) pageInView = findPageInView();
    if (!dialog.open) dialog.showModal();
    input.focus();
    input.select();
  };
  for (const toolbar of toolbars) {
    const opener = create("button", "find", toolbar.dataset.search);
    opener.type = "button";
    opener.title = `${toolbar.dataset.search} ( / )`;
    opener.addEventListener("focus", loadTexts);
    opener.addEventListener("click", open);
    toolbar.prepend(opener);
  }
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
    if (event.target.closest?.("a")) dialog.close(); // to a place on this page
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    const isAsked = event.key === "/" ? !(isTyping || event.ctrlKey || event.metaKey || event.altKey)
      : event.key === "k" && (event.ctrlKey || event.metaKey);
    if (!isAsked) return;
    event.preventDefault();
    open();
  });

  // --- results ----------------------------------------------------------------------------------------

  const describePlace = ([, address, pages], offset) => {
    let page = pages[0] || "";
    for (let index = 1; index + 1 < pages.length; index += 2) if (pages[index] <= offset) page = pages[index + 1];
    return [address, page && `${words.page} ${page}`].filter(Boolean).join(" · ");
  };

  // The text around the first hit, with every hit marked.
  const showText = (turn, { text, places }, terms) => {
    const toOriginal = (at) => (places ? places[at] : at);
    const starts = terms.map((term) => findTerm(text, term, 0)).filter((at) => at >= 0);
    const first = starts.length ? Math.min(...starts) : 0; // its address alone is asked for
    const original = turn[3];
    let from = Math.max(0, toOriginal(first) - BEFORE);
    if (from) from = original.indexOf(" ", from) + 1 || from;
    if (from > toOriginal(first)) from = toOriginal(first);
    let to = Math.min(original.length, from + LENGTH);
    if (to < original.length) {
      const space = original.lastIndexOf(" ", to);
      if (space > toOriginal(first) + BEFORE) to = space; // else the text has none for a long time
    }
    const isInside = (at) => /[\udc00-\udfff]/.test(original[at] || ""); // of a letter with two numbers
    if (isInside(from)) from--;
    if (isInside(to)) to++;
    const spans = [];
    for (const term of terms) {
      for (let at = findTerm(text, term, 0); at >= 0; at = findTerm(text, term, at + term.text.length)) {
        const [start, end] = [toOriginal(at), toOriginal(at + term.text.length)];
        if (start >= to) break;
        if (end > from) spans.push([Math.max(start, from), Math.min(end, to)]);
      }
    }
    spans.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    const shown = create("span", "text", from ? "… " : "");
    let at = from;
    for (const [start, end] of spans) {
      if (start < at) continue;
      shown.append(original.slice(at, start), create("mark", "", original.slice(start, end)));
      at = end;
    }
    shown.append(original.slice(at, to), to < original.length ? " …" : "");
    return { shown, offset: toOriginal(first) };
  };

  const findAddress = (slug, id) => {
    if (isSingle) return id ? `#${slug}/${id}` : `#${slug}`;
    return id ? `${slug}.html#${id}` : `${slug}.html`;
  };

  const buildHit = (interview, place, terms) => {
    const row = create("li");
    const link = create("a");
    const turn = interview.turns[place];
    link.href = findAddress(interview.slug, turn[0]);
    const { shown, offset } = showText(turn, interview.texts[place], terms);
    shown.lang = interview.language;
    link.append(create("span", "place", describePlace(turn, offset)), " ");
    const speaker = interview.people[turn[4]];
    if (speaker) link.append(create("span", "name", speaker), " ");
    link.append(shown);
    row.append(link);
    return row;
  };

  const buildGroup = ({ interview, hits }, terms) => {
    const group = create("li");
    const title = create("a", "title", interview.title);
    title.href = findAddress(interview.slug);
    title.lang = interview.language;
    const rows = create("ul");
    rows.append(...hits.slice(0, MOST_HITS).map((hit) => buildHit(interview, hit, terms)));
    group.append(title, rows);
    if (hits.length > MOST_HITS) {
      const more = create("button", "more", `${words.more} (${hits.length - MOST_HITS})`);
      more.type = "button";
      more.addEventListener("click", () => {
        const others = hits.slice(MOST_HITS).map((hit) => buildHit(interview, hit, terms));
        rows.append(...others);
        more.remove();
        others[0].querySelector("a").focus();
      });
      group.append(more);
    }
    return group;
  };

  let terms = []; // of the query whose results are shown
  let groups = []; // those with the turn whose address is asked for, then the others, in the order of the book
  let total = 0; // hits in them
  let most = MOST_GROUPS; // of them to be shown
  let waiting = []; // interviews in which the query has not been looked for, with the places that can be hits
  let next = 0; // among them
  let timer = 0;

  const beginSearch = (interviews) => {
    clearTimeout(timer);
    waiting = interviews;
    next = timer = total = 0;
    groups = [];
    most = MOST_GROUPS;
    list.textContent = "";
    list.scrollTop = 0;
  };
  const listAll = () => {
    const parts = [...loaded].sort(([one], [other]) => one - other);
    return parts.flatMap(([, interviews]) => interviews.map((interview) => ({ interview, hits: null })));
  };
  // While somebody types on, only what was found is searched again.
  const isNarrower = (terms, earlier) =>
    earlier.length > 0 && next === waiting.length && groups.length > 0 &&
    !terms.some(({ text }) => ADDRESS.test(text)) &&
    earlier.every((term, index) => terms[index]?.text.startsWith(term.text) && terms[index].isFree === term.isFree);

  const listRows = () => [...list.querySelectorAll(":scope > li:not(.more)")];

  const standsBefore = (one, other) =>
    one.rank < other.rank || (one.rank === other.rank && one.interview.order < other.interview.order);

  const addGroup = (group) => {
    let index = groups.length;
    while (index && standsBefore(group, groups[index - 1])) index--;
    groups.splice(index, 0, group);
    total += group.hits.length || 1; // found by its title
    if (index >= most) return;
    const rows = listRows();
    list.insertBefore(buildGroup(group, terms), rows[index] || list.querySelector(":scope > .more"));
    if (rows.length === most) rows[most - 1].remove();
  };

  const searchOn = () => {
    const end = performance.now() + SLICE_MS;
    timer = 0;
    while (next < waiting.length && performance.now() < end) {
      const { interview, hits } = waiting[next++];
      const group = findHits(interview, terms, hits);
      if (group.hits.length || group.isNamed) addGroup(group);
    }
    if (next < waiting.length) timer = setTimeout(searchOn);
    showCount();
  };

  const showCount = () => {
    const isLoaded = parts && loaded.size === parts;
    const isComplete = isLoaded && next === waiting.length;
    if (isComplete && !groups.length && !isLoose) {
      isLoose = true;
      beginSearch(listAll());
      searchOn();
      return;
    }
    if (groups.length) count.textContent = words.results.replace("{}", total) + (isComplete || isFailed ? "" : " …");
    else count.textContent = isFailed ? words.failed : isComplete ? words.none : "…";
    addMore();
    loadNext();
  };

  function showResults() {
    const query = readQuery(input.value);
    const write = (parts) => parts.map(({ text }) => text).join("\n");
    if (write(query) !== write(terms)) {
      const earlier = isNarrower(query, terms) ? groups : null;
      isLoose = isLoose && earlier !== null;
      beginSearch(earlier || listAll());
      terms = query;
    }
    if (!terms.length) count.textContent = isFailed ? words.failed : input.value.trim() ? words.none : "";
    else if (!timer) searchOn();
  }

  const addMore = () => {
    const old = list.querySelector(":scope > .more");
    if (groups.length <= most) old?.remove();
    if (groups.length <= most || old) return;
    const row = create("li", "more");
    const more = create("button", "more", words.more);
    more.type = "button";
    more.addEventListener("click", () => {
      row.remove();
      const added = groups.slice(most, most + MOST_GROUPS).map((group) => buildGroup(group, terms));
      most += MOST_GROUPS;
      list.append(...added);
      added[0].querySelector("a").focus();
      addMore();
    });
    row.append(more);
    list.append(row);
  };

  input.addEventListener("input", showResults);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = list.querySelector("ul a") || list.querySelector("a");
    if (first) first.click();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault(); // a field for searches would only be emptied
      dialog.close();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input, ...list.querySelectorAll("ul a, a.title, button")];
    const index = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (!stops[index]) return;
    event.preventDefault();
    stops[index].focus();
  });
})();
