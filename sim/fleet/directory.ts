import { idFromBytes, type NodeId } from '../../src/core/wire/encoding/ids.ts';
import type { RandomSource } from '../engine/random.ts';
import type { NodeIndex } from '../network/topology.ts';

/** The keys of a simulated fleet's nodes, which nobody holds: the core checks no signatures. */
export interface Directory {
  idOf(node: NodeIndex): NodeId;
  /** Throws RangeError for a key that no node has. */
  indexOf(id: NodeId): NodeIndex;
  has(id: NodeId): boolean;
}

export function createDirectory(nodes: number, random: RandomSource): Directory {
  const drawing = random.stream('keys of nodes');
  const ids = Array.from({ length: nodes }, () =>
    idFromBytes<NodeId>(Uint8Array.from({ length: 32 }, () => Math.floor(drawing() * 256))),
  );
  const indexes = new Map(ids.map((id, node) => [id, node]));
  return {
    idOf: (node) => ids[node]!,
    indexOf: (id) => {
      const node = indexes.get(id);
      if (node === undefined) throw new RangeError(`no node of this simulation has the key ${id}`);
      return node;
    },
    has: (id) => indexes.has(id),
  };
}
