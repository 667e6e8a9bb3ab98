import { describe, expect, it, vi } from 'vitest';
import { askForPopups } from './popups.ts';

class Link {
  constructor(
    readonly href: string,
    readonly target: string,
  ) {}
}

function scene() {
  const target = new EventTarget();
  const page = {
    document: { baseURI: 'http://localhost:4401/shop/' },
    location: { origin: 'http://localhost:4401' },
    HTMLAnchorElement: Link,
    addEventListener: target.addEventListener.bind(target),
    open: () => 'a window' as unknown,
  };
  const wantPopup = vi.fn();
  askForPopups(page as never, {
    show: vi.fn(),
    notice: vi.fn(),
    wantPopup,
    unhealthy: vi.fn(),
    busy: vi.fn(),
  });
  const click = (link: Link, prevented = false) => {
    const event = new Event('click', { cancelable: true });
    Object.defineProperty(event, 'composedPath', { value: () => [{}, link, target] });
    if (prevented) event.preventDefault();
    target.dispatchEvent(event);
    return event;
  };
  return { page: page as unknown as { open(address?: string): unknown }, wantPopup, click };
}

describe('a page that wants a window (E6)', () => {
  it('gets none of its own, and the shell is asked', () => {
    const { page, wantPopup } = scene();
    expect(page.open('https://pay.example.com/7')).toBeNull();
    expect(wantPopup).toHaveBeenCalledExactlyOnceWith('https://pay.example.com/7');
  });

  it('asks for no window of the release itself, which would go on without it, nor for an empty one', () => {
    const { page, wantPopup, click } = scene();
    for (const address of ['/help.html', '', 'about:blank', 'javascript:void 0', undefined])
      expect(page.open(address)).toBeNull();
    expect(click(new Link('http://localhost:4401/help.html', '_blank')).defaultPrevented).toBe(false);
    expect(wantPopup).not.toHaveBeenCalled();
  });

  it('asks for what a link opens in a window, unless the page deals with the click', () => {
    const { wantPopup, click } = scene();
    expect(click(new Link('https://pay.example.com/', '_blank')).defaultPrevented).toBe(true);
    click(new Link('https://pay.example.com/here', ''));
    click(new Link('https://pay.example.com/own', '_blank'), true);
    expect(wantPopup).toHaveBeenCalledExactlyOnceWith('https://pay.example.com/');
  });
});
