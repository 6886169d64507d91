"use strict";
(() => {
  const form = document.getElementById("search");
  const query = document.getElementById("query");
  const found = document.getElementById("found");
  const digests = [...document.querySelectorAll(".digest")].map((element) => ({
    element,
    list: element.querySelector("details"),
    wasOpen: element.querySelector("details")?.open,
    heading: fold([...element.querySelectorAll("h2, .headline")].map((part) => part.textContent).join(" ")),
    papers: [...element.querySelectorAll(".paper")].map((paper) => ({ element: paper, text: fold(paper.textContent) })),
  }));

  function fold(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function search() {
    const words = fold(query.value).split(/\s+/).filter(Boolean);
    const matches = (text) => words.every((word) => text.includes(word));
    let papers = 0;
    let shown = 0;
    for (const digest of digests) {
      const whole = matches(digest.heading);
      let inside = 0;
      for (const paper of digest.papers) {
        const hit = whole || matches(paper.text);
        paper.element.hidden = !hit;
        inside += hit;
      }
      digest.element.hidden = !whole && !inside;
      if (digest.list) digest.list.open = words.length ? inside > 0 : digest.wasOpen;
      papers += inside;
      shown += !digest.element.hidden;
    }
    found.textContent = words.length ? `${papers} ${papers === 1 ? "paper" : "papers"} in ${shown} of ${digests.length} digests` : "";
    const place = location.pathname + location.search;
    history.replaceState(null, "", words.length ? `${place}#q=${encodeURIComponent(query.value)}` : place);
  }

  function restore() {
    const match = /^#q=(.*)$/.exec(location.hash);
    try {
      query.value = match ? decodeURIComponent(match[1]) : "";
    } catch {
      query.value = "";
    }
    if (query.value) search();
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  query.addEventListener("input", search);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== query && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      query.focus();
    } else if (event.key === "Escape" && document.activeElement === query) {
      query.value = "";
      search();
    }
  });
  window.addEventListener("hashchange", restore);
  restore();
})();
