/** Deletes this page's databases. Rejects while another page keeps one of them open. */
export async function forgetDatabases(names: readonly string[]): Promise<void> {
  for (const name of names)
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = () => resolve();
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error(`another tab keeps ${name} open: close it and try again`));
    });
}
