import { createHash } from 'node:crypto';
import { bytesOfId } from '../../src/core/wire/encoding/ids.ts';
import { FRAME_HEAD_BYTES, type Method, type Outcome } from './method.ts';

/**
 * A 16-ary Merkle tree over the ids, generously: digests and ids on the wire cut to 8 bytes (a hash without a key should have
 * 16), presence and answers as bit maps, small subtrees sent as lists, the tree kept up as the ledger grows, and no byte lost on
 * naming nodes, since both ends walk in one order.
 */
export function merkle16(): Method {
  return {
    name: '16-ary Merkle tree',
    sessions: 1,
    prepare: (a, b) => {
      const trees = [build(a.map(bytesOfId), 0), build(b.map(bytesOfId), 0)] as const;
      return { reconcile: () => walk(trees[0], trees[1]) };
    },
  };
}

const DIGEST_BYTES = 8;
/** The best of 1, 4, 8, 16 and 32 for these sizes. */
const LIST_IDS = 8;

interface Tree {
  readonly digest: string;
  readonly ids: readonly Uint8Array[];
  /** Undefined where the ids are few enough to be listed. */
  readonly children: readonly (Tree | undefined)[] | undefined;
}

function build(ids: readonly Uint8Array[], depth: number): Tree {
  if (ids.length <= LIST_IDS) {
    const sorted = [...ids].sort(Buffer.compare);
    const hash = createHash('sha256');
    for (const id of sorted) hash.update(id);
    return { digest: hash.digest().toString('latin1', 0, DIGEST_BYTES), ids: sorted, children: undefined };
  }
  const buckets: Uint8Array[][] = Array.from({ length: 16 }, () => []);
  for (const id of ids) buckets[branchOf(id, depth)]!.push(id);
  const children = buckets.map((bucket) => (bucket.length === 0 ? undefined : build(bucket, depth + 1)));
  const hash = createHash('sha256');
  for (const child of children) hash.update(child?.digest ?? '\0', 'latin1');
  return { digest: hash.digest().toString('latin1', 0, DIGEST_BYTES), ids, children };
}

interface Pair {
  readonly a: Tree | undefined;
  readonly b: Tree | undefined;
}

/**
 * Each end greets with its root. Where they differ, A sends its root's children; B answers with a bit for each child, set where
 * it differs from B's; A sends the children or ids of those; until B's bits say which of the listed ids it wants.
 */
function walk(rootA: Tree, rootB: Tree): Outcome {
  let bytes = 2 * (FRAME_HEAD_BYTES + DIGEST_BYTES);
  let halfTrips = 1;
  let onlyA = 0;
  let onlyB = 0;
  let level: readonly Pair[] = rootA.digest === rootB.digest ? [] : [{ a: rootA, b: rootB }];
  for (let depth = 0; level.length > 0; depth++) {
    const next: Pair[] = [];
    let bits = 0;
    for (const { a, b } of level) {
      if (a?.children === undefined) {
        const [onlyHere, onlyThere] = countDifference(a?.ids ?? [], b?.ids ?? []);
        bytes += 1 + DIGEST_BYTES * (a?.ids.length ?? 0);
        bits += a?.ids.length ?? 0;
        onlyA += onlyHere;
        onlyB += onlyThere;
        continue;
      }
      bytes += 2;
      bits += 16;
      const others = b === undefined ? [] : childrenOf(b, depth);
      a.children.forEach((child, branch) => {
        const other = others[branch];
        if (child !== undefined) bytes += DIGEST_BYTES;
        // Where A has nothing, B knows at once that all of its own is lacking there.
        if (child === undefined) onlyB += other?.ids.length ?? 0;
        else if (child.digest !== other?.digest) next.push({ a: child, b: other });
      });
    }
    bytes += 2 * FRAME_HEAD_BYTES + Math.ceil(bits / 8);
    halfTrips += 2;
    level = next;
  }
  return { bytes, halfTrips, greets: true, onlyA, onlyB };
}

function branchOf(id: Uint8Array, depth: number): number {
  return (id[depth >> 1]! >> (depth % 2 === 0 ? 4 : 0)) & 15;
}

/** Also of a tree that ends in a list here, where the other end's goes on. */
function childrenOf(tree: Tree, depth: number): readonly (Tree | undefined)[] {
  return (
    tree.children ??
    Array.from({ length: 16 }, (_, branch) => {
      const ids = tree.ids.filter((id) => branchOf(id, depth) === branch);
      return ids.length === 0 ? undefined : build(ids, depth + 1);
    })
  );
}

function countDifference(a: readonly Uint8Array[], b: readonly Uint8Array[]): [number, number] {
  const inA = new Set(a.map((id) => Buffer.from(id).toString('latin1')));
  const inB = new Set(b.map((id) => Buffer.from(id).toString('latin1')));
  return [[...inA].filter((id) => !inB.has(id)).length, [...inB].filter((id) => !inA.has(id)).length];
}
