// The cards and what is asked of them, gathered once: a filter compares, it does not search the page.
function buildIndex() {
  return [...document.querySelectorAll(".card")].map((element) => ({
    element,
    titleId: nameCard(element),
    home: element.parentNode,
    id: element.dataset.id,
    relevance: Number(element.dataset.r),
    categories: (element.dataset.c ?? "").split(" ").filter(Boolean),
    tags: new Set([...element.querySelectorAll(".tags [data-t]")].map((tag) => tag.dataset.t)),
    date: element.dataset.d ?? "",
    text: null,
  }));
}

// Makes a card a place that keys move to, named by its title.
function nameCard(card) {
  const title = card.querySelector("h3");
  title.id = `${card.id}-title`;
  card.tabIndex = -1;
  card.setAttribute("aria-labelledby", title.id);
  return title.id;
}

const SEARCHED = "h3, .tldr, .why, .tags li, .by, .facts span, .facts cite, :scope > details p";

// The searched text is what a reader reads, in every language, and formulas as LaTeX too.
function textOf(paper) {
  paper.text ??= fold([
    ...[...paper.element.querySelectorAll(SEARCHED)].map((part) => part.textContent),
    ...[...paper.element.querySelectorAll("math")].map((math) => math.getAttribute("alttext")),
  ].join(" "));
  return paper.text;
}

// Found whatever the case and the accents: "muller" finds "Müller".
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// Gathers the texts while the browser has nothing else to do.
function gatherTexts(index) {
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 5 }), 50));
  let next = 0;
  idle(function work(deadline) {
    while (next < index.length && deadline.timeRemaining() > 1) textOf(index[next++]);
    if (next < index.length) idle(work);
  });
}
