// A paper as it is cited: read from its card, written as BibTeX and RIS.
const CITED = ["id", "title", "date", "category", "arxiv", "doi", "url", "venue", "journal"];

// The text of an element in its original language, formulas as LaTeX.
function sourceOf(element) {
  let text = "";
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) text += node.data;
    else if (node.localName === "math") text += `$${node.getAttribute("alttext")}$`;
    else if (!node.lang && node.localName !== "summary") text += sourceOf(node);
  }
  return text;
}

function citeCard(card) {
  const links = [...card.querySelectorAll(".facts a")];
  const path = (label, site) => {
    const link = links.find((one) => one.textContent === label);
    return link?.hostname.endsWith(site) ? decode(link.pathname) : "";
  };
  const venue = (place) => card.querySelector(`${place} cite`)?.textContent ?? "";
  return {
    id: card.dataset.id,
    title: sourceOf(card.querySelector("h3")),
    authors: namesOf(card.querySelector(".by")),
    date: card.dataset.d ?? "",
    category: card.dataset.c?.split(" ")[0] ?? "",
    arxiv: path("arXiv", "arxiv.org").replace(/^\/abs\//, ""),
    doi: path("DOI", "doi.org").slice(1),
    url: links[0]?.href ?? "",
    venue: venue(".facts"),
    journal: venue(".note"),
  };
}

// Each name is a text node of its own, with the comma that follows it.
function namesOf(element) {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const names = [];
  while (texts.nextNode()) {
    const name = texts.currentNode.data.trim().replace(/,$/, "");
    if (name && texts.currentNode.parentNode.localName !== "summary") names.push(name);
  }
  return names.length === 1 && names[0] === "Authors unknown" ? [] : names;
}

function decode(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

const isLine = (value) => typeof value === "string" && !/[\p{Cc}\u2028\u2029]/u.test(value);

// A stored list was written by some page of this site, perhaps by one that is not ours: what is not a citation, or could
// end a field of an export, is left out.
function isCitation(value) {
  return Boolean(value) && CITED.every((name) => isLine(value[name])) && value.id !== ""
    && Array.isArray(value.authors) && value.authors.every(isLine)
    && /^(\d{4}-\d\d-\d\d)?$/.test(value.date) && /^(https?:\/\/[^\s{}]+)?$/.test(value.url);
}

const plainLetters = (text) => text.normalize("NFKD").replace(/[^a-zA-Z0-9]/g, "").toLowerCase();

function toBibtex(papers) {
  const used = new Map();
  return papers.map((paper) => {
    const words = paper.title.split(/\s+/).map(plainLetters);
    const family = plainLetters(paper.authors[0]?.split(" ").at(-1) ?? "") || "paper";
    const name = family + paper.date.slice(0, 4) + (words.find((word) => word.length > 3) ?? "");
    used.set(name, (used.get(name) ?? 0) + 1);
    return bibtexEntry(paper, used.get(name) > 1 ? `${name}-${used.get(name)}` : name);
  }).join("\n");
}

function bibtexEntry(paper, key) {
  const kind = paper.journal ? "article" : paper.venue ? "inproceedings" : "misc";
  const authors = paper.authors.map((name) => (/,|\band\b/i.test(name) ? `{${bibtexText(name)}}` : bibtexText(name)));
  const fields = {
    title: `{${bibtexText(paper.title)}}`,
    author: authors.join(" and "),
    year: paper.date.slice(0, 4),
    journal: bibtexText(paper.journal),
    [paper.journal ? "note" : "booktitle"]: bibtexText(paper.venue),
    eprint: bibtexText(paper.arxiv),
    archiveprefix: paper.arxiv && "arXiv",
    primaryclass: paper.arxiv && bibtexText(paper.category),
    doi: bibtexText(paper.doi),
    url: paper.url,
  };
  const lines = Object.entries(fields).filter(([, value]) => value).map(([name, value]) => `  ${name} = {${value}},\n`);
  return `@${kind}{${key},\n${lines.join("")}}\n`;
}

// LaTeX in a title stays; braces that do not pair, or that nest deeper than readers of BibTeX go, and signs that would
// start a comment do not.
function bibtexText(text) {
  let depth = 0;
  const paired = [...text].every((sign) => {
    depth += sign === "{" ? 1 : sign === "}" ? -1 : 0;
    return depth >= 0 && depth < 10;
  }) && depth === 0;
  const braced = paired ? text : text.replace(/[{}]/g, "");
  return braced.split(/(\$[^$]+\$)/).map((part, index) => (index % 2 ? part : part
    .replace(/\\(?![a-zA-Z"'`^~=.%&#_$])/g, "\\textbackslash{}")
    .replace(/(?<!\\)[%&#_$]/g, "\\$&"))).join("");
}

function toRis(papers) {
  return papers.map((paper) => [
    ["TY", paper.journal ? "JOUR" : paper.venue ? "CPAPER" : paper.arxiv ? "UNPB" : "GEN"],
    ["TI", paper.title],
    ...paper.authors.map((name) => ["AU", familyFirst(name)]),
    ["PY", paper.date.slice(0, 4)],
    ["DA", paper.date.replaceAll("-", "/")],
    [paper.journal ? "JO" : "T2", paper.journal || paper.venue],
    ["DO", paper.doi],
    ["AN", paper.arxiv && `arXiv:${paper.arxiv}`],
    ["UR", paper.url],
  ].filter(([, value]) => value).map(([tag, value]) => `${tag}  - ${value}\r\n`).join("") + "ER  - \r\n").join("\r\n");
}

// "Ada van der Berg" is "van der Berg, Ada": RIS wants the family name first, and particles belong to it.
function familyFirst(name) {
  const words = name.split(" ");
  if (name.includes(",") || words.length < 2) return name;
  const particle = words.findIndex((word, index) => index > 0 && /^\p{Ll}/u.test(word));
  const start = particle > 0 ? particle : words.length - 1;
  return `${words.slice(start).join(" ")}, ${words.slice(0, start).join(" ")}`;
}
