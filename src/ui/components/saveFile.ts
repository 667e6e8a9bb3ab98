/** Hands text to the browser's downloads. */
export function saveFile(
  name: string,
  type: 'text/csv' | 'application/json' | 'text/plain',
  text: string,
): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}
