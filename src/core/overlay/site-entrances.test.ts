import { describe, expect, test } from 'vitest';
import type { NodeId } from '../wire/encoding/ids.ts';
import type { ItemId } from '../wire/link/item.ts';
import type { BroadcastMessage, SiteEntrance } from '../wire/link/overlay.ts';
import type { ItemSource } from './input.ts';
import { type Effects, entry, from, id, plumtreeWith, pushed, sent } from './testing/plumtree.ts';

/** This node and those that begin with "n" are of one site, those that begin with "f" of others; "o" has none. */
const siteOf = (node: NodeId) =>
  node === 'self' || node.startsWith('n') ? 'here' : node.startsWith('f') ? `site of ${node}` : undefined;
const site = (peers: readonly string[]) => plumtreeWith(peers, siteOf);
const entrance = (by: string, hops: number, asked = false): SiteEntrance => ({ by: id(by), hops, asked });
const ihave = (item: ItemId, hops: number, by?: SiteEntrance): BroadcastMessage => ({
  type: 'ihave',
  topic: 'fleet',
  pushed: true,
  items: [{ item, hops, ...(by && { entrance: by }) }],
});
const inside = (peer: string, hops: number, by: SiteEntrance): ItemSource => ({
  type: 'pushed',
  from: id(peer),
  hops,
  entrance: by,
});
const pruned = (effects: Effects) => sent(effects, 'prune').map(({ to }) => to);
const asked = (effects: Effects) => sent(effects, 'graft').map(({ to }) => to);

