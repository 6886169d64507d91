// What is shown of a paper beside its labels: facts, raw passes where they differ, corrections.

import { byId, element } from "./dom.js";

export function showPaper(paper) {
  const { facts } = paper;
  const about = [facts.id, paper.is_draft ? "draft" : facts.split, facts.venue, facts.year, facts.categories.join(" "), facts.language];
  byId("facts").textContent = about.filter(Boolean).join(" · ");
  byId("title").textContent = facts.title;
  byId("abstract").textContent = facts.abstract;
  byId("abstract").lang = facts.language;
  byId("canary").hidden = !paper.canary;
  byId("canary").textContent = paper.canary ? `Planted instruction, never to be obeyed: ${paper.canary}` : "";
  byId("corrections").textContent = paper.corrections
    .map((correction) => `${correction.by}, ${correction.at.slice(0, 16).replace("T", " ")}: ${correction.fields.join(", ")}`)
    .join(" · ");
  byId("passes").replaceChildren(...showPasses(paper.passes));
}

function showPasses(passes) {
  const names = Object.keys(passes);
  if (names.length < 2) return [];
  const rows = names.map((name) => flatten(passes[name]));
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const differing = fields.filter((field) => new Set(rows.map((row) => row[field] ?? "")).size > 1);
  if (!differing.length) return [element("p", {}, "The passes agree on everything.")];
  const head = names.map((name) => element("th", { scope: "col" }, `${name} (${passes[name].labelled_by})`));
  const body = differing.map((field) => {
    const cells = rows.map((row) => element("td", {}, row[field] ?? ""));
    return element("tr", {}, element("th", { scope: "row" }, field), ...cells);
  });
  return [
    element(
      "table",
      {},
      element("caption", {}, "Where the passes differ"),
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Field"), ...head)),
      element("tbody", {}, ...body),
    ),
  ];
}

/** The labels of a pass as one text for each field; who, when and after which guideline are no labels. */
function flatten(record) {
  const { tldr, relevance, evidence } = record;
  const flat = { relevance: String(relevance), evidence, tags: [...record.tags].sort().join(", "), tldr };
  for (const [language, texts] of Object.entries(record.translations))
    for (const [name, text] of Object.entries(texts)) if (text) flat[`${language} ${name}`] = text;
  return flat;
}
