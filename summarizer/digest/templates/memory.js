// What a browser keeps. It may refuse storage, to a local file for instance; then a choice lasts as long as the page.
const root = document.documentElement;
const byId = (id) => document.getElementById(id);

const remembered = (key) => {
  try { return localStorage.getItem(`summarizer.${key}`); } catch { return null; }
};

const remember = (key, value) => {
  try { localStorage.setItem(`summarizer.${key}`, value); } catch { /* forgotten with the page */ }
};

const announce = (text) => { byId("news").textContent = text; };
