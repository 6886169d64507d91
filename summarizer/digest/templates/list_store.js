// Where the reading list is kept: in IndexedDB, since Chromium 156 gives a page that is a file an empty localStorage at some loads.
const openLists = () => new Promise((resolve, reject) => {
  const opening = indexedDB.open("summarizer", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("lists");
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});

// Calls `change` with the list that is stored, and stores what it returns, if anything, in the same transaction.
async function updateList(database, change) {
  const transaction = database.transaction("lists", "readwrite");
  const lists = transaction.objectStore("lists");
  const reading = lists.get("reading");
  reading.onsuccess = () => {
    const changed = change(reading.result);
    if (changed) lists.put(changed, "reading");
  };
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
}
