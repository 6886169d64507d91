// What a browser keeps. It may refuse storage, to a local file for instance; then a choice lasts as long as the page.
const root = document.documentElement;
const byId = (id) => document.getElementById(id);

const remembered = (key) => {
  try { return localStorage.getItem(`summarizer.${key}`); } catch { return null; }
};

// Tells whether the browser kept it.
const remember = (key, value) => {
  try { localStorage.setItem(`summarizer.${key}`, value); return true; } catch { return false; }
};

const announce = (text) => { byId("news").textContent = text; };
