import { describe, expect, it } from 'vitest';
import { createWorkerMessages } from './worker-messages.ts';

const OFFER = { type: 'port-offer', begins: true };
const TAKEN = { type: 'registration-taken' };

/** What the worker does on messages, each by whom it came from. */
function aWorker(lingers: boolean) {
  const done: string[] = [];
  const onMessage = createWorkerMessages({
    isBridge: (client) => client?.id === 'bridge',
    leftBehind: { has: (id) => id === 'page of before', linger: () => lingers },
    takePort: (_, { begins }) => void done.push(begins ? 'a run begins' : 'it goes on'),
    blame: () => void done.push('the release is blamed'),
  });
  return (source: string | null, data: unknown, ports: readonly unknown[] = [{}]): readonly string[] => {
    const client = source === null ? null : { id: source, url: '', postMessage: () => {} };
    onMessage({ source: client, data, ports: ports as readonly MessagePort[] });
    return done.splice(0);
  };
}

describe('a message to the worker', () => {
  it('by the bridge hands over a port (A3)', () => {
    const tell = aWorker(false);
    expect(tell('bridge', OFFER)).toEqual(['a run begins']);
    expect(tell('bridge', { ...OFFER, begins: false })).toEqual(['it goes on']);
    expect(tell('bridge', OFFER, [])).toEqual([]);
    expect(tell('bridge', { type: 'hello' })).toEqual([]);
  });

  it('attack: by a page of the release hands over nothing, and the release is blamed (A3, A16)', () => {
    const tell = aWorker(false);
    expect(tell('page', OFFER)).toEqual(['the release is blamed']);
    expect(tell(null, OFFER)).toEqual(['the release is blamed']);
    expect(tell('page', TAKEN)).toEqual(['the release is blamed']);
  });

  it('by a page that an earlier run left behind is nobody’s fault (A16)', () => {
    expect(aWorker(false)('page of before', OFFER)).toEqual([]);
  });

  it('that the registration was taken blames the release, but for the moments in which one of before may have done it (A16)', () => {
    expect(aWorker(false)('bridge', TAKEN)).toEqual(['the release is blamed']);
    expect(aWorker(true)('bridge', TAKEN)).toEqual([]);
  });
});
