import { WireError } from '../encoding/refusal.ts';
import { type CborMap, readable, readMap, readName, readText } from '../encoding/shape.ts';
import { FOLDERS } from './folders.ts';
import { nameFor } from './path.ts';
import { valueBody } from './tree.ts';

/** Where a service of the fleet is to be found, by its name below /services (BaseFS's service discovery; C3). */
export interface ServiceRecord {
  /** As whoever calls the service writes it: a URL, or a host and a port. */
  readonly address: string;
  /** For people; may be empty. */
  readonly note: string;
}

/** Guesses: an address with its path and query, and some sentences; every release on every device is handed all of them. */
export const SERVICE_BOUNDS = { nameCharacters: 64, addressCharacters: 500, noteCharacters: 500 } as const;

/** Throws WireError for a name that no service may have. */
export function servicePath(name: string): string {
  return `${FOLDERS.services}/${nameFor(readName(name, 'the name of the service', SERVICE_BOUNDS.nameCharacters))}`;
}

/** Throws WireError for a record that no node would hand to a release. */
export function serviceBody(record: ServiceRecord): CborMap {
  return readable(valueBody({ address: record.address, note: record.note }), readServiceBody);
}

/** Throws WireError when the body holds no service. */
export function readServiceBody(body: CborMap): ServiceRecord {
  return readRecord(readMap(body.value, 'the service'));
}

function readRecord(map: CborMap): ServiceRecord {
  const address = readName(map.address, 'the address', SERVICE_BOUNDS.addressCharacters);
  if (/\s/u.test(address)) throw new WireError('the address has a space in it');
  return { address, note: readText(map.note, 'the note', SERVICE_BOUNDS.noteCharacters) };
}
