import { describe, expect, test } from 'vitest';
import { createEntryWriter, grantTo, keyOf } from '../ledger/testing/entry-writer.ts';
import { admissionBody, admissionPath } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { valueBody } from '../wire/entry/tree.ts';
import type { LinkMessage } from '../wire/link/message.ts';
import { NO_WARNINGS } from '../wire/statement/release-warnings.ts';
import { linkedNodes } from './testing/linked-nodes.ts';

const ADA = keyOf('ada');
const TILL = keyOf('till');

/** Ada's fleet, in which she may do everything, and a till; she and the till are linked, and the link never breaks. */
function aFleet() {
  const writer = createEntryWriter({ keys: ['ada'], threshold: 1 });
  const grant = writer.write({ by: 'ada', action: 'grant', body: grantTo(['ada']) });
  const write = (action: string, path: string, body: Entry['body'], parents: readonly Entry[] = []) =>
    writer.write({ by: 'ada', action, path, grant, knowing: [grant], body, parents });
  write(
    'admit',
    admissionPath(TILL),
    admissionBody({ device: TILL, name: 'till', site: 'Harbour', labels: {} }),
  );
  return {
    writer,
    set: (name: string, parents: readonly Entry[] = []) =>
      write('create', `/config/fleet/${name}`, valueBody(name), parents),
    all: () => writer.written.map(({ entry }) => entry),
  };
}

const isBroadcast = ({ type }: LinkMessage) => type === 'push' || type === 'ihave';
const isBroadcastOfEntry = (message: LinkMessage) =>
  (message.type === 'push' && message.kind === 'entry') || message.type === 'ihave';

/** Minutes in which nothing but what is seldom done happens. */
const SELDOM_MS = 15 * 60_000;

describe('on a link that never breaks (R8)', () => {
  test('a beacon that shows a node behind brings what it names', () => {
    const { writer, set, all } = aFleet();
    const nodes = linkedNodes(writer);
    const ada = nodes.open(ADA, all());
    const till = nodes.open(TILL, all());
    nodes.link(ADA, TILL);
    nodes.lose(isBroadcastOfEntry);
    const lost = set('opens');
    ada.write(lost);
    nodes.pass(50_000);
    expect(till.holds(lost)).toBe(false);
    // Her beacon comes each minute, the till looks at it each ten seconds.
    nodes.pass(40_000);
    expect(till.holds(lost)).toBe(true);
  });

  test('what was dropped from the waiting room is asked for again', () => {
    const { writer, set, all } = aFleet();
    const nodes = linkedNodes(writer);
    const ada = nodes.open(ADA, all());
    const till = nodes.open(TILL, all());
    nodes.link(ADA, TILL);
    const first = set('first');
    const built = Array.from({ length: 4_097 }, (_, at) => set(`value ${at}`, [first]));
    nodes.lose(isBroadcast);
    ada.write(first);
    for (const entry of built) ada.write(entry);
    nodes.settle();
    // They come by another way, out of order: one more than the waiting room has places.
    for (const entry of built)
      till.tell({
        type: 'entry-received',
        received: writer.received(entry),
        source: { type: 'pushed', from: ADA, hops: 1 },
      });
    expect(till.holds(first)).toBe(false);
    nodes.pass(2_000);
    expect(built.every(till.holds)).toBe(true);
  });

  test('what nothing tells of is found by a seldom round', () => {
    const { writer, set, all } = aFleet();
    const nodes = linkedNodes(writer);
    const ada = nodes.open(ADA, all());
    const till = nodes.open(TILL, all());
    nodes.link(ADA, TILL);
    nodes.lose(isBroadcast);
    const lost = set('opens');
    ada.write(lost);
    nodes.pass(60_000);
    expect(till.holds(lost)).toBe(false);
    nodes.pass(SELDOM_MS);
    expect(till.holds(lost)).toBe(true);
  });

  test('a round with nothing to find costs no entry and no statement', () => {
    const { writer, all } = aFleet();
    const nodes = linkedNodes(writer);
    nodes.open(ADA, all());
    nodes.open(TILL, all());
    nodes.link(ADA, TILL);
    const seen: LinkMessage['type'][] = [];
    nodes.lose((message) => {
      seen.push(message.type);
      return false;
    });
    nodes.pass(SELDOM_MS);
    expect(seen).toContain('greet');
    expect(seen.filter((type) => type === 'entries' || type === 'statements')).toEqual([]);
  });
});

test('a newcomer hears what members said before it knew them', () => {
  const { writer, all } = aFleet();
  const nodes = linkedNodes(writer);
  const ada = nodes.open(ADA, all());
  const till = nodes.open(TILL, all());
  ada.tell({ type: 'sites-watched', sites: 'all' });
  nodes.link(ADA, TILL);
  till.say({
    type: 'receipt',
    stage: 'committed',
    rollout: undefined,
    release: undefined,
    reason: '',
    bytesFromPublisher: 0,
    bytesFromPeers: 0,
    warnings: NO_WARNINGS,
  });
  nodes.settle();
  expect(ada.node.book.newest(TILL, 'receipt')).toBeDefined();
  const newcomer = nodes.open(keyOf('newcomer'), []);
  newcomer.tell({ type: 'sites-watched', sites: 'all' });
  nodes.link(keyOf('newcomer'), ADA);
  expect(newcomer.node.view().devices.has(TILL)).toBe(true);
  nodes.pass(1_000);
  expect(newcomer.node.book.newest(TILL, 'receipt')).toBeDefined();
});

test('attack: a neighbour that begins reconciliation again and again is refused', () => {
  const { writer, all } = aFleet();
  const nodes = linkedNodes(writer);
  const ada = nodes.open(ADA, all());
  nodes.open(TILL, all());
  nodes.link(ADA, TILL);
  const greet = { type: 'greet', nonce: new Uint8Array(8), count: 3, oddSketch: new Uint8Array(20) } as const;
  const message = TILL < ADA ? { ...greet, oddSketch: undefined } : greet;
  expect(() => {
    for (let at = 0; at < 10; at++) ada.tell({ type: 'message-received', peer: TILL, message });
  }).toThrow(/begins again and again/);
});
