import type { KeptPlace } from '../../ports/kept-place.ts';

/** A place that forgets with the process. */
export function createMemoryKeptPlace(): KeptPlace {
  const texts = new Map<string, string>();
  return {
    get: async (name) => texts.get(name),
    put: async (name, text) => {
      texts.set(name, text);
    },
  };
}