describe('an item that came into the site by two nodes (G12)', () => {
  test('the one that had it after more hops gives up its way, and tells who hangs on it', () => {
    const { accept, duplicate } = site(['n1', 'n2', 'f1']);
    accept(entry('1'), from('f1', 4));
    const effects = duplicate(entry('1'), 'n1', 4, entrance('n3', 2));
    expect(pruned(effects)).toEqual(['f1']);
    expect(sent(effects, 'ihave')).toMatchObject([
      { to: 'n2', message: { items: [{ hops: 4, entrance: entrance('n3', 2) }] } },
    ]);
    expect(pushed(accept(entry('2'), from('n1', 5)))).toEqual(['n2 2']);
  });

  test('whoever hangs on it passes the word on, and makes the link eager over which it came', () => {
    const { accept, hear } = site(['n1', 'n2', 'n3']);
    accept(entry('1'), inside('n1', 5, entrance('n4', 4)));
    hear('n2', { type: 'prune', topic: 'fleet' });
    const effects = hear('n2', ihave(entry('1'), 3, entrance('n5', 2)));
    expect(asked(effects)).toEqual(['n2']);
    expect(sent(effects, 'ihave').map(({ to }) => to)).toEqual(['n1', 'n3']);
  });

  test('the other one keeps its way, and says by whom it came in', () => {
    const { accept, duplicate } = site(['n1', 'f1']);
    accept(entry('1'), from('f1', 2));
    const effects = duplicate(entry('1'), 'n1', 4, entrance('n3', 3));
    expect(pruned(effects)).toEqual([]);
    expect(sent(effects, 'ihave')).toMatchObject([
      { to: 'n1', message: { items: [{ entrance: entrance('self', 2) }] } },
    ]);
  });

  test('of two after as many hops the lesser key keeps its way, at both ends alike', () => {
    const { accept, duplicate } = site(['n1', 'f1']);
    accept(entry('1'), from('f1', 2));
    expect(pruned(duplicate(entry('1'), 'n1', 3, entrance('n3', 2)))).toEqual(['f1']);
    const other = site(['n1', 'f1']);
    other.accept(entry('1'), inside('n1', 3, entrance('n3', 2)));
    expect(sent(other.duplicate(entry('1'), 'f1', 3), 'ihave')).toEqual([]);
  });

  test('a second way stays where it brings the item two hops sooner', () => {
    const at = (otherHops: number) => {
      const { accept, duplicate } = site(['n1', 'f1']);
      accept(entry('1'), from('f1', 2));
      return pruned(duplicate(entry('1'), 'n1', otherHops, entrance('n3', 2)));
    };
    expect(at(3)).toEqual(['f1']);
    // The two parts stay apart: the link between them is one too many.
    expect(at(4)).toEqual(['n1']);
  });

  test('a new way comes where it is as much shorter, and takes the place of the one inside (G4)', () => {
    const optimised = (otherHops: number) => {
      const { accept, hear, fire } = plumtreeWith(['n1', 'f1'], siteOf, () => 0.1);
      hear('f1', { type: 'prune', topic: 'fleet' });
      for (let item = 1; item <= 7; item++) {
        accept(entry(`${item}`), inside('n1', 6, entrance('n2', 4)));
        hear('f1', ihave(entry(`${item}`), otherHops));
      }
      return fire('optimise', 1_000);
    };
    expect(asked(optimised(4))).toEqual([]);
    expect(asked(optimised(3))).toEqual(['f1']);
    expect(pruned(optimised(3))).toEqual(['n1']);
  });

  test('of those that see a nearer way after the same item about one opens it, and the others after a later one', () => {
    let chance = 0.5;
    const { accept, hear, fire } = plumtreeWith(['n1', 'n2', 'f1'], siteOf, () => chance);
    hear('f1', { type: 'prune', topic: 'fleet' });
    const see = (item: string) => {
      accept(entry(item), inside('n1', 6, entrance('n3', 5)));
      hear('f1', ihave(entry(item), 2));
      return asked(fire('optimise', 1_000));
    };
    for (let item = 1; item <= 7; item++) expect(see(`${item}`)).toEqual([]);
    chance = 0.3;
    expect(see('8')).toEqual(['f1']);
  });

  test('whoever was told of a better one has the parent by whom it was told', () => {
    const { accept, hear, duplicate } = site(['n1', 'n2']);
    accept(entry('1'), inside('n1', 5, entrance('n4', 4)));
    hear('n2', ihave(entry('1'), 3, entrance('n5', 2)));
    expect(pruned(duplicate(entry('1'), 'n2', 4, entrance('n5', 2)))).toEqual([]);
  });

  test('of a long way a second one must save a quarter', () => {
    const at = (otherHops: number) => {
      const { accept, duplicate } = site(['n1', 'f1']);
      accept(entry('1'), from('f1', 16));
      return pruned(duplicate(entry('1'), 'n1', otherHops, entrance('n3', 16)));
    };
    expect(at(19)).toEqual(['f1']);
    expect(at(20)).toEqual(['n1']);
  });

  test('what was under way on a way that was given up does not open it again, and is passed on as what was asked for is', () => {
    const { accept, duplicate, fire } = site(['n1', 'n2', 'f1']);
    accept(entry('1'), from('f1', 4));
    expect(pruned(duplicate(entry('1'), 'n1', 4, entrance('n3', 2)))).toEqual(['f1']);
    const effects = accept(entry('2'), from('f1', 4));
    expect(pushed(effects)).toEqual(['n1 2', 'n2 2']);
    expect(effects[0]).toMatchObject({ entrance: entrance('self', 4, true) });
    expect(pushed(accept(entry('3'), from('n1', 4)))).toEqual(['n2 3']);
    // What comes by it long after was not: the other end is eager.
    fire('announce', 10_000);
    accept(entry('4'), from('f1', 4));
    expect(pushed(accept(entry('5'), from('n1', 4)))).toEqual(['n2 5', 'f1 5']);
  });

  test('what was under way on it takes none of the ways that a node gives up at the word of others', () => {
    const { accept, hear } = site(['n1', 'f1', 'f2']);
    for (let item = 1; item <= 20; item++) {
      accept(entry(`${item}`), from('f1', 4));
      hear('n1', ihave(entry(`${item}`), 2, entrance('n3', 2)));
    }
    accept(entry('other'), from('f2', 4));
    expect(pruned(hear('n1', ihave(entry('other'), 2, entrance('n3', 2))))).toEqual(['f2']);
  });

  test('a copy of what nobody asked for, over a way that was given up long ago, is answered again, since the other end seems not to know', () => {
    const { accept, duplicate, hear, fire } = site(['n1', 'f1']);
    hear('f1', { type: 'prune', topic: 'fleet' });
    accept(entry('1'), inside('n1', 5, entrance('n3', 3)));
    expect(pruned(duplicate(entry('1'), 'f1', 5))).toEqual([]);
    fire('announce', 10_000);
    expect(pruned(duplicate(entry('1'), 'f1', 5))).toEqual(['f1']);
    expect(pruned(duplicate(entry('1'), 'f1', 5))).toEqual([]);
  });

  test('what came round a circle inside makes the link lazy as ever (G1)', () => {
    const { accept, duplicate } = site(['n1', 'f1']);
    accept(entry('1'), from('f1', 2));
    expect(pruned(duplicate(entry('1'), 'n1', 5, entrance('self', 2)))).toEqual(['n1']);
  });

  test('attack: an entrance that another site names, or that is of another, is not believed', () => {
    const { accept, duplicate, hear } = site(['n1', 'f1', 'f2', 'o1']);
    accept(entry('1'), from('f1', 4));
    const lies = [
      hear('f2', ihave(entry('1'), 1, entrance('n3', 0))),
      hear('o1', ihave(entry('1'), 1, entrance('n3', 0))),
      hear('n1', ihave(entry('1'), 1, entrance('f2', 0))),
    ];
    expect(lies.flatMap(pruned)).toEqual([]);
    expect(pruned(duplicate(entry('1'), 'f2', 2, entrance('n3', 0)))).toEqual(['f2']);
  });

  test('attack: a device of the site says that all came in by it, and passes nothing on: each item is asked for across, and after eight ways given up no more is', () => {
    const { accept, hear, fire } = site(['n1', 'f1']);
    for (let item = 1; item <= 9; item++) {
      accept(entry(`${item}`), from('f1', 4));
      const isGiven = item <= 8;
      expect(pruned(hear('n1', ihave(entry(`${item}`), 0, entrance('n1', 0))))).toEqual(
        isGiven ? ['f1'] : [],
      );
      if (!isGiven) break;
      hear('f1', ihave(entry(`late ${item}`), 3));
      expect(asked(fire('graft', 1_000))).toContain('f1');
      accept(entry(`late ${item}`), from('f1', 4));
      hear('f1', { type: 'graft', topic: 'fleet', items: [] });
    }
    expect(pushed(accept(entry('own')))).toContain('f1 own');
  });
});

