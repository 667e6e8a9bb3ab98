import { decodeJoinLink, encodeJoinLink, type JoinLink } from '../../core/wire/contact/join-link.ts';
import { decodeCbor, encodeCbor } from '../../core/wire/encoding/cbor.ts';
import { decodeCheckedText, encodeCheckedText } from '../../core/wire/encoding/checked-text.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { readList, readName, readText } from '../../core/wire/encoding/shape.ts';
import { type GrantBody, isKnownRole } from '../../core/wire/entry/grant.ts';
import type { Randomness } from '../../ports/clock.ts';
import type { Keys } from '../../ports/keys.ts';
import type { PassphraseBox } from '../../ports/passphrase-box.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { standingGrantsOf } from './authority-actions.ts';
import { writePersonInvitation } from './invitation.ts';

/** First line of the file: what it is, for the person who finds it, and its version. */
const HEADER = 'Fieldfare backup 1. Restore it with its passphrase on the first page of a dashboard.';
/** A guess with room over what a link and two names take. */
const MAX_BACKUP_BYTES = 8 * 1024;
/** NIST SP 800-63B asks for 8 at least online; a file can be guessed at offline, so more. A guess. */
const MIN_PASSPHRASE_CHARACTERS = 12;

/** What a backup opens to: an invitation of this person's own, and whose it is. */
export interface Backup {
  readonly link: JoinLink;
  readonly personName: string;
}

/**
 * Makes the file. It holds no key of this browser: a restored copy of a key would sign under its numbers again, which is proof of a
 * fork. It holds the seed of an invitation written for it, which vouches for the new browser's own key. Root rights
 * cannot be granted, so they are not in it.
 */
export async function makeBackup(
  runtime: NodeRuntime,
  deps: { readonly keys: Keys; readonly randomness: Randomness; readonly box: PassphraseBox },
  options: { readonly passphrase: string; readonly signaling: readonly string[] },
): Promise<string> {
  if ([...options.passphrase].length < MIN_PASSPHRASE_CHARACTERS)
    throw new WireError(
      `The passphrase has under ${MIN_PASSPHRASE_CHARACTERS} characters. Take four or five words that belong together for nobody else.`,
    );
  const { node, identity } = runtime;
  const own = standingGrantsOf(node.ledger, identity.id);
  if (own.length === 0)
    throw new WireError('This browser’s key holds no rights here, so there is nothing to back up.');
  const passable = own.filter(({ body }) => body.mayGrant);
  // One invitation is of one grant: the one with most roles that mean something here, and of these the widest.
  const [grant] = [...passable].sort(
    (a, b) => knownRoles(b.body) - knownRoles(a.body) || a.entry.path.length - b.entry.path.length,
  );
  if (grant === undefined)
    throw new WireError(
      'This browser’s rights may not be passed on, not even to another browser of yours. Ask the person who invited you for a second invitation.',
    );
  const seed = deps.randomness.bytes(32);
  const invitation = await writePersonInvitation(runtime, deps.keys, {
    seed,
    name: `Backup of ${grant.body.name}`.slice(0, 100),
    roles: grant.body.roles,
    path: grant.entry.path,
    mayGrant: true,
    expiresAtMs: undefined,
    under: grant.entry.id,
  });
  const body = encodeCbor([
    encodeJoinLink({
      fleet: node.ledger.fleet,
      signaling: options.signaling,
      invitation: { grant: invitation, seed },
    }),
    grant.body.name,
  ]);
  return `${HEADER}\n${encodeCheckedText(await deps.box.seal(options.passphrase, body))}\n`;
}

function knownRoles({ roles }: GrantBody): number {
  return roles.filter(isKnownRole).length;
}

/** Opens the file. Throws WireError in words for the person who holds it. */
export async function openBackup(text: string, passphrase: string, box: PassphraseBox): Promise<Backup> {
  const [header = '', code = ''] = text.trim().split(/\r?\n/);
  if (!header.startsWith('Fieldfare backup '))
    throw new WireError('This is not a Fieldfare backup: its first line says something else.');
  if (header.trim() !== HEADER)
    throw new WireError('This backup was made by another version. Update this app first.');
  const sealed = decodeCheckedText(code.trim(), MAX_BACKUP_BYTES);
  if (sealed === undefined)
    throw new WireError('This backup is damaged: its checksum does not hold. Take another copy of the file.');
  const body = await box.open(passphrase, sealed);
  if (body === undefined)
    throw new WireError(
      'The passphrase does not open this backup. Check capital letters and spaces, then try again.',
    );
  const [link, personName] = readList(decodeCbor(body, { maxBytes: MAX_BACKUP_BYTES }), 'the backup', 2);
  return {
    link: decodeJoinLink(readText(link, 'the link in the backup', MAX_BACKUP_BYTES)),
    personName: readName(personName, 'the name in the backup', 100),
  };
}
