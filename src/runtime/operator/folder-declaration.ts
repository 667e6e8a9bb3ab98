import { WireError } from '../../core/wire/encoding/refusal.ts';
import { type Permissions, POWERS, permissionsMap } from '../../core/wire/entry/permissions.ts';
import {
  REACH_SCHEMES,
  type ReachAddress,
  type ReachScheme,
  readReachAddress,
} from '../../core/wire/entry/reach-address.ts';
import { reachAddressProblem } from '../../core/wire/entry/reach-address-problem.ts';
import { decodeText } from './package-facts.ts';
import type { SourceFile } from './source-file.ts';

/** At the top of a folder: what the release asks for. It is published with the rest. */
export const DECLARATION_FILE = 'fieldfare.json';

export interface FolderDeclaration {
  /** Undefined where the file is missing or does not name any. */
  readonly permissions: Permissions | undefined;
  /** Reasons not to publish, as of a folder. */
  readonly problems: readonly string[];
}

const NOTHING: FolderDeclaration = { permissions: undefined, problems: [] };
/** A guess: the longest list of addresses takes a tenth of it. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads `{"permissions": {"reach": ["https://api.example.com"], "camera": true}}`: the shape that is signed, with the addresses in any
 * order. Names that are not known are a problem and not passed over: a misspelt one would be missing on the device.
 */
export async function readFolderDeclaration(files: readonly SourceFile[]): Promise<FolderDeclaration> {
  const source = files.find(({ path }) => path === DECLARATION_FILE);
  if (source === undefined) return NOTHING;
  const refused = (why: string): FolderDeclaration => ({
    permissions: undefined,
    problems: [`In ${DECLARATION_FILE}: ${why}`],
  });
  if (source.sizeBytes > MAX_BYTES) return refused('it is over 64 KiB. Name fewer addresses.');
  const bytes = new Uint8Array(await (await source.read()).arrayBuffer());
  try {
    const value: unknown = JSON.parse(decodeText(bytes));
    if (!isRecord(value)) return refused('it is not an object. Write {"permissions": {...}}.');
    if (value.permissions === undefined) return NOTHING;
    return { permissions: readDeclared(value.permissions), problems: [] };
  } catch (error) {
    if (error instanceof WireError) return refused(`${error.message}.`);
    if (error instanceof SyntaxError) return refused(`it is no JSON (${error.message}).`);
    throw error;
  }
}

function readDeclared(value: unknown): Permissions {
  if (!isRecord(value)) throw new WireError('"permissions" is not an object');
  const { reach, popups, ...named } = value;
  for (const [name, asked] of Object.entries(named)) {
    if (!POWERS.some((power) => power === name))
      throw new WireError(
        `there is no permission "${name.slice(0, 40)}": the names are reach, popups, ${POWERS.join(', ')}`,
      );
    if (typeof asked !== 'boolean') throw new WireError(`"${name}" is neither true nor false`);
  }
  const permissions = {
    reach: readAddresses(reach, 'reach', REACH_SCHEMES),
    popups: readAddresses(popups, 'popups', ['https']),
    powers: POWERS.filter((power) => named[power] === true),
  };
  permissionsMap(permissions);
  return permissions;
}

function readAddresses(
  value: unknown,
  where: string,
  schemes: readonly ReachScheme[],
): readonly ReachAddress[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new WireError(`"${where}" is not a list of addresses`);
  const addresses = value.map((item: unknown) => {
    const problem = reachAddressProblem(String(item), schemes);
    if (problem !== '') throw new WireError(problem);
    return readReachAddress(String(item), schemes);
  });
  addresses.sort();
  const twice = addresses.find((address, at) => address === addresses[at - 1]);
  if (twice !== undefined) throw new WireError(`"${where}" names ${twice} twice`);
  return addresses;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
