// Starts everything. The page is complete without scripts, which add filter, reading list, theme, keys and memory.
const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const theme = remembered("theme");
if (theme === "dark" || theme === "light") root.dataset.theme = theme;
root.classList.add("scripts");

document.addEventListener("DOMContentLoaded", () => {
  startTheme();
  startLanguage();
  startPanel();
  const index = buildIndex();
  let filter = null;
  const reading = startReading(index, () => filter?.show());
  filter = startFilter(index, reading.has);
  reading.load();
  startKeys(reading, filter.reset);
  gatherTexts(index);
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

function startPanel() {
  const wide = matchMedia("(min-width: 64rem)");
  const adapt = () => { byId("panel").open = wide.matches; };
  wide.addEventListener("change", adapt);
  adapt();
}
