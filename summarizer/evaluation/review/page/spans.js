// Text of the paper: choosing words with the arrow keys, and showing where the evidence stands.

const regions = () => ["title", "abstract"].map((id) => document.getElementById(id));

/** The selected text when it lies within the title or within the abstract, else an empty string. */
export function selectedText() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  const isInside = regions().some((region) => region.contains(range.startContainer) && region.contains(range.endContainer));
  return isInside ? selection.toString().trim() : "";
}

/** Mark the evidence where it stands verbatim; the text itself stays one node, so that selections stay simple. */
export function markEvidence(evidence) {
  if (!CSS.highlights) return;
  CSS.highlights.delete("evidence");
  for (const region of regions()) {
    const start = evidence ? region.textContent.indexOf(evidence) : -1;
    if (start < 0) continue;
    const range = new Range();
    range.setStart(region.firstChild, start);
    range.setEnd(region.firstChild, start + evidence.length);
    CSS.highlights.set("evidence", new Highlight(range));
    return;
  }
}

/** Select the word at an offset of a region, as the start of a span. */
export function startSpan(region, offset) {
  region.focus();
  const words = wordsOf(region);
  if (words.length) select(region, words, wordAt(words, Math.max(0, offset)));
}

/** Move the selection by a word, or with `extend` its far end. */
export function stepWord(region, step, extend) {
  const words = wordsOf(region);
  const selection = document.getSelection();
  if (!words.length) return;
  if (!region.contains(selection.anchorNode)) {
    select(region, words, 0);
    return;
  }
  const isBackward = selection.anchorOffset > selection.focusOffset;
  const anchor = wordAt(words, selection.anchorOffset - (isBackward ? 1 : 0));
  const focus = wordAt(words, selection.focusOffset - (isBackward ? 0 : 1));
  const target = Math.min(words.length - 1, Math.max(0, focus + step));
  select(region, words, extend ? anchor : target, target);
}

function wordsOf(region) {
  return [...region.textContent.matchAll(/\S+/g)].map((match) => [match.index, match.index + match[0].length]);
}

function wordAt(words, offset) {
  const index = words.findIndex(([, end]) => offset < end);
  return index < 0 ? words.length - 1 : index;
}

function select(region, words, anchor, focus = anchor) {
  const node = region.firstChild;
  const [from, to] = focus < anchor ? [words[anchor][1], words[focus][0]] : [words[anchor][0], words[focus][1]];
  document.getSelection().setBaseAndExtent(node, from, node, to);
}