describe('what is asked for across the border of a site (G13)', () => {
  const missing = () => {
    const mesh = site(['n1', 'n2', 'f1', 'f2']);
    for (const peer of ['f1', 'f2']) mesh.hear(peer, { type: 'prune', topic: 'fleet' });
    mesh.hear('f1', ihave(entry('1'), 3));
    return mesh;
  };

  test('the link stays lazy at both ends, and the site is told who asked', () => {
    const { fire, accept } = missing();
    const effects = fire('graft', 2_000);
    expect(asked(effects)).toEqual(['f1', 'n1', 'n2']);
    expect(pruned(effects)).toEqual(['f1']);
    expect(pushed(accept(entry('1'), from('f1', 4)))).toEqual(['n1 1', 'n2 1']);
    expect(pushed(accept(entry('2'), from('n1', 4)))).toEqual(['n2 2']);
  });

  test('so it does when the answer comes after nobody was left to ask', () => {
    const { fire, accept } = missing();
    fire('graft', 2_000);
    fire('graft', 60_000);
    expect(accept(entry('1'), from('f1', 4))).toContainEqual(
      expect.objectContaining({ type: 'push-item', to: 'n1', entrance: entrance('self', 4, true) }),
    );
    expect(pushed(accept(entry('2'), from('n1', 4)))).toEqual(['n2 2']);
  });

  test('what two were asked for comes twice, and none of them is told that its link is lazy', () => {
    const { hear, fire, accept, duplicate } = missing();
    hear('f2', ihave(entry('1'), 4));
    const askedAcross = [...asked(fire('graft', 2_000)), ...asked(fire('graft', 20_000))];
    expect(askedAcross).toEqual(expect.arrayContaining(['f1', 'f2']));
    accept(entry('1'), from('f1', 4));
    expect(pruned(duplicate(entry('1'), 'f2', 5))).toEqual([]);
  });

  test('it becomes eager when nothing else brought the item in two seconds', () => {
    const { fire, accept } = missing();
    fire('graft', 2_000);
    accept(entry('1'), from('f1', 4));
    expect(sent(fire('graft', 2_000), 'graft')).toMatchObject([{ to: 'f1', message: { items: [] } }]);
  });

  test('not when a copy comes along the tree, here or by another node of the site; neither makes a link lazy', () => {
    for (const bring of [
      ({ duplicate }: ReturnType<typeof missing>) => duplicate(entry('1'), 'n1', 9, entrance('n3', 7)),
      ({ hear }: ReturnType<typeof missing>) => hear('n1', ihave(entry('1'), 8, entrance('n3', 7))),
    ]) {
      const mesh = missing();
      mesh.fire('graft', 2_000);
      mesh.accept(entry('1'), from('f1', 4));
      expect(pruned(bring(mesh))).toEqual([]);
      expect(sent(mesh.fire('graft', 2_000), 'graft')).toEqual([]);
    }
  });

  test('what a neighbour of the site has is asked of it first, and at once makes the link eager (G2)', () => {
    const mesh = missing();
    mesh.hear('n1', { type: 'prune', topic: 'fleet' });
    mesh.hear('n1', ihave(entry('1'), 9, entrance('n3', 7)));
    const effects = mesh.fire('graft', 2_000);
    expect(asked(effects)).toEqual(['n1']);
    expect(pruned(effects)).toEqual([]);
  });

  test('while another node of the site asks, this one waits, once, and passes it on', () => {
    const { hear, fire } = missing();
    const ask: BroadcastMessage = { type: 'graft', topic: 'fleet', items: [entry('1')] };
    expect(asked(hear('n1', ask))).toEqual(['n2']);
    // Attack: asking for ever so that this node never does.
    expect(asked(hear('n1', ask))).toEqual([]);
    expect(asked(fire('graft', 1_200))).toEqual([]);
    expect(asked(fire('graft', 1_500))).toContain('f1');
  });

  test('a node that has none of its site for a neighbour mends its tree at once (G2)', () => {
    const { hear, fire } = site(['f1', 'f2']);
    hear('f1', { type: 'prune', topic: 'fleet' });
    hear('f1', ihave(entry('1'), 3));
    expect(pruned(fire('graft', 400))).toEqual([]);
  });
});

