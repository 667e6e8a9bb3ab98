export type Labels = Readonly<Record<string, string>>;

export type LabelReading =
  | { readonly type: 'labels'; readonly labels: Labels }
  | { readonly type: 'problem'; readonly problem: string };

/** "floor=2, screen=portrait", in key order. */
export function formatLabels(labels: Labels): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

/** Reads what `formatLabels` writes; spaces and trailing commas are forgiven. */
export function parseLabels(text: string): LabelReading {
  const labels = new Map<string, string>();
  for (const part of text.split(',')) {
    const pair = part.trim();
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const key = pair.slice(0, Math.max(at, 0)).trim();
    const value = pair.slice(at + 1).trim();
    if (key === '' || value === '') {
      return {
        type: 'problem',
        problem: `"${pair}" is not a label. Write key=value, with commas between labels.`,
      };
    }
    if (labels.has(key)) return { type: 'problem', problem: `"${key}" is given twice. Keep one of them.` };
    labels.set(key, value);
  }
  return { type: 'labels', labels: Object.fromEntries(labels) };
}
