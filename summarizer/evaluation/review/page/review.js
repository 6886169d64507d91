// One paper a screen. The server decides what may be saved; here are the keys, the edits and their undoing.

import { byId, element } from "./dom.js";
import { prepareForm, prepareTranslations, showIssues, showLabels, withField } from "./form.js";
import { showPaper } from "./paper.js";
import { selectedText, startSpan, stepWord } from "./spans.js";
import { focusTags, prepareTags } from "./tags.js";

const edits = new Map(); // id -> {paper, labels, history, lastField} of papers with unsaved edits
const saves = []; // {id, labels}: what each saved paper said before
let set;
let at = 0;
let current;
let queue = Promise.resolve();

/** Do one thing after the other: a key pressed while a paper is being opened is meant for that paper. */
function enqueue(action) {
  queue = queue.then(action);
}

const isDirty = () => JSON.stringify(current.labels) !== JSON.stringify(current.paper.labels);

async function ask(path, options) {
  try {
    const response = await fetch(path, options);
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    const body = isJson ? await response.json() : { error: await response.text() };
    return { status: response.status, issues: [], ...body };
  } catch {
    return { status: 0, issues: [], error: "the server does not answer: is summarizer gold review still running?" };
  }
}

function say(text) {
  byId("status").textContent = text;
}

async function open(index) {
  if (current && isDirty()) edits.set(current.paper.facts.id, current);
  at = (index + set.papers.length) % set.papers.length;
  const { id } = set.papers[at];
  const paper = await ask(`paper?id=${encodeURIComponent(id)}`);
  if (paper.status !== 200) return say(paper.error);
  const kept = edits.get(id);
  current = kept ? { ...kept, paper: { ...paper, revision: kept.paper.revision } } : { paper, labels: paper.labels, history: [] };
  edits.delete(id);
  showPaper(paper);
  prepareTranslations(paper.labels.translations);
  showIssues([]);
  location.hash = encodeURIComponent(id);
  refresh();
  byId("paper").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function refresh() {
  const corrected = set.papers.filter((paper) => paper.is_corrected).length;
  const drafts = set.papers.filter((paper) => paper.is_draft).length;
  byId("progress").textContent =
    `${at + 1} of ${set.papers.length} · ${corrected} corrected${drafts ? ` · ${drafts} drafts` : ""}${isDirty() ? " · unsaved" : ""}`;
  showLabels(current.labels, set.levels);
}

/** Change a field; keystrokes in the same text undo together. */
function edit(field, value, isTyping = false) {
  if (!isTyping || current.lastField !== field) current.history.push(current.labels);
  current.lastField = isTyping ? field : null;
  current.labels = withField(current.labels, field, value);
  refresh();
}

function toggleTag(tag) {
  const { tags } = current.labels;
  edit("tags", tags.includes(tag) ? tags.filter((other) => other !== tag) : [...tags, tag]);
}

function takeEvidence() {
  const text = selectedText();
  if (!text) return say("Select words of the title or of the abstract first.");
  edit("evidence", text);
  say("Evidence set.");
}

async function undo() {
  if (current.history.length) {
    current.labels = current.history.pop();
    current.lastField = null;
    refresh();
    return say("Undone.");
  }
  const last = saves.pop();
  if (!last) return say("Nothing to undo.");
  await open(set.papers.findIndex((paper) => paper.id === last.id));
  current.history.push(current.labels);
  current.labels = last.labels;
  refresh();
  say("This is what it said before you saved it last: save to keep that.");
}

async function save() {
  const { paper, labels } = current;
  const { id } = paper.facts;
  if (!isDirty() && !paper.is_draft) {
    await open(at + 1);
    return say(`${id}: nothing to save.`);
  }
  const saved = await send({ id, revision: paper.revision, labels });
  showIssues(saved.issues);
  if (saved.status === 409) return showStale(id);
  if (saved.status !== 200) return say(`Not saved: ${saved.issues.length ? `${saved.issues.length} issues` : saved.error}`);
  if (!paper.is_draft) saves.push({ id, labels: paper.labels });
  Object.assign(set.papers[at], { is_corrected: true, is_draft: false });
  current = { paper: saved, labels: saved.labels, history: [] };
  await open(at + 1);
  return say(`${id}: saved.`);
}

/** Send labels; until the answer is there nothing can be edited that it would overwrite. */
async function send(labels) {
  const { activeElement } = document;
  byId("labels").inert = true;
  const headers = { "Content-Type": "application/json" };
  const answer = await ask("paper", { method: "PUT", headers, body: JSON.stringify(labels) });
  byId("labels").inert = false;
  activeElement.focus({ preventScroll: true });
  return answer;
}

/** Somebody else changed the paper: show what it says now, and keep the edits for the reviewer to decide. */
async function showStale(id) {
  const fresh = await ask(`paper?id=${encodeURIComponent(id)}`);
  if (fresh.status !== 200) return say(fresh.error);
  current.paper = fresh;
  showPaper(fresh);
  refresh();
  return say(`${id} was changed elsewhere meanwhile (see the corrections). Save again to put your labels over it.`);
}

function jump() {
  const wanted = byId("jump").value.trim().toLowerCase();
  const index = ["id", "title"]
    .flatMap((key) => [
      set.papers.findIndex((paper) => paper[key].toLowerCase() === wanted),
      set.papers.findIndex((paper) => paper[key].toLowerCase().includes(wanted)),
    ])
    .find((found) => found >= 0);
  if (!wanted || index === undefined) return say("No paper has this in its id or title.");
  byId("jump").value = "";
  return open(index);
}

function handleText(region, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) stepWord(region, step, event.shiftKey);
  return Boolean(step);
}

