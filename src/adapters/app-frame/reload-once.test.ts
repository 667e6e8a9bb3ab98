import { describe, expect, it, vi } from 'vitest';
import { createReloadOnce } from './reload-once.ts';

function notes(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  } as unknown as Storage;
}

describe('a page that loads itself again for a start that failed (A10)', () => {
  it('does so once, also as seen by the page that is loaded, until a start succeeds', () => {
    const kept = notes();
    const reload = vi.fn();
    const first = createReloadOnce(kept, reload);
    expect(first.isLeft).toBe(true);
    first.reload();
    expect(reload).toHaveBeenCalledTimes(1);
    expect(createReloadOnce(kept, reload).isLeft).toBe(false);
    createReloadOnce(kept, reload).restore();
    expect(createReloadOnce(kept, reload).isLeft).toBe(true);
  });

  it('does not where nothing can be noted, which would be for ever', () => {
    const full = {
      ...notes(),
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    expect(createReloadOnce(full, vi.fn()).isLeft).toBe(false);
  });
});
