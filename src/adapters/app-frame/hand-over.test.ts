import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_PERMISSIONS } from '../../core/wire/entry/permissions.ts';
import type { Bridge, BridgeState } from './bridge.ts';
import { handOver } from './hand-over.ts';

const TIMEOUT_MS = 8_000;
const open: MessagePort[] = [];

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const port of open.splice(0)) port.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function scene(mayReset: boolean, server: 'clears' | 'away' = 'away') {
  let state: BridgeState = { type: 'opening' };
  const offers: { port: MessagePort; begins: boolean }[] = [];
  const bridge = {
    get state() {
      return state;
    },
    offer: (port: MessagePort, begins: boolean) => {
      open.push(port);
      offers.push({ port, begins });
    },
    give: () => {},
    renew: vi.fn(() => {
      state = { type: 'opening' };
    }),
    close: () => {},
  } satisfies Bridge;
  const asked = vi.fn(async () => {
    if (server === 'away') throw new TypeError('the server is away');
    return new Response(null, { status: 204 });
  });
  vi.stubGlobal('fetch', asked);
  const on = { onTaken: vi.fn(), onFailed: vi.fn(), onDisturbed: vi.fn() };
  const hand = () =>
    handOver({
      appOrigin: 'https://till:4401',
      permissions: NO_PERMISSIONS,
      bridge,
      clock: {
        nowMs: () => 0,
        monotonicMs: () => 0,
        schedule: (delayMs, run) => {
          const timer = setTimeout(run, delayMs);
          return () => clearTimeout(timer);
        },
      },
      product: 'menu',
      version: '1.0',
      files: { sizes: new Map(), read: async () => new Uint8Array() },
      mayReset,
      ...on,
    });
  const say = (now: BridgeState) => {
    state = now;
  };
  return { hand, bridge, offers, asked, say, ...on };
}

const silent = () => vi.advanceTimersByTimeAsync(TIMEOUT_MS);

describe('handing a release to the worker (A10)', () => {
  it('offers a port as soon as the bridge wants one, and later ones of the same run', async () => {
    const { hand, offers, onTaken, onFailed } = scene(false);
    const run = hand();
    run.onBridge({ type: 'port-wanted' });
    vi.useRealTimers();
    const [first] = offers;
    first!.port.postMessage({ type: 'port-taken' });
    await vi.waitFor(() => expect(onTaken).toHaveBeenCalledTimes(1));
    run.onBridge({ type: 'port-wanted' });
    expect(offers.map(({ begins }) => begins)).toEqual([true, false]);
    expect(onFailed).not.toHaveBeenCalled();
    run.end();
  });

  it('tries a new bridge before it fails, and does not clear what apps keep', async () => {
    const { hand, bridge, asked, onFailed } = scene(false, 'clears');
    hand();
    await silent();
    expect(bridge.renew).toHaveBeenCalledTimes(1);
    expect(onFailed).not.toHaveBeenCalled();
    await silent();
    expect(onFailed).toHaveBeenCalledWith(expect.stringContaining('see that its server runs'));
    expect(asked).not.toHaveBeenCalled();
  });

  it('has the server clear the origin where it may, and tries once more', async () => {
    const { hand, bridge, asked, onFailed } = scene(true, 'clears');
    hand();
    await silent();
    await silent();
    expect(asked).toHaveBeenCalledWith(
      'https://till:4401/.fieldfare/reset',
      expect.objectContaining({ method: 'POST', credentials: 'include' }),
    );
    expect(bridge.renew).toHaveBeenCalledTimes(2);
    expect(onFailed).not.toHaveBeenCalled();
    await silent();
    expect(onFailed).toHaveBeenCalledTimes(1);
  });

  it('fails at once where the server is away, in the words of the bridge', async () => {
    const { hand, say, onFailed } = scene(true);
    const run = hand();
    say({ type: 'failed', reason: 'no script' });
    run.onBridge({ type: 'bridge-failed', reason: 'no script' });
    await vi.advanceTimersByTimeAsync(0);
    say({ type: 'failed', reason: 'no script' });
    run.onBridge({ type: 'bridge-failed', reason: 'no script' });
    await vi.advanceTimersByTimeAsync(0);
    expect(onFailed).toHaveBeenCalledWith(expect.stringContaining('could not start: no script'));
  });

  it('says nothing more once it was ended', async () => {
    const { hand, bridge, onFailed } = scene(true, 'clears');
    hand().end();
    await silent();
    await silent();
    expect(bridge.renew).not.toHaveBeenCalled();
    expect(onFailed).not.toHaveBeenCalled();
  });
});
