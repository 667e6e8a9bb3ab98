import type { FleetId, NodeId } from '../wire/encoding/ids.ts';
import { MAX_GRANT_DEPTH } from '../wire/encoding/limits.ts';
import { WireError } from '../wire/encoding/refusal.ts';
import { admissionPath, readAdmissionBody } from '../wire/entry/admission.ts';
import { type Entry, signersOf } from '../wire/entry/entry.ts';
import { readRootBody } from '../wire/entry/genesis.ts';
import { type GrantBody, type HeardRole, readGrantBody } from '../wire/entry/grant.ts';
import { isWithin } from '../wire/entry/path.ts';
import type { ReceivedEntry } from './accepted.ts';
import { judgeBody } from './body.ts';
import type { CausalPast, PastGrant } from './causal-past.ts';
import { kindAt, writesAt } from './path-kinds.ts';
import { AUTHORISED, refuse, type Verdict } from './verdict.ts';

/**
 * Whether the entry may be taken in, as a pure function of the entry and its own causal past: every node
 * comes to the same verdict whatever arrived when (docs/protocol.md, L1 to L9). Whether it then counts is a
 * question of the whole set (standing.ts).
 */
export function judge(received: ReceivedEntry, past: CausalPast, fleet: FleetId): Verdict {
  const { entry } = received;
  if (entry.fleet !== fleet) return refuse('L2-fleet', 'it belongs to another fleet');
  try {
    const shape = judgeBody(entry, past);
    if (shape.type === 'refused') return shape;
    return entry.action === 'root' ? judgeRotation(received, past) : judgeAuthority(received, past);
  } catch (error) {
    if (error instanceof WireError) return refuse('L3-body', error.message);
    throw error;
  }
}

/** Genesis: signed by a threshold of the root keys that it names, and the fleet's id is its hash. */
export function judgeGenesis({ entry }: ReceivedEntry, fleet: FleetId): Verdict {
  if (entry.id !== fleet) return refuse('L1-genesis', 'it is not the genesis entry that this node pins');
  if (entry.fleet !== undefined || entry.action !== 'root' || entry.path !== '/' || entry.parents.length > 0)
    return refuse('L1-genesis', 'it has not the shape of a genesis entry');
  try {
    const root = readRootBody(entry.body);
    if (root.version !== 1 || !root.keys.includes(entry.author))
      return refuse('L1-genesis', 'it is not signed by a root key that it names');
    return countSigners(root.keys, entry) >= root.threshold
      ? AUTHORISED
      : refuse('L8-threshold', `the genesis entry needs ${root.threshold} signatures`);
  } catch (error) {
    if (error instanceof WireError) return refuse('L1-genesis', error.message);
    throw error;
  }
}

/**
 * Root rotation (TUF 5.3.4 and 5.3.5): the next version, signed by a threshold of the old keys and of the new. Without the old
 * anyone could take the fleet over; without the new it could be handed to keys that nobody holds.
 */
function judgeRotation({ entry }: ReceivedEntry, { root }: CausalPast): Verdict {
  const next = readRootBody(entry.body);
  if (entry.path !== '/' || entry.parents.length !== 1 || entry.parents[0] !== root.id)
    return refuse('L9-root-chain', 'a root names the root before it as its only parent');
  if (next.version !== root.body.version + 1)
    return refuse('L9-root-chain', `root version ${next.version} cannot follow ${root.body.version}`);
  const old = countSigners(root.body.keys, entry);
  const own = countSigners(next.keys, entry);
  return old >= root.body.threshold && own >= next.threshold
    ? AUTHORISED
    : refuse(
        'L8-threshold',
        `the new root carries ${old} of ${root.body.threshold} old and ${own} of ${next.threshold} new signatures`,
      );
}

function judgeAuthority(received: ReceivedEntry, past: CausalPast): Verdict {
  const { entry } = received;
  if (entry.grant === undefined) return judgeRootAction(entry, past);
  const grant = past.grant(entry.grant);
  if (grant === undefined) return refuse('L4-authority', 'what it names as its grant is none');
  if (grant.entry.expiresAtMs !== undefined && entry.timeMs > grant.entry.expiresAtMs)
    return refuse('L6-expired', 'the grant that it names had expired');
  if (entry.action === 'grant') {
    const delegation = judgeDelegation(entry, grant, past);
    if (delegation.type === 'refused') return delegation;
  }
  if (grant.body.invitation) return judgeGuest(received, grant);
  if (!grant.body.keys.includes(entry.author))
    return refuse('L4-authority', `the grant that it names is not for ${short(entry.author)}`);
  const count = countSigners(grant.body.keys, entry);
  if (count < grant.body.threshold)
    return refuse(
      'L8-threshold',
      `it carries ${count} of the ${grant.body.threshold} signatures that its grant asks for`,
    );
  return mayDo(entry, grant.body, grant.entry.path);
}

