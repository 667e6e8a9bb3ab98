/**
 * Finds who sent the bad blocks of a piece that failed its hash. When one source sent all of it, it is that one.
 * When several did, their blocks are kept as evidence until the piece comes out right: whoever sent other bytes than
 * the right ones is found then.
 */
export interface PoisonWatch<Source> {
  block(index: number, offset: number, bytes: Uint8Array, source: Source): void;
  /** The piece failed its hash. The source that sent all of it, or undefined when several had a part. */
  failed(index: number): Source | undefined;
  /** The piece is right: the sources whose earlier blocks differ from it. */
  verified(index: number, bytes: Uint8Array): readonly Source[];
  /** Bytes of blocks in verified pieces: who has earned trust. */
  goodBytes(source: Source): number;
}

interface Block<Source> {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly source: Source;
}

/**
 * Evidence kept at a time: one piece of the largest size, or more of smaller ones. Of a piece that would be over it nothing is kept, and the
 * next failure, when it comes from one source, still names it.
 */
const MAX_EVIDENCE_BYTES = 16 * 1024 * 1024;

export function createPoisonWatch<Source>(): PoisonWatch<Source> {
  const arriving = new Map<number, Block<Source>[]>();
  const evidence = new Map<number, Block<Source>[]>();
  const good = new Map<Source, number>();
  let evidenceBytes = 0;

  const sizeOf = (blocks: readonly Block<Source>[]) =>
    blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);

  return {
    block(index, offset, bytes, source) {
      const blocks = arriving.get(index) ?? [];
      blocks.push({ offset, bytes, source });
      arriving.set(index, blocks);
    },
    failed(index) {
      const blocks = arriving.get(index) ?? [];
      arriving.delete(index);
      const sources = new Set(blocks.map(({ source }) => source));
      if (sources.size === 1) return blocks[0]!.source;
      const sizeBytes = sizeOf(blocks);
      if (!evidence.has(index) && evidenceBytes + sizeBytes <= MAX_EVIDENCE_BYTES) {
        evidence.set(index, blocks);
        evidenceBytes += sizeBytes;
      }
      return undefined;
    },
    verified(index, bytes) {
      for (const block of arriving.get(index) ?? []) {
        good.set(block.source, (good.get(block.source) ?? 0) + block.bytes.length);
      }
      arriving.delete(index);
      const kept = evidence.get(index);
      if (kept === undefined) return [];
      evidence.delete(index);
      evidenceBytes -= sizeOf(kept);
      const culprits = kept.filter((block) =>
        block.bytes.some((byte, at) => byte !== bytes[block.offset + at]),
      );
      return [...new Set(culprits.map(({ source }) => source))];
    },
    goodBytes: (source) => good.get(source) ?? 0,
  };
}
