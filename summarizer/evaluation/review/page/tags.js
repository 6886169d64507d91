// The list of tags: a combobox that filters, and the chosen tags in their order.

import { element } from "./dom.js";

const filter = document.getElementById("tag-filter");
const list = document.getElementById("tag-list");
const chosen = document.getElementById("chosen");

/** Prepare the list once; `onToggle` is told the id of the tag to add or remove. */
export function prepareTags(tags, onToggle) {
  list.replaceChildren(
    ...tags.map((tag) => {
      const names = [tag.label, ...Object.values(tag.labels)].join(" · ");
      const option = element("li", { id: `tag-${tag.id}`, role: "option" }, tag.id, " ", element("small", {}, names));
      option.dataset.tag = tag.id;
      option.dataset.text = `${tag.id} ${names}`.toLowerCase();
      option.addEventListener("click", () => onToggle(tag.id));
      return option;
    }),
  );
  filter.addEventListener("input", applyFilter);
  filter.addEventListener("keydown", (event) => handleKey(event, onToggle));
  chosen.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) onToggle(button.dataset.tag);
  });
}

/** Show which tags are chosen. */
export function showTags(tags) {
  chosen.replaceChildren(
    ...tags.map((tag) => {
      const button = element("button", { type: "button", "aria-label": `Remove tag ${tag}` }, `${tag} ×`);
      button.dataset.tag = tag;
      return element("li", {}, button);
    }),
  );
  for (const option of list.children) option.setAttribute("aria-selected", String(tags.includes(option.dataset.tag)));
}

export function focusTags() {
  filter.value = "";
  applyFilter();
  filter.focus();
}

function handleKey(event, onToggle) {
  if (event.ctrlKey || event.metaKey) return;
  const options = visible();
  const at = options.findIndex((option) => option.classList.contains("active"));
  if (event.key === "ArrowDown") activate(options[Math.min(options.length - 1, at + 1)]);
  else if (event.key === "ArrowUp") activate(options[Math.max(0, at - 1)]);
  else if (event.key === "Enter" && options[at]) {
    onToggle(options[at].dataset.tag);
    filter.select();
  } else return;
  event.preventDefault();
}

function applyFilter() {
  const words = filter.value.toLowerCase().split(/\s+/);
  for (const option of list.children) option.hidden = !words.every((word) => option.dataset.text.includes(word));
  activate(visible()[0]);
}

function visible() {
  return [...list.children].filter((option) => !option.hidden);
}

function activate(option) {
  for (const other of list.children) other.classList.toggle("active", other === option);
  if (option) {
    filter.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else filter.removeAttribute("aria-activedescendant");
}
