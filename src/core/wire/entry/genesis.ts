import { isStrictKey } from '../encoding/ed25519.ts';
import { bytesOfId, type NodeId } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import {
  type CborMap,
  readable,
  readFixedBytes,
  readId,
  readList,
  readName,
  readUint,
} from '../encoding/shape.ts';

/** Body of a `root` entry. Version 1 is the genesis entry; later versions rotate the keys. */
export interface RootBody {
  readonly fleetName: string;
  readonly version: number;
  readonly threshold: number;
  readonly keys: readonly NodeId[];
}

const MAX_ROOT_KEYS = 16;

/** Throws WireError for what readRootBody would refuse. */
export function rootBody(root: RootBody): CborMap {
  const body = {
    name: root.fleetName,
    version: root.version,
    threshold: root.threshold,
    keys: root.keys.map(bytesOfId),
  };
  return readable<CborMap>(body, readRootBody);
}

export function readRootBody(body: CborMap): RootBody {
  const keys = readList(body.keys, 'root keys', MAX_ROOT_KEYS).map((key) => {
    if (!isStrictKey(readFixedBytes(key, 'a root key', 32)))
      throw new WireError('a root key is of small order or not canonical');
    return readId<NodeId>(key, 'a root key');
  });
  if (new Set(keys).size !== keys.length) throw new WireError('a root key stands twice');
  const threshold = readUint(body.threshold, 'threshold');
  if (threshold < 1 || threshold > keys.length)
    throw new WireError(`a threshold of ${threshold} with ${keys.length} root keys`);
  return {
    fleetName: readName(body.name, 'the name of the fleet', 100),
    version: readUint(body.version, 'root version'),
    threshold,
    keys,
  };
}
