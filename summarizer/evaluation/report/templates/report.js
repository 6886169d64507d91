"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripts");
  const byId = (id) => document.getElementById(id);

  // Storage may be denied, for instance on a page without an address of its own.
  function remembered(name) { try { return localStorage.getItem(name); } catch { return null; } }
  function remember(name, value) { try { localStorage.setItem(name, value); } catch { /* forgotten when the page is left */ } }

  function startTheme() {
    const button = byId("theme");
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
    const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember("summarizer.theme", root.dataset.theme);
      label();
    });
    dark.addEventListener("change", label);
    label();
  }
  const theme = remembered("summarizer.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  function startCopying() {
    document.addEventListener("click", async (event) => {
      const button = event.target.closest("button[data-copy]");
      if (!button) return;
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = "Copied";
      } catch {
        prompt("Copy:", button.dataset.copy);
      }
    });
  }

  function startPapers() {
    const papers = [...document.querySelectorAll(".paper")];
    const show = byId("show"), task = byId("task"), text = byId("text");
    const standard = [...show.options].find((option) => option.defaultSelected)?.value ?? show.options[0].value;
    const texts = new Map();
    const textOf = (paper) => {
      if (!texts.has(paper)) texts.set(paper, paper.textContent.toLowerCase());
      return texts.get(paper);
    };
    const kinds = {
      worse: (paper) => paper.dataset.fate === "worse",
      better: (paper) => paper.dataset.fate === "better",
      wrong: (paper) => "wrong" in paper.dataset,
      guardrail: (paper) => "guardrail" in paper.dataset,
      all: () => true,
    };
    let current = null;

    function filter() {
      const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const paper of papers) {
        const wanted = kinds[show.value](paper)
          && (!task.value || paper.dataset.tasks.split(" ").includes(task.value))
          && words.every((word) => textOf(paper).includes(word));
        paper.hidden = !wanted;
        shown += wanted;
      }
      byId("status").textContent = `${shown} of ${papers.length} papers`;
      byId("nothing").hidden = shown > 0;
    }

    function write() {
      const state = { show: show.value === standard ? "" : show.value, task: task.value, text: text.value, paper: current?.id.slice("paper=".length) };
      const set = Object.entries(state).filter(([, value]) => value);
      history.replaceState(null, "", `#${set.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`);
    }

    // A linked paper is shown whatever the filter says.
    function read() {
      if (location.hash && !location.hash.includes("=")) return;
      const state = new URLSearchParams(location.hash.slice(1).replace(/\+/g, "%2B"));
      const choose = (field, value, otherwise) => { field.value = [...field.options].some((option) => option.value === value) ? value : otherwise; };
      choose(show, state.get("show"), standard);
      choose(task, state.get("task"), "");
      text.value = state.get("text") ?? "";
      filter();
      const linked = state.has("paper") && byId(`paper=${state.get("paper")}`);
      if (!linked) return;
      if (linked.hidden) {
        show.value = "all";
        task.value = text.value = "";
        filter();
      }
      go(linked);
    }

    function go(paper) {
      current = paper;
      paper.focus({ preventScroll: true });
      paper.scrollIntoView({ block: "start" });
    }

    function step(by) {
      const shown = papers.filter((paper) => !paper.hidden);
      const at = shown.indexOf(current);
      const next = at >= 0 ? shown[at + by] : shown[0];
      if (!next) return;
      go(next);
      write();
    }

    function change() {
      current = null;
      filter();
      write();
    }

    for (const field of [show, task, text]) field.addEventListener("input", change);
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", read);
    const actions = { j: () => step(1), k: () => step(-1), "/": () => { text.focus(); text.select(); } };
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.key === "Escape") {
        document.activeElement?.blur();
      } else if (!event.target.closest("input, select, textarea") && Object.hasOwn(actions, event.key)) {
        event.preventDefault();
        actions[event.key]();
      }
    });
    filter();
    read();
  }

  addEventListener("DOMContentLoaded", () => {
    startTheme();
    startCopying();
    startPapers();
  });
})();
