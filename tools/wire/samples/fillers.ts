import {
  type EntryId,
  type FileHash,
  type InfoHash,
  idFromBytes,
  type NodeId,
} from '../../../src/core/wire/encoding/ids.ts';

/** 32 bytes that are a strict key and easy to find again in a hexdump. */
export const bytes32 = (fill: number) => new Uint8Array(32).fill(fill);
export const node = (fill: number) => idFromBytes<NodeId>(bytes32(fill));
export const id = (fill: number) => idFromBytes<EntryId>(bytes32(fill));
export const hash = (fill: number) => idFromBytes<FileHash>(bytes32(fill));
export const signature = new Uint8Array(64).fill(0x51);
export const infoHash = 'ab'.repeat(20) as InfoHash;
export const utf8 = (text: string) => new TextEncoder().encode(text);
