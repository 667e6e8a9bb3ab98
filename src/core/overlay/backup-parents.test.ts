import { describe, expect, test } from 'vitest';
import type { EntryId, NodeId } from '../wire/encoding/ids.ts';
import { itemOfEntry } from '../wire/link/item.ts';
import { createBackupParents } from './backup-parents.ts';

const id = (name: string) => name as NodeId;
const entry = (name: string) => itemOfEntry(name as EntryId);

/** The item came from the parent after 4 hops, and `a` announced it after 4 too. */
function child() {
  const backups = createBackupParents();
  backups.onAccepted('fleet', entry('1'), id('parent'), 4);
  backups.onAnnounced('fleet', entry('1'), id('a'), 4, false);
  return backups;
}

describe('who takes the place of a parent that is gone (G11)', () => {
  test('the nearest that announced the last item', () => {
    const backups = child();
    backups.onAnnounced('fleet', entry('1'), id('b'), 3, false);
    backups.onAnnounced('fleet', entry('1'), id('c'), 4, false);
    expect(backups.onLinkDown(id('parent'))).toEqual([{ topic: 'fleet', by: 'b' }]);
    expect(backups.onLinkDown(id('parent'))).toEqual([]);
  });

  test('nobody that had it after more hops: it may be below this node', () => {
    const backups = child();
    backups.onLinkDown(id('a'));
    backups.onAnnounced('fleet', entry('1'), id('c'), 5, false);
    expect(backups.onLinkDown(id('parent'))).toEqual([]);
  });

  test('nobody that announced an item before the last', () => {
    const backups = child();
    backups.onAccepted('fleet', entry('2'), id('parent'), 4);
    backups.onAnnounced('fleet', entry('1'), id('b'), 3, false);
    expect(backups.onLinkDown(id('parent'))).toEqual([]);
  });

  test('nobody, when another neighbour is gone, or the last item was this node’s own', () => {
    const backups = child();
    expect(backups.onLinkDown(id('b'))).toEqual([]);
    backups.onAccepted('fleet', entry('2'), undefined, 0);
    backups.onAnnounced('fleet', entry('2'), id('a'), 0, false);
    expect(backups.onLinkDown(id('parent'))).toEqual([]);
  });

  test('in each topic for itself, and of topics without end the latest are kept', () => {
    const backups = createBackupParents();
    for (let topic = 0; topic < 2_000; topic++) {
      backups.onAccepted(`site:${topic}`, entry(`${topic}`), id('parent'), 4);
      backups.onAnnounced(`site:${topic}`, entry(`${topic}`), id('a'), 3, false);
    }
    const topics = backups.onLinkDown(id('parent')).map(({ topic }) => topic);
    expect(topics).toHaveLength(1_024);
    expect(topics.at(-1)).toBe('site:1999');
  });
});