/** Root keys delegate and take back; they publish and roll out under a grant like everybody else. */
function judgeRootAction(entry: Entry, { root }: CausalPast): Verdict {
  if (!root.body.keys.includes(entry.author))
    return refuse('L4-authority', `${short(entry.author)} is no root key and names no grant`);
  const count = countSigners(root.body.keys, entry);
  if (count < root.body.threshold)
    return refuse('L8-threshold', `it carries ${count} of ${root.body.threshold} root signatures`);
  return entry.action === 'grant' || entry.action === 'revoke' || entry.action === 'ack'
    ? AUTHORISED
    : refuse('L5-scope', `a root key does not sign "${entry.action}" itself; it grants the role`);
}

/** A guest may only take the invited roles for its own key, or be admitted as a device, by itself. */
function judgeGuest({ entry, voucherKey }: ReceivedEntry, grant: PastGrant): Verdict {
  const { body: invitation } = grant;
  if (voucherKey === undefined || !invitation.keys.includes(voucherKey))
    return refuse('L4-authority', 'the invitation has not vouched for this key');
  // Attack: an invitation by someone whose own grant covers one site, taken up for the whole fleet.
  if (!isWithin(entry.path, grant.entry.path))
    return refuse('L5-scope', `the invitation covers ${grant.entry.path}, not ${entry.path}`);
  if (entry.action === 'admit') return judgeSelfAdmission(entry, invitation);
  if (entry.action !== 'grant') return refuse('L5-scope', 'an invitation is only good for joining');
  const own = readGrantBody(entry.body);
  const forItself = own.keys.length === 1 && own.keys[0] === entry.author && !own.invitation;
  const covered =
    forItself && isSubset(own.roles, invitation.roles) && (!own.mayGrant || invitation.mayGrant);
  return covered ? AUTHORISED : refuse('L5-scope', 'the grant asks for more than the invitation gives');
}

/** A device that lets itself in may choose its name, but neither its site nor its labels: rollouts are aimed by these. */
function judgeSelfAdmission(entry: Entry, { roles, place }: GrantBody): Verdict {
  const own = readAdmissionBody(entry.body);
  const placed =
    place !== undefined &&
    own.site === place.site &&
    Object.keys(own.labels).length === Object.keys(place.labels).length &&
    Object.entries(place.labels).every(([label, value]) => own.labels[label] === value);
  return placed &&
    roles.includes('device') &&
    own.device === entry.author &&
    entry.path === admissionPath(entry.author)
    ? AUTHORISED
    : refuse('L5-scope', 'the invitation does not cover this admission');
}

/**
 * What a grant may be, whoever gives it. Attacks: whoever holds a right until Friday passes it on to a key of its own for good;
 * delegations so deep that following them exhausts the stack.
 */
function judgeDelegation(entry: Entry, grant: PastGrant, past: CausalPast): Verdict {
  if (grant.depth >= MAX_GRANT_DEPTH)
    return refuse('L5-scope', `grants hang at most ${MAX_GRANT_DEPTH} deep below the root`);
  // An invitation ends early so that its link goes stale, not what its guests got by it.
  const inviter = grant.entry.grant === undefined ? undefined : past.grant(grant.entry.grant);
  const endMs = (grant.body.invitation ? inviter : grant)?.entry.expiresAtMs;
  return endMs === undefined || (entry.expiresAtMs !== undefined && entry.expiresAtMs <= endMs)
    ? AUTHORISED
    : refuse('L5-scope', 'it would outlast the grant that it hangs under');
}

function mayDo(entry: Entry, grant: GrantBody, scope: string): Verdict {
  if (!isWithin(entry.path, scope)) return refuse('L5-scope', `the grant covers ${scope}, not ${entry.path}`);
  switch (entry.action) {
    // Both reach only what hangs under the author's own grant (standing.ts), so they need no right beside it.
    case 'revoke':
    case 'ack':
      return AUTHORISED;
    case 'grant': {
      const given = readGrantBody(entry.body);
      return grant.mayGrant && isSubset(given.roles, passableRoles(grant.roles))
        ? AUTHORISED
        : refuse('L5-scope', 'it gives away what its author does not hold or may not pass on');
    }
    // Release and operator are two quorums, so neither covers the other's.
    default:
      return grant.roles.some((role) => mayWrite(role, entry))
        ? AUTHORISED
        : refuse(
            'L5-scope',
            `"${entry.action}" at ${entry.path} needs the role ${neededFor(entry)}, which ${short(entry.author)} has not`,
          );
  }
}

function mayWrite(role: HeardRole, { action, path }: Entry): boolean {
  return action === 'beacon' ? role === 'beacon' : writesAt(path, role);
}

function neededFor({ action, path }: Entry): string {
  return action === 'beacon' ? 'beacon' : kindAt(path).roles.join(' or ');
}

/** Operators admit devices one by one, so they may also invite them by the link. */
function passableRoles(held: readonly HeardRole[]): readonly HeardRole[] {
  return held.includes('operator') ? [...held, 'device'] : held;
}

function isSubset(part: readonly HeardRole[], whole: readonly HeardRole[]): boolean {
  return part.every((role) => whole.includes(role));
}

/** How many of the keys have signed the entry. */
export function countSigners(keys: readonly NodeId[], entry: Entry): number {
  const signers = signersOf(entry);
  return keys.filter((key) => signers.includes(key)).length;
}

function short(node: NodeId): string {
  return node.slice(0, 8);
}
