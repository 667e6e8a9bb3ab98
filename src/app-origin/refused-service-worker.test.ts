import { describe, expect, it, vi } from 'vitest';
import { refuseServiceWorkers } from './refused-service-worker.ts';

function page() {
  class Navigator {
    get serviceWorker() {
      return 'the real one';
    }
    get language() {
      return 'en';
    }
  }
  const target = new EventTarget();
  const addEventListener = target.addEventListener.bind(target);
  const window = { Navigator, EventTarget, DOMException, addEventListener, navigator: new Navigator() };
  refuseServiceWorkers(window as unknown as Window & typeof globalThis);
  const listener = vi.fn();
  addEventListener('unhandledrejection', listener);
  const reject = (reason: unknown) => {
    const event = Object.assign(new Event('unhandledrejection', { cancelable: true }), { reason });
    target.dispatchEvent(event);
    return event;
  };
  return {
    navigator: window.navigator as unknown as Navigator & { serviceWorker: ServiceWorkerContainer },
    listener,
    reject,
  };
}

describe('a page of a release that wants a service worker (A18)', () => {
  it('finds none when it looks, and a container when it does not', async () => {
    const { navigator } = page();
    expect('serviceWorker' in navigator).toBe(false);
    expect(navigator.language).toBe('en');
    expect(String(navigator)).toBe('[object Object]');
    expect(navigator.serviceWorker.controller).toBeNull();
    expect(await navigator.serviceWorker.getRegistrations()).toEqual([]);
    expect(await navigator.serviceWorker.getRegistration()).toBeUndefined();
    const heard = vi.fn();
    navigator.serviceWorker.addEventListener('controllerchange', heard);
    navigator.serviceWorker.startMessages();
  });

  it('is refused like where the user allows none, and nobody hears of it who did not ask', async () => {
    const { navigator, listener, reject } = page();
    const reason = await navigator.serviceWorker.register('/sw.js').catch((error: unknown) => error);
    expect(reason).toMatchObject({ name: 'NotSupportedError', message: expect.stringContaining('/sw.js') });
    expect(reject(reason).defaultPrevented).toBe(true);
    expect(listener).not.toHaveBeenCalled();
    for (const other of [new Error('of the app'), 'text', null, undefined])
      expect(reject(other).defaultPrevented).toBe(false);
    expect(listener).toHaveBeenCalledTimes(4);
  });
});
