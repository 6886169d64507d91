const NOT_KEPT = "This browser keeps nothing for this page: export the list before you leave.";

// The reading list, over all digests of this site: citations by paper, kept in the browser, exported as files.
function startReading(index, onChange) {
  const buttons = new Map();
  const unstored = new Set();
  const tellTabs = joinTabs(() => update());
  let papers = new Map();
  let kept = true;
  let pending = 0;

  // A change is made to the list that is stored, not to what this tab last saw of it: no tab undoes what another did.
  // One that could not be stored is made again with the next.
  async function update(change) {
    if (change) unstored.add(change);
    pending += 1;
    byId("list").setAttribute("aria-busy", "true");
    kept = await store().catch(() => false);
    for (const one of unstored) one(papers);
    pending -= 1;
    if (!pending) show();
  }

  async function store() {
    let changes = [];
    await updateList((stored) => {
      changes = [...unstored];
      papers = toPapers(stored);
      for (const one of changes) one(papers);
      return changes.length && [...papers.values()];
    });
    for (const one of changes) unstored.delete(one);
    if (changes.length) tellTabs();
    return true;
  }

  async function toggle(card) {
    const paper = citeCard(card);
    const saved = !papers.has(paper.id);
    await update((list) => (saved ? list.set(paper.id, paper) : list.delete(paper.id)));
    announce(!kept ? NOT_KEPT : saved ? "Saved to the reading list" : "Taken off the reading list");
  }

  function show() {
    byId("list-count").textContent = String(papers.size);
    byId("list").setAttribute("aria-busy", "false");
    for (const [id, button] of buttons) {
      button.setAttribute("aria-pressed", String(papers.has(id)));
      button.textContent = papers.has(id) ? "Saved" : "Save";
    }
    byId("reading-note").textContent = kept ? "Kept in this browser alone." : NOT_KEPT;
    byId("reading-papers").replaceChildren(...[...papers.values()].map(toItem));
    for (const id of ["export-bibtex", "export-ris"]) byId(id).disabled = papers.size === 0;
    onChange();
  }

  function toItem(paper) {
    const item = document.createElement("li");
    const link = document.createElement(paper.url ? "a" : "span");
    if (paper.url) link.href = paper.url;
    link.textContent = paper.title;
    item.append(link, " ", makeButton("Remove", () => update((list) => list.delete(paper.id)), `Remove ${paper.title}`));
    return item;
  }

  function addButtons(paper) {
    const save = makeButton("Save", () => toggle(paper.element));
    const cite = makeButton("BibTeX", () => copyBibtex(paper.element, cite));
    for (const button of [save, cite]) button.setAttribute("aria-describedby", paper.titleId);
    buttons.set(paper.id, save);
    paper.element.querySelector(".facts").append(save, " ", cite);
  }

  for (const paper of index) addButtons(paper);
  byId("list").addEventListener("click", () => byId("reading").showModal());
  byId("export-bibtex").addEventListener("click", () => download("reading-list.bib", "application/x-bibtex", toBibtex([...papers.values()])));
  byId("export-ris").addEventListener("click", () => download("reading-list.ris", "application/x-research-info-systems", toRis([...papers.values()])));
  return { has: (id) => papers.has(id), load: () => update(), toggle };
}

function toPapers(stored) {
  const citations = Array.isArray(stored) ? stored.filter(isCitation) : [];
  return new Map(citations.map((paper) => [paper.id, paper]));
}

function makeButton(text, act, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  if (label) button.setAttribute("aria-label", label);
  button.addEventListener("click", act);
  return button;
}

async function copyBibtex(card, button) {
  const text = toBibtex([citeCard(card)]);
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    announce("BibTeX copied");
    setTimeout(() => { button.textContent = "BibTeX"; }, 2000);
  } catch {
    byId("citation-text").value = text;
    byId("citation").showModal();
    byId("citation-text").select();
  }
}

function download(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
