export interface PaletteItem {
  readonly path: string;
  readonly title: string;
  readonly kind: string;
  /** More to match by, not shown. */
  readonly words: string;
}

/** As many as fit a laptop's screen without scrolling far. */
const SHOWN = 12;

/** Items that contain every word of `text`; a title that starts with it comes first. */
export function findItems(items: readonly PaletteItem[], text: string): readonly PaletteItem[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const first = wanted.join(' ');
  const found: PaletteItem[] = [];
  const starting: PaletteItem[] = [];
  for (const item of items) {
    const title = item.title.toLowerCase();
    const all = `${title} ${item.kind} ${item.words}`.toLowerCase();
    if (!wanted.every((word) => all.includes(word))) continue;
    if (title.startsWith(first)) starting.push(item);
    else if (found.length < SHOWN) found.push(item);
    if (starting.length === SHOWN) break;
  }
  return [...starting, ...found].slice(0, SHOWN);
}
