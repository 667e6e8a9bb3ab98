import { describe, expect, test } from 'vitest';
import { entry, from, id, plumtreeWith, pushed, sent } from './testing/plumtree.ts';

describe('tree optimisation (G4)', () => {
  /** A lazy link to `near`; then items that come from the parent after 6 hops and that it had after 1. */
  function twoWays() {
    const mesh = plumtreeWith(['parent', 'near', 'far']);
    for (const peer of ['near', 'far']) {
      mesh.accept(entry(`first of ${peer}`), from('parent'));
      mesh.duplicate(entry(`first of ${peer}`), peer);
    }
    const item = (name: string, by: string, hops = 6) => {
      mesh.accept(entry(name), from('parent', hops));
      mesh.hear(by, { type: 'ihave', topic: 'fleet', pushed: true, items: [{ item: entry(name), hops: 1 }] });
      mesh.fire('announce', 600);
    };
    return { ...mesh, item };
  }

  test('a lazy neighbour that was two hops nearer for three items in a row takes the parent’s place', () => {
    const { item, fire } = twoWays();
    item('1', 'near');
    item('2', 'near');
    expect(fire('optimise', 1_000)).toEqual([]);
    item('3', 'near');
    const effects = fire('optimise', 1_000);
    expect(sent(effects, 'graft')).toMatchObject([{ to: 'near', message: { items: [] } }]);
    expect(sent(effects, 'prune')).toMatchObject([{ to: 'parent' }]);
  });

  test('one that was a hop nearer does after seven, so that a lone author’s tree becomes a breadth-first one', () => {
    const { item, fire } = twoWays();
    for (const name of ['1', '2', '3', '4', '5', '6']) item(name, 'near', 3);
    expect(fire('optimise', 1_000)).toEqual([]);
    item('7', 'near', 3);
    const effects = fire('optimise', 1_000);
    expect(sent(effects, 'graft')).toMatchObject([{ to: 'near', message: { items: [] } }]);
    expect(sent(effects, 'prune')).toMatchObject([{ to: 'parent' }]);
  });

  test('items that were a hop nearer do not count as two', () => {
    const { item, fire } = twoWays();
    for (const [name, hops] of [
      ['1', 6],
      ['2', 6],
      ['3', 3],
      ['4', 6],
      ['5', 6],
    ] as const)
      item(name, 'near', hops);
    expect(fire('optimise', 1_000)).toEqual([]);
  });

  test('of several that are equally near the row goes on with the one that began it', () => {
    const { item, fire, hear } = twoWays();
    const both = (name: string, first: string, second: string) => {
      item(name, first);
      hear(second, { type: 'ihave', topic: 'fleet', pushed: true, items: [{ item: entry(name), hops: 1 }] });
    };
    both('1', 'near', 'far');
    both('2', 'far', 'near');
    both('3', 'far', 'near');
    expect(sent(fire('optimise', 1_000), 'graft')).toMatchObject([{ to: 'near' }]);
  });

  describe('a copy that came later and over fewer hops', () => {
    function late(hops: number) {
      const mesh = plumtreeWith(['mender', 'parent', 'other']);
      mesh.accept(entry('0'), from('parent', 5));
      mesh.accept(entry('1'), from('mender', 6));
      expect(sent(mesh.duplicate(entry('1'), 'parent', hops), 'prune')).toMatchObject([{ to: 'parent' }]);
      return mesh;
    }

    test('brings the link that it came by back onto the tree: a lost packet had made it late', () => {
      const effects = late(5).fire('optimise', 1_000);
      expect(sent(effects, 'graft')).toMatchObject([{ to: 'parent', message: { items: [] } }]);
      expect(sent(effects, 'prune')).toMatchObject([{ to: 'mender' }]);
    });

    test('changes nothing by a link that did not bring the item before', () => {
      const { duplicate, fire } = late(6);
      duplicate(entry('1'), 'other', 2);
      expect(fire('optimise', 1_000)).toEqual([]);
    });

    test('over as many hops changes nothing', () => {
      expect(late(6).fire('optimise', 1_000)).toEqual([]);
    });

    test('changes nothing while items follow each other, nor when it is of an item before the last', () => {
      const { accept, duplicate, fire } = late(5);
      accept(entry('2'), from('mender', 6));
      duplicate(entry('1'), 'parent', 4);
      expect(fire('optimise', 1_000)).toEqual([]);
    });

    test('is not outdone by an announcement that is the first of its row', () => {
      const { hear, fire } = late(5);
      hear('parent', { type: 'ihave', topic: 'fleet', pushed: true, items: [{ item: entry('1'), hops: 1 }] });
      expect(sent(fire('optimise', 1_000), 'graft')).toMatchObject([{ to: 'parent' }]);
    });
  });

  test('not one that was nearer now and then: authors in different places would pull the tree to and fro', () => {
    const { item, fire } = twoWays();
    for (const [name, by, hops] of [
      ['1', 'near', 6],
      ['2', 'near', 6],
      ['3', 'far', 6],
      ['4', 'near', 6],
      ['5', 'near', 2],
      ['6', 'near', 6],
      ['7', 'near', 6],
    ] as const)
      item(name, by, hops);
    expect(fire('optimise', 1_000)).toEqual([]);
  });

  test('not while items follow each other', () => {
    const { item, accept, fire } = twoWays();
    for (const name of ['1', '2', '3']) item(name, 'near');
    accept(entry('4'), from('parent', 1));
    expect(fire('optimise', 990)).toEqual([]);
  });
});

test('a parent that is gone is replaced at once by a neighbour that is as near, and not when the next item is missed (G11)', () => {
  const { accept, hear, feed } = plumtreeWith(['parent', 'lazy']);
  hear('lazy', { type: 'prune', topic: 'fleet' });
  accept(entry('1'), from('parent', 4));
  hear('lazy', { type: 'ihave', topic: 'fleet', pushed: true, items: [{ item: entry('1'), hops: 4 }] });
  const effects = feed({ type: 'link-down', peer: id('parent') });
  expect(sent(effects, 'graft')).toMatchObject([{ to: 'lazy', message: { items: [] } }]);
  expect(pushed(accept(entry('2')))).toEqual(['lazy 2']);
});
