// The filter: its form, the page that follows it, and the address that remembers it.
const ORDERS = {
  relevance: (one, other) => other.relevance - one.relevance,
  date: (one, other) => (one.date < other.date) - (one.date > other.date) || other.relevance - one.relevance,
  title: (one, other) => one.title.localeCompare(other.title, "en", { numeric: true }),
};

function startFilter(index, isSaved) {
  const chosen = new Set();
  const known = new Set(index.flatMap((paper) => [...paper.tags]));
  const fields = { q: byId("query"), relevance: byId("least"), category: byId("category"), sort: byId("sort") };
  const saved = byId("saved");
  const sections = [...document.querySelectorAll("section.papers")];
  const sorted = Object.assign(document.createElement("section"), { className: "papers sorted", hidden: true });
  sorted.setAttribute("aria-label", "All papers");
  byId("nothing").before(sorted);
  let order = "";
  let filtered = false;

  offerCategories();
  const buttons = [...document.querySelectorAll("th[data-filter]")].map(toButton);

  function show() {
    const words = fold(fields.q.value).split(/\s+/).filter(Boolean);
    const least = Number(fields.relevance.value);
    const category = fields.category.value;
    const tags = [...chosen];
    const filtering = words.length > 0 || least > 0 || category !== "" || tags.length > 0 || saved.checked;
    let shown = 0;
    for (const paper of index) {
      const wanted = paper.relevance >= least
        && (!category || paper.categories.includes(category))
        && tags.every((tag) => paper.tags.has(tag))
        && (!saved.checked || isSaved(paper.id))
        && words.every((word) => textOf(paper).includes(word));
      shown += wanted;
      if (paper.element.hidden === wanted) paper.element.hidden = !wanted;
    }
    arrange(fields.sort.value);
    for (const section of sections) section.hidden = order !== "" || (filtering && !section.querySelector(".card:not([hidden])"));
    if (filtering !== filtered) for (const folded of document.querySelectorAll(".folded")) folded.open = filtering;
    filtered = filtering;
    for (const button of buttons) button.setAttribute("aria-pressed", String(chosen.has(button.dataset.filter)));
    byId("status").textContent = filtering ? `${shown} of ${index.length} papers` : "";
    byId("nothing").hidden = shown > 0 || !index.length;
    root.classList.toggle("filtering", filtering || order !== "");
  }

  // One list in another order, or every card back to where it stood: both are the order of the index.
  function arrange(wanted) {
    if (wanted === order) return;
    order = wanted;
    sorted.hidden = order === "";
    if (order === "title") for (const paper of index) paper.title ??= sourceOf(paper.element.querySelector("h3"));
    const papers = order ? [...index].sort(ORDERS[order]) : index;
    for (const paper of papers) (order ? sorted : paper.home).append(paper.element);
  }

  function change() {
    show();
    const state = new URLSearchParams();
    for (const [name, field] of Object.entries(fields)) if (field.value && field.value !== "0") state.set(name, field.value);
    if (chosen.size) state.set("tags", [...chosen].join(","));
    if (saved.checked) state.set("saved", "1");
    const text = state.toString();
    if (text || location.hash.includes("=")) history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  }

  // An address without "=" names a place in the page, which a filter may hide.
  function restore() {
    if (location.hash && !location.hash.includes("=")) return reveal(byId(location.hash.slice(1)));
    const state = new URLSearchParams(location.hash.slice(1));
    for (const [name, field] of Object.entries(fields)) {
      field.value = state.get(name) ?? (name === "relevance" ? "0" : "");
      if (field.value === "" && field.options) field.selectedIndex = 0;
    }
    chosen.clear();
    for (const tag of (state.get("tags") ?? "").split(",")) if (known.has(tag)) chosen.add(tag);
    saved.checked = state.get("saved") === "1";
    show();
  }

  const reset = () => byId("filter").reset();

  function reveal(place) {
    if (!place?.closest("[hidden]")) return;
    reset();
    setTimeout(() => place.scrollIntoView());
  }

  function offerCategories() {
    const counts = new Map();
    for (const paper of index) for (const category of paper.categories) counts.set(category, (counts.get(category) ?? 0) + 1);
    const common = [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
    fields.category.append(...common.map(([category, count]) => new Option(`${category} (${count})`, category)));
  }

  function toButton(cell) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.filter = cell.dataset.filter;
    button.append(...cell.childNodes);
    cell.append(button);
    return button;
  }

  function toggle(tag) {
    if (!chosen.delete(tag)) chosen.add(tag);
    change();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button[data-filter], .card [data-t]");
    if (target) toggle(target.dataset.filter ?? target.dataset.t);
  });
  for (const field of Object.values(fields)) field.addEventListener("input", change);
  saved.addEventListener("change", change);
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  byId("filter").addEventListener("reset", () => { chosen.clear(); setTimeout(change); });
  addEventListener("hashchange", restore);
  restore();
  return { reset, show };
}
