import type { FileHash } from '../../../src/core/wire/encoding/ids.ts';
import type { ContentStore } from '../../../src/ports/content.ts';

/** A content store that can be made to hold bytes under a hash that they do not make. */
export interface DeceivingContent extends ContentStore {
  keepAs(hash: FileHash, bytes: Uint8Array): void;
}

export function deceive(content: ContentStore): DeceivingContent {
  const lies = new Map<FileHash, Uint8Array>();
  return {
    ...content,
    keepAs: (hash, bytes) => void lies.set(hash, bytes),
    hasFile: async (hash) => lies.has(hash) || content.hasFile(hash),
    readFile: async (hash, start, end) =>
      lies.get(hash)?.slice(start, end) ?? content.readFile(hash, start, end),
  };
}