describe('announcements across the border of a site (G14)', () => {
  const lazy = () => {
    const mesh = site(['n1', 'f1']);
    for (const peer of ['n1', 'f1']) mesh.hear(peer, { type: 'prune', topic: 'fleet' });
    mesh.accept(entry('abcdefghijklmnop'));
    return mesh;
  };

  test('entries are named by the beginnings of their ids', () => {
    const { fire } = lazy();
    expect(sent(fire('announce'), 'ihave').map(({ to }) => to)).toEqual(['n1']);
    expect(sent(fire('announce-across'), 'ihave-brief')).toMatchObject([
      { to: 'f1', message: { items: [{ name: 'abcdefghijkl', hops: 0 }] } },
    ]);
  });

  test('what is missing is asked for by its brief name, and one that is here is not', () => {
    const { hear, fire, accept } = lazy();
    const items = ['abcdefghijkl', 'mnopqrstuvwx'].map((name) => ({ name: name as never, hops: 1 }));
    hear('f1', { type: 'ihave-brief', topic: 'fleet', items });
    expect(sent(fire('graft', 2_000), 'graft-brief')).toMatchObject([
      { to: 'f1', message: { names: ['mnopqrstuvwx'] } },
    ]);
    fire('graft', 60_000);
    // It is what was asked for, and no word about the tree (G13).
    expect(accept(entry('mnopqrstuvwxyz12'), from('f1', 2))).toContainEqual(
      expect.objectContaining({ type: 'schedule-timer', timer: 'graft' }),
    );
  });

  test('who is asked by a brief name sends the item', () => {
    const { hear } = lazy();
    expect(
      pushed(hear('f1', { type: 'graft-brief', topic: 'fleet', names: ['abcdefghijkl' as never] })),
    ).toEqual(['f1 abcdefghijklmnop']);
  });
});