const KEYS = {
  j: () => open(at + 1),
  k: () => open(at - 1),
  ArrowRight: () => open(at + 1),
  ArrowLeft: () => open(at - 1),
  a: () => startSpan(byId("abstract"), byId("abstract").textContent.indexOf(current.labels.evidence)),
  e: takeEvidence,
  t: focusTags,
  w: () => byId("tldr").focus(),
  s: save,
  u: undo,
  "/": () => byId("jump").focus(),
  "?": () => byId("help").showModal(),
};

function handleKey(event) {
  const { key, target } = event;
  if (byId("help").open || !current) return;
  if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    enqueue(save);
    return;
  }
  if (target.matches("textarea, input[type=search]")) {
    if (key === "Escape") byId("paper").focus({ preventScroll: true });
    else if (key === "Enter" && target.id === "jump") enqueue(jump);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.type === "radio" && key.startsWith("Arrow")) return;
  const isHandled = target.matches(".text") && handleText(target, event);
  const action = /^[0-5]$/.test(key) ? () => edit("relevance", Number(key)) : KEYS[key];
  if (isHandled || action) event.preventDefault();
  if (!isHandled && action) enqueue(action);
}

async function start() {
  set = await ask("set");
  if (set.status !== 200) return say(set.error);
  prepareTags(set.tags, toggleTag);
  prepareForm(set.levels, (field, value) => edit(field, value, field !== "relevance"));
  byId("ids").append(...set.papers.map((paper) => element("option", { value: paper.id }, paper.title)));
  byId("labels").addEventListener("submit", (event) => event.preventDefault());
  for (const [id, action] of [["previous", KEYS.k], ["next", KEYS.j], ["undo", undo], ["save", save], ["show-help", KEYS["?"]]])
    byId(id).addEventListener("click", () => enqueue(action));
  document.addEventListener("keydown", handleKey);
  addEventListener("beforeunload", (event) => {
    if (edits.size || (current && isDirty())) event.preventDefault();
  });
  if (!set.papers.length) return say("The gold set is empty.");
  const wanted = decodeURIComponent(location.hash.slice(1));
  return open(Math.max(0, set.papers.findIndex((paper) => paper.id === wanted)));
}

enqueue(start);
