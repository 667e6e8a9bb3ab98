import { StorageRefused } from '../../ports/content.ts';
import type { KeptPlace } from '../../ports/kept-place.ts';

/** What every place holds under the name. One that fails holds nothing. */
export async function readPlaces(places: readonly KeptPlace[], name: string): Promise<readonly string[]> {
  const held = await Promise.all(places.map((place) => place.get(name).catch(() => undefined)));
  return held.filter((text) => text !== undefined);
}

/** Resolves once every place that works holds the text. Rejects with StorageRefused when none does; `what` is the subject of its message. */
export async function putPlaces(
  places: readonly KeptPlace[],
  name: string,
  text: string,
  what: string,
): Promise<void> {
  const kept = await Promise.allSettled(places.map((place) => place.put(name, text)));
  if (kept.every(({ status }) => status === 'rejected'))
    throw new StorageRefused(
      `The browser keeps nothing: no store took ${what}. Free space or allow storage.`,
    );
}
