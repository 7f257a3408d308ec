// Shows what is new while a book is written: problems in words, the printed page, and the page itself, reloaded in its place.
(() => {
  const version = Number(document.documentElement.dataset.version ?? 0);
  const place = `onrecord:${location.pathname}`;
  const kept = sessionStorage.getItem(place);
  if (kept !== null) {
    sessionStorage.removeItem(place);
    const { id, top, y } = JSON.parse(kept);
    const anchor = id && document.getElementById(id);
    requestAnimationFrame(() =>
      anchor ? scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: "instant" }) : scrollTo({ top: y, behavior: "instant" }),
    );
  }

  const remember = () => {
    const turns = [...document.querySelectorAll("section.turn[id], h1[id], h2[id]")];
    const first = turns.find((turn) => turn.getBoundingClientRect().bottom > 0);
    const top = first?.getBoundingClientRect().top ?? 0;
    sessionStorage.setItem(place, JSON.stringify({ id: first?.id ?? "", top, y: scrollY }));
  };

  const made = (tag, name, text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });
  const panel = made("aside", "watch-panel");
  panel.setAttribute("aria-label", "Preview");
  panel.setAttribute("role", "status");
  document.body.append(panel);

  const show = (news) => {
    panel.replaceChildren();
    panel.classList.toggle("watch-broken", news.broken);
    if (news.problems.length) {
      const errors = news.problems.filter((one) => one.severity === "error").length;
      const all = news.problems.length;
      const head = errors
        ? `${errors === 1 ? "One thing" : `${errors} things`} to mend. What you see is the last page that could be made.`
        : `${all === 1 ? "One thing is" : `${all} things are`} worth a look`;
      const group = made("details", "");
      group.open = errors > 0;
      group.append(made("summary", "watch-head", head));
      const list = made("ol", "watch-problems");
      for (const one of news.problems) {
        const item = made("li", `watch-${one.severity}`);
        item.append(made("code", "watch-where", one.where), made("p", "watch-sentence", one.sentence));
        if (one.line) item.append(made("pre", "watch-line", one.line));
        if (one.hint) item.append(made("p", "watch-hint", one.hint));
        list.append(item);
      }
      group.append(list);
      panel.append(group);
    }
    if (news.edited?.printed && !news.broken) {
      const figure = made("figure", "watch-page");
      const picture = made("img", "");
      picture.src = `/_page.png?version=${news.version}`;
      picture.alt = `Page ${news.edited.printed} in print`;
      const link = made("a", "", `Page ${news.edited.printed}, where you wrote last`);
      link.href = `/${news.edited.page}${news.edited.turn ? `#${news.edited.turn}` : ""}`;
      const caption = made("figcaption", "");
      caption.append(link);
      figure.append(picture, caption);
      panel.append(figure);
    }
    panel.hidden = !panel.childElementCount;
  };

  const listen = () => {
    const source = new EventSource(`/_news?after=${version - 1}`);
    source.onmessage = (event) => {
      const news = JSON.parse(event.data);
      if (news.version > version && !news.broken) {
        source.close();
        remember();
        location.reload();
      } else show(news);
    };
  };
  listen();
})();
