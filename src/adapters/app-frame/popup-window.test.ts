import { describe, expect, it, vi } from 'vitest';
import type { ReachAddress } from '../../core/wire/entry/reach-address.ts';
import { createPopupWindow } from './popup-window.ts';

function scene(opens = true) {
  const windows: { location: { href: string }; close: () => void }[] = [];
  const popup = createPopupWindow(
    ['https://pay.example.com', 'https://*.bank.example:8443'] as ReachAddress[],
    () => {
      if (!opens) return null;
      windows.push({ location: { href: '' }, close: vi.fn() });
      return windows.at(-1) as unknown as Window;
    },
  );
  return { popup, windows };
}

describe('a window that a release asks for (E6)', () => {
  it('shows the page of a named host', () => {
    const { popup, windows } = scene();
    expect(popup.open('https://pay.example.com/order?id=7#now')).toBeUndefined();
    expect(windows).toMatchObject([{ location: { href: 'https://pay.example.com/order?id=7#now' } }]);
    expect(popup.open('https://a.bank.example:8443/')).toBeUndefined();
  });

  it.each([
    'https://evil.example/',
    'http://pay.example.com/',
    'https://pay.example.com:8443/',
    'https://pay.example.com.evil.example/',
    'https://bank.example:8443/',
    'https://user@pay.example.com/',
    'https://:secret@pay.example.com/',
    'javascript:alert(1)',
    'about:blank',
    '',
    'no address',
  ])('is not opened for what is not named: %s', (address) => {
    const { popup, windows } = scene();
    expect(popup.open(address)).toBe('not-granted');
    expect(windows).toEqual([]);
  });

  it('is one at a time, and goes with the run', () => {
    const { popup, windows } = scene();
    popup.open('https://pay.example.com/1');
    popup.open('https://pay.example.com/2');
    expect(windows[0]!.close).toHaveBeenCalledTimes(1);
    popup.close();
    popup.close();
    expect(windows[1]!.close).toHaveBeenCalledTimes(1);
  });

  it('is told to be blocked where the browser opens none', () => {
    expect(scene(false).popup.open('https://pay.example.com/')).toBe('blocked');
  });
});
