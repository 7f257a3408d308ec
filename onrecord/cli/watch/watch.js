// Shows what is new while a book is written: problems in words, the printed page, and the page itself, reloaded in its place.
(() => {
  const root = new URL(".", document.currentScript.src).pathname; // with the secret part of the address
  const version = Number(document.documentElement.dataset.version ?? 0);
  const place = `onrecord:${location.pathname}`;
  const isAbsent = "absent" in document.documentElement.dataset;
  const parts = "h1, h2, h3, h4, p, li, dt, dd, th, td, pre, figcaption";

  // --- the reader's place: ids count turns and change when one is put in, so passages are known by their words

  const blocks = () => [...document.querySelectorAll(`main :is(${parts}):not(.address):not(:has(${parts}))`)]; // an address counts turns, too
  const words = (block) => {
    const copy = block.cloneNode(true); // the numbers of pages and notes change with what stands before
    for (const mark of copy.querySelectorAll("[role=doc-pagebreak], [role=doc-noteref]")) mark.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const counted = (all) => {
    const found = new Map();
    for (const block of all) {
      const text = words(block);
      found.set(text, [...(found.get(text) ?? []), block]);
    }
    return found;
  };
  const links = (href) => [...document.querySelectorAll("a[href]")].filter((link) => link.getAttribute("href") === href);

  const remember = () => {
    if (isAbsent) return; // where the reader was before the page went counts when it comes back
    const all = blocks();
    const once = counted(all);
    const heights = all.map((block) => block.getBoundingClientRect());
    // A passage that begins in the window; one that reaches into it, whose lines may grow, where there is no other.
    const begins = heights.findIndex(({ top }) => top >= 0 && top < innerHeight);
    const first = begins >= 0 ? begins : Math.max(0, heights.findIndex(({ bottom }) => bottom > 0));
    // What is seen first, then what stands before and after it, should all that is seen be taken out.
    const near = [...all.keys()].sort((a, b) => (a < first) - (b < first) || Math.abs(a - first) - Math.abs(b - first));
    const seen = near.slice(0, 60).map((index) => [words(all[index]), heights[index].top]);
    const focus = document.activeElement;
    const href = focus?.getAttribute("href") ?? "";
    const beside = document.body.classList.contains("watch-beside");
    const kept = { beside, y: scrollY, seen: seen.filter(([text]) => once.get(text).length === 1), id: focus?.id ?? "", href, nth: links(href).indexOf(focus) };
    sessionStorage.setItem(place, JSON.stringify(kept));
    history.scrollRestoration = "manual"; // or the browser goes to where it was in pixels
  };

  const anchorOf = (kept) => {
    const once = counted(blocks());
    return kept.seen.map(([text, top]) => [once.get(text) ?? [], top]).find(([found]) => found.length === 1);
  };

  const focusOn = ({ id, href, nth }) => {
    const chosen = (id && document.getElementById(id)) || (href && links(href)[nth]);
    if (chosen && document.activeElement === document.body) chosen.focus({ preventScroll: true });
  };

  let settleOnce = () => {}; // when the panel has taken its room

  const goBack = (kept) => {
    document.body.classList.toggle("watch-beside", kept.beside);
    const anchor = kept.y > 0 ? anchorOf(kept) : undefined;
    const settle = () => {
      if (anchor) scrollBy({ top: anchor[0][0].getBoundingClientRect().top - anchor[1], behavior: "instant" });
      else scrollTo({ top: kept.y, behavior: "instant" });
    };
    settle();
    // Faces and pictures that come later move the lines; a reader who has moved meanwhile is left alone.
    const moved = new AbortController();
    const leave = () => moved.abort();
    for (const kind of ["wheel", "touchstart", "keydown", "mousedown"]) addEventListener(kind, leave, { once: true, passive: true });
    const again = () => moved.signal.aborted || settle();
    const resized = new ResizeObserver(again);
    resized.observe(document.querySelector("main"));
    setTimeout(() => resized.disconnect(), 3000);
    settleOnce = () => {
      again();
      focusOn(kept);
    };
    addEventListener("load", () => {
      again();
      requestAnimationFrame(() => {
        again(); // after the browser's own step to the address of a turn
        history.scrollRestoration = "auto";
      });
    });
    focusOn(kept);
  };

  // --- the panel

  const made = (tag, name, text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });
  const group = (name, isOpen) => {
    const details = made("details", name);
    const head = Object.assign(made("summary", "watch-head"), { id: `${name}-head` });
    details.append(head, made("div", "watch-body"));
    details.open = (sessionStorage.getItem(`onrecord:${name}`) ?? String(isOpen)) === "true";
    head.addEventListener("click", () => sessionStorage.setItem(`onrecord:${name}`, String(!details.open)));
    return details;
  };
  const panel = made("aside", "watch-panel");
  panel.setAttribute("aria-label", "Preview");
  const away = made("p", "watch-away", "On Record does not answer, so this page may be old. It is shown anew when On Record is back.");
  const problems = group("watch-problems", false);
  const page = group("watch-page", matchMedia("(min-width: 60rem)").matches);
  away.hidden = problems.hidden = page.hidden = panel.hidden = true;
  problems.firstChild.setAttribute("aria-live", "polite");
  panel.append(away, problems, page);
  document.body.append(panel);

  let hasPage = false; // while something is to mend the page is hidden, and its room is kept

  const settlePanel = () => {
    panel.hidden = away.hidden && problems.hidden && page.hidden;
    document.body.classList.toggle("watch-beside", hasPage && page.open);
    document.body.classList.toggle("watch-above", !panel.hidden);
  };
  page.addEventListener("toggle", settlePanel);

  const item = (one) => {
    const line = made("li", `watch-${one.severity}`);
    line.append(made("code", "watch-where", one.where), made("p", "watch-sentence", one.sentence));
    if (one.line) line.append(made("pre", "watch-line", one.line));
    if (one.hint) line.append(made("p", "watch-hint", one.hint));
    return line;
  };

  const headOf = ({ errors, warnings, shown }) => {
    const seen = shown ? "What you see is the last page that could be made." : "There is no page to show yet.";
    if (errors) return `${errors === 1 ? "One thing" : `${errors} things`} to mend. ${seen}`;
    return `${warnings === 1 ? "One thing is" : `${warnings} things are`} worth a look`;
  };

  const show = (news) => {
    const broken = news.errors > 0;
    panel.classList.toggle("watch-broken", broken);
    away.hidden = true;
    problems.hidden = !news.problems.length;
    if (!problems.hidden) {
      const list = made("ol", "watch-list");
      list.append(...news.problems.map(item));
      const rest = news.errors + news.warnings - news.problems.length;
      problems.firstChild.textContent = headOf(news);
      problems.lastChild.replaceChildren(list, ...(rest ? [made("p", "", `And ${rest} more; the terminal tells them all.`)] : []));
      if (broken) problems.open = true;
    }
    hasPage = Boolean(news.edited?.printed);
    page.hidden = broken || !hasPage;
    if (!page.hidden) {
      const address = `${root}_page.png?version=${news.version}`;
      const picture = Object.assign(made("img", ""), { src: address, alt: `Page ${news.edited.printed} in print` });
      const larger = Object.assign(made("a", ""), { href: address, target: "_blank" });
      const passage = Object.assign(made("a", "", "Go to the passage"), { href: `${root}${news.edited.page}${news.edited.turn ? `#${news.edited.turn}` : ""}` });
      larger.append(picture);
      page.firstChild.textContent = `Page ${news.edited.printed}, where you wrote last`;
      page.lastChild.replaceChildren(larger, passage);
    }
    settlePanel();
    settleOnce();
    settleOnce = () => {};
  };

  // --- the news

  let source;
  const listen = () => {
    source?.close();
    source = new EventSource(`${root}_news`);
    source.onmessage = (event) => {
      const news = JSON.parse(event.data);
      if (news.version === version || news.errors || !news.shown) return show(news);
      source.close();
      remember();
      location.reload();
    };
    source.onerror = () => {
      away.hidden = false;
      settlePanel();
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
    };
  };
  // A browser keeps six lines to one address and no more, so a tab that nobody sees gives up its own.
  document.addEventListener("visibilitychange", () => (document.hidden ? source?.close() : listen()));
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && listen());

  const kept = isAbsent ? null : sessionStorage.getItem(place);
  if (!isAbsent) sessionStorage.removeItem(place);
  if (kept !== null) goBack(JSON.parse(kept));
  if (!document.hidden) listen();
})();
