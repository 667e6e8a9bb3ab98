import { sha256 } from '@noble/hashes/sha2.js';
import { type FileHash, type InfoHash, idFromBytes } from '../../core/wire/encoding/ids.ts';
import {
  type ContentSchema,
  type FileRecord,
  keysUnder,
  partsOfPiece,
  readFileRecord,
} from './content-schema.ts';
import type { Upgrade, Version } from './database.ts';

/**
 * Version 1: chunks of files are bare bytes, or sealed; a piece is one value, or several. Version 2: all chunks are sealed, all pieces in
 * parts.
 */
export const CONTENT_VERSION: Version<ContentSchema> = {
  number: 2,
  create: (db) => {
    db.createObjectStore('files');
    db.createObjectStore('chunks');
    db.createObjectStore('pieces');
  },
  migrate: async (upgrade) => {
    await sealFiles(upgrade);
    await partPieces(upgrade);
  },
};

/**
 * A device that is not at a network has the files of what it runs from nowhere else, so they are kept: each that makes the hash that it is
 * named by. In JavaScript, since the transaction would end while WebCrypto is waited for.
 */
async function sealFiles(upgrade: Upgrade<ContentSchema>): Promise<void> {
  const files = upgrade.objectStore('files');
  for (let cursor = await files.openCursor(); cursor; cursor = await cursor.continue()) {
    const record = readFileRecord(cursor.value);
    if (record !== undefined && (await sealFile(upgrade, cursor.key, record))) continue;
    if (record !== undefined) await upgrade.objectStore('chunks').delete(keysUnder(record.blob));
    await cursor.delete();
  }
}

/** False when the file is not what it is named by. */
async function sealFile(
  upgrade: Upgrade<ContentSchema>,
  hash: FileHash,
  { blob, sizeBytes, chunkBytes }: FileRecord,
): Promise<boolean> {
  const chunks = upgrade.objectStore('chunks');
  const whole = sha256.create();
  for (let index = 0; index * chunkBytes < sizeBytes; index++) {
    const value: unknown = await chunks.get([blob, index]);
    // The chunks of one file are all of one kind, and each that is sealed is checked when it is read.
    if (!(value instanceof Uint8Array)) return value !== undefined;
    whole.update(value);
    await chunks.put({ sha256: sha256(value), bytes: value }, [blob, index]);
  }
  return idFromBytes<FileHash>(whole.digest()) === hash;
}

async function partPieces(upgrade: Upgrade<ContentSchema>): Promise<void> {
  const pieces = upgrade.objectStore('pieces');
  for (let cursor = await pieces.openCursor(); cursor; cursor = await cursor.continue()) {
    const key: readonly (string | number)[] = cursor.key;
    if (key.length !== 2) continue;
    const [bundle, index] = key as [InfoHash, number];
    const value: unknown = cursor.value;
    await cursor.delete();
    if (!(value instanceof Uint8Array)) continue;
    for (const [part, bytes] of partsOfPiece(value).entries()) await pieces.put(bytes, [bundle, index, part]);
  }
}
