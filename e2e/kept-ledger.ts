import type { Page } from 'playwright';

/** Ids of the entries that a page keeps. */
export function ledgerOf(page: Page, kind: 'operator' | 'device'): Promise<string[]> {
  return page.evaluate(
    (name) =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onupgradeneeded = () => reject(new Error(`there is no database ${name}`));
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const reading = db.transaction('entries').objectStore('entries').getAll();
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            db.close();
            resolve((reading.result as { key: string }[]).map(({ key }) => key));
          };
        };
      }),
    `fieldfare-${kind}/ledger`,
  );
}
