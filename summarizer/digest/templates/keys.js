// Single keys, which a reader can turn off (WCAG 2.2, 2.1.4)
function startKeys(reading, showAll) {
  const help = byId("help");
  const single = byId("single");
  let current = null;
  single.checked = remembered("keys") !== "off";
  single.addEventListener("change", () => remember("keys", single.checked ? "on" : "off"));
  byId("keys").addEventListener("click", () => help.showModal());
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
  document.addEventListener("focusin", (event) => { current = event.target.closest(".card") ?? current; });

  const readable = () => [...document.querySelectorAll(".card:not([hidden])")].filter((card) => !card.closest(".folded:not([open]), section[hidden]"));

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
    byId("panel").open = true;
    byId("query").focus();
    byId("query").select();
  }

  const actions = {
    j: () => step(1),
    k: () => step(-1),
    o: () => { const link = current?.querySelector(".facts a"); if (link) open(link.href, "_blank", "noopener,noreferrer"); },
    s: () => { if (current) reading.toggle(current); },
    "/": find,
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      showAll();
      document.activeElement?.blur();
    } else if (single.checked && !event.target.closest("input, select, textarea") && Object.hasOwn(actions, event.key)) {
      event.preventDefault();
      actions[event.key]();
    }
  });
}
