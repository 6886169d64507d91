"use strict";
// The page is complete without this file, which adds the filter, the theme, the keys and a memory for choices.
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  // A browser may refuse storage to a local file; then a choice lasts as long as the page.
  const remembered = (key) => {
    try { return localStorage.getItem(`summarizer.${key}`); } catch { return null; }
  };
  const remember = (key, value) => {
    try { localStorage.setItem(`summarizer.${key}`, value); } catch { /* see above */ }
  };

  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const theme = remembered("theme");
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  root.classList.add("scripts");

  document.addEventListener("DOMContentLoaded", () => {
    startTheme();
    startLanguage();
    startOverview();
    const show = startFilter();
    startKeys(show);
  });

  function startTheme() {
    const button = byId("theme");
    const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember("theme", root.dataset.theme);
      label();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
    label();
  }

  function startLanguage() {
    const tagOf = (input) => input.labels[0].lang || "en";
    for (const input of document.querySelectorAll(".switch input")) {
      if (tagOf(input) === remembered("language")) input.checked = true;
      input.addEventListener("change", () => remember("language", tagOf(input)));
    }
  }

  function startOverview() {
    const wide = matchMedia("(min-width: 64rem)");
    const adapt = () => { byId("overview").open = wide.matches; };
    wide.addEventListener("change", adapt);
    adapt();
  }

  function startFilter() {
    const cards = [...document.querySelectorAll(".card")];
    const sections = [...document.querySelectorAll("main section[data-level]")];
    const tagsOf = new Map(cards.map((card) => [card, new Set([...card.querySelectorAll("[data-tag]")].map((tag) => tag.dataset.tag))]));
    const textOf = new Map();
    const chosen = new Set();
    const buttons = [...document.querySelectorAll("[data-filter]")].map(toButton);

    const has = (card, words) => {
      if (!words.length) return true;
      if (!textOf.has(card)) textOf.set(card, card.textContent.toLowerCase());
      return words.every((word) => textOf.get(card).includes(word));
    };

    function show() {
      const words = byId("query").value.toLowerCase().split(/\s+/).filter(Boolean);
      const least = Number(byId("least").value);
      let shown = 0;
      for (const card of cards) {
        card.hidden = Number(card.dataset.relevance) < least
          || ![...chosen].every((tag) => tagsOf.get(card).has(tag)) || !has(card, words);
        if (!card.hidden) shown += 1;
      }
      const filtering = words.length > 0 || least > 0 || chosen.size > 0;
      for (const section of sections) section.hidden = filtering && !section.querySelector(".card:not([hidden])");
      for (const rest of document.querySelectorAll(".rest")) rest.open = filtering;
      for (const button of buttons) button.setAttribute("aria-pressed", String(chosen.has(button.dataset.filter)));
      byId("status").textContent = filtering ? `${shown} of ${cards.length} papers` : "";
      byId("nothing").hidden = shown > 0 || !cards.length;
      root.classList.toggle("filtering", filtering);
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
      show();
    }

    document.addEventListener("click", (event) => {
      const target = event.target.closest("button[data-filter], .card [data-tag]");
      if (target) toggle(target.dataset.filter ?? target.dataset.tag);
    });
    byId("query").addEventListener("input", show);
    byId("least").addEventListener("change", show);
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
    byId("filter").addEventListener("reset", () => { chosen.clear(); setTimeout(show); });
    if (byId("query").value || byId("least").value !== "0") show();
    return () => byId("filter").reset();
  }

  function startKeys(showAll) {
    const help = byId("help");
    const single = byId("single");
    let current = null;
    single.checked = remembered("keys") !== "off";
    single.addEventListener("change", () => remember("keys", single.checked ? "on" : "off"));
    byId("keys").addEventListener("click", () => help.showModal());
    byId("close").addEventListener("click", () => help.close());
    document.addEventListener("focusin", (event) => { current = event.target.closest(".card") ?? current; });

    const readable = () => [...document.querySelectorAll(".card:not([hidden])")].filter((card) => !card.closest(".rest:not([open])"));

    function step(by) {
      const cards = readable();
      const at = cards.indexOf(current);
      const below = cards.findIndex((card) => card.getBoundingClientRect().top >= 0);
      const next = cards[at >= 0 ? at + by : below];
      if (!next) return;
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "start" });
    }

    function find() {
      byId("overview").open = true;
      byId("query").focus();
      byId("query").select();
    }

    const actions = {
      j: () => step(1),
      k: () => step(-1),
      o: () => { const link = current?.querySelector("[data-main]"); if (link) open(link.href, "_blank", "noopener,noreferrer"); },
      "/": find,
      "?": () => help.showModal(),
    };

    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
      if (event.key === "Escape") {
        showAll();
        document.activeElement?.blur();
      } else if (single.checked && !event.target.closest("input, select, textarea") && Object.hasOwn(actions, event.key)) {
        event.preventDefault();
        actions[event.key]();
      }
    });
  }
})();
