// The labels as a form: shown from a plain object, read back into one.

import { byId, element } from "./dom.js";
import { markEvidence } from "./spans.js";
import { showTags } from "./tags.js";

const TEXTS = ["evidence", "tldr", "second_tldr"];
const NAMES = { title: "title", tldr: "summary", abstract: "abstract" };

/** Prepare the form once; `onEdit` is told the name of the field and its new value. */
export function prepareForm(levels, onEdit) {
  byId("levels").replaceChildren(
    ...levels.map(({ score, definition }) => {
      const input = element("input", { type: "radio", name: "relevance", value: score, "aria-describedby": "definition" });
      input.addEventListener("change", () => onEdit("relevance", score));
      return element("label", { title: definition }, input, String(score));
    }),
  );
  for (const name of TEXTS) byId(name).addEventListener("input", (event) => onEdit(name, event.target.value));
  byId("translations").addEventListener("input", (event) => onEdit(event.target.id, event.target.value));
}

/** Make the fields of the languages that a paper has. */
export function prepareTranslations(translations) {
  byId("translations").replaceChildren(
    ...Object.entries(translations).flatMap(([language, texts]) =>
      Object.entries(texts)
        .filter(([name, text]) => name !== "abstract" || text !== null)
        .map(([name]) => {
          const id = `translations.${language}.${name}`;
          const rows = { title: 2, tldr: 3, abstract: 8 }[name];
          const field = element(
            "div",
            { class: "field" },
            element("label", { for: id }, `${language}: ${NAMES[name]}`),
            element("textarea", { id, rows, lang: language }),
          );
          field.dataset.field = id;
          return field;
        }),
    ),
  );
}

/** Show labels; a field that already shows its value is left alone, so that the caret stays where it is. */
export function showLabels(labels, levels) {
  for (const name of TEXTS) setText(byId(name), labels[name]);
  for (const [language, texts] of Object.entries(labels.translations))
    for (const [name, text] of Object.entries(texts)) setText(byId(`translations.${language}.${name}`), text);
  for (const input of document.getElementsByName("relevance")) input.checked = Number(input.value) === labels.relevance;
  byId("definition").textContent = levels.find((level) => level.score === labels.relevance)?.definition ?? "";
  for (const count of document.querySelectorAll("[data-count]")) {
    const words = labels[count.dataset.count].split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
    count.textContent = `${words} of at most 30 words`;
  }
  showTags(labels.tags);
  markEvidence(labels.evidence);
}

/** Show issues, each beside its field where it has one, else above the form. */
export function showIssues(issues) {
  for (const old of document.querySelectorAll(".issue")) old.remove();
  for (const field of document.querySelectorAll("[data-field]")) field.classList.remove("wrong");
  byId("issues").replaceChildren(
    ...issues.map(({ field, message }) => {
      const place = document.querySelector(`[data-field="${CSS.escape(field)}"]`);
      if (place) {
        place.classList.add("wrong");
        place.append(element("p", { class: "issue" }, message));
      }
      return element("li", {}, message);
    }),
  );
}

/** Return labels with one field changed; nothing else is copied or touched. */
export function withField(labels, field, value) {
  const [name, language, text] = field.split(".");
  if (name !== "translations") return { ...labels, [name]: value };
  const texts = { ...labels.translations[language], [text]: value };
  return { ...labels, translations: { ...labels.translations, [language]: texts } };
}

function setText(field, text) {
  if (field && field.value !== (text ?? "")) field.value = text ?? "";
}
