// Where the reading list is kept: in IndexedDB, since Chromium 156 gives a page that is a file an empty localStorage at some loads.
const openLists = () => new Promise((resolve, reject) => {
  const opening = indexedDB.open("summarizer", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("lists");
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});

// Calls `change` with the list that is stored, and stores what it returns, if anything, in the same transaction. The
// database is opened each time: WebKit closes the connections of a tab in the background.
async function updateList(change) {
  const database = await openLists();
  try {
    await new Promise((resolve, reject) => {
      const transaction = database.transaction("lists", "readwrite");
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
      const lists = transaction.objectStore("lists");
      lists.get("reading").onsuccess = (event) => {
        const changed = change(event.target.result);
        if (changed) lists.put(changed, "reading");
      };
    });
  } finally {
    database.close();
  }
}

// Tells other tabs that the list has changed, and calls `onChange` when they do; a browser that keeps nothing may refuse.
function joinTabs(onChange) {
  try {
    const tabs = new BroadcastChannel("summarizer.reading");
    tabs.addEventListener("message", onChange);
    return () => tabs.postMessage("changed");
  } catch {
    return () => {};
  }
}
