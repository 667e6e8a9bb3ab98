import { admissionPath, readAdmissionBody } from '../wire/admission.ts';
import type { Entry } from '../wire/entry.ts';
import { type RootBody, readRootBody } from '../wire/genesis.ts';
import { type GrantBody, type GrantedRole, readGrantBody } from '../wire/grant.ts';
import type { EntryId, FleetId, NodeId } from '../wire/ids.ts';
import { isWithin } from '../wire/path.ts';
import { WireError } from '../wire/refusal.ts';
import { readReleaseBody, releasePath } from '../wire/release.ts';
import { readRolloutBody, rolloutNumber } from '../wire/rollout.ts';
import { AUTHORISED, refuse, type Verdict } from './verdict.ts';

/** What of the entry's causal past its verdict may look at. The past is complete and accepted. */
export interface Past {
  readonly root: RootBody;
  grant(id: EntryId): { readonly entry: Entry; readonly body: GrantBody } | undefined;
  /** The highest counter of a product's releases in the causal past of the entry; undefined when there is none. */
  highestCounter(product: string): number | undefined;
}

/**
 * Whether the entry may stand, as a pure function of the entry and its own causal past: every node comes to the same
 * verdict whatever arrived when (docs/protocol.md, L1 to L7). `voucherKey` is the key
 * under which the runtime found the entry's voucher to hold.
 */
export function judge(entry: Entry, past: Past, fleet: FleetId, voucherKey: NodeId | undefined): Verdict {
  if (entry.fleet !== fleet) return refuse('L2-fleet', 'it belongs to another fleet');
  try {
    const shape = judgeBody(entry, past);
    return shape.type === 'refused' ? shape : judgeAuthority(entry, past, voucherKey);
  } catch (error) {
    if (error instanceof WireError) return refuse('L3-body', error.message);
    throw error;
  }
}

/** Genesis: the author is one of the root keys that the entry itself names, and the fleet's id is its hash. */
export function judgeGenesis(entry: Entry, fleet: FleetId): Verdict {
  if (entry.id !== fleet) return refuse('L1-genesis', 'it is not the genesis entry that this node pins');
  if (entry.fleet !== undefined || entry.action !== 'root' || entry.path !== '/' || entry.parents.length > 0)
    return refuse('L1-genesis', 'it has not the shape of a genesis entry');
  try {
    const root = readRootBody(entry.body);
    if (root.version !== 1 || !root.keys.includes(entry.author))
      return refuse('L1-genesis', 'it is not signed by a root key that it names');
    return AUTHORISED;
  } catch (error) {
    if (error instanceof WireError) return refuse('L1-genesis', error.message);
    throw error;
  }
}

function judgeBody(entry: Entry, past: Past): Verdict {
  switch (entry.action) {
    case 'grant':
      readGrantBody(entry.body);
      return AUTHORISED;
    case 'admit': {
      const admission = readAdmissionBody(entry.body);
      return entry.path === admissionPath(admission.device)
        ? AUTHORISED
        : refuse('L3-body', 'an admission stands at the path of the device that it admits');
    }
    case 'create':
      return judgeCreate(entry, past);
    default:
      return AUTHORISED;
  }
}

function judgeCreate(entry: Entry, past: Past): Verdict {
  if (entry.path.startsWith('/releases/')) {
    const manifest = readReleaseBody(entry.body);
    if (entry.path !== releasePath(manifest.product, manifest.counter))
      return refuse('L3-body', 'a release stands at the path of its product and counter');
    const highest = past.highestCounter(manifest.product);
    // Rollback attack (TUF 5.4.3): a key that signs an old counter again must not take devices back.
    if (highest !== undefined && manifest.counter <= highest)
      return refuse(
        'L7-counter',
        `release ${manifest.product} ${manifest.version} has the counter ${manifest.counter}, but ${highest} was published before it`,
      );
  } else if (entry.path.startsWith('/rollouts/')) {
    if (rolloutNumber(entry.path) === undefined)
      return refuse('L3-body', 'a rollout stands at /rollouts/<number>');
    const { release } = readRolloutBody(entry.body);
    if (!entry.parents.includes(release))
      return refuse('L3-body', 'a rollout names its release among its parents');
  }
  return AUTHORISED;
}

function judgeAuthority(entry: Entry, past: Past, voucherKey: NodeId | undefined): Verdict {
  if (entry.grant === undefined) {
    if (!past.root.keys.includes(entry.author))
      return refuse('L4-authority', `${short(entry.author)} is no root key and names no grant`);
    return past.root.threshold === 1
      ? mayRoot(entry)
      : refuse('L4-authority', `a root action needs ${past.root.threshold} signatures`);
  }
  const grant = past.grant(entry.grant);
  if (grant === undefined) return refuse('L4-authority', 'what it names as its grant is none');
  if (grant.entry.expiresAtMs !== undefined && entry.timeMs > grant.entry.expiresAtMs)
    return refuse('L6-expired', 'the grant that it names had expired');
  if (grant.body.invitation) return judgeGuest(entry, grant.body, voucherKey);
  if (grant.body.key !== entry.author)
    return refuse('L4-authority', `the grant that it names is not for ${short(entry.author)}`);
  return mayDo(entry, grant.body, grant.entry.path);
}

/** Root keys delegate; they publish and roll out under a grant like everybody else. */
function mayRoot(entry: Entry): Verdict {
  return entry.action === 'grant' || entry.action === 'revoke' || entry.action === 'ack'
    ? AUTHORISED
    : refuse('L5-scope', `a root key does not sign "${entry.action}" itself; it grants the role`);
}

/** A guest may only take the invited roles for its own key, or be admitted as a device, by itself. */
function judgeGuest(entry: Entry, invitation: GrantBody, voucherKey: NodeId | undefined): Verdict {
  if (voucherKey !== invitation.key)
    return refuse('L4-authority', 'the invitation has not vouched for this key');
  if (entry.action === 'admit') return judgeSelfAdmission(entry, invitation);
  if (entry.action !== 'grant') return refuse('L5-scope', 'an invitation is only good for joining');
  const own = readGrantBody(entry.body);
  const covered = own.key === entry.author && !own.invitation && isSubset(own.roles, invitation.roles);
  return covered && (!own.mayGrant || invitation.mayGrant) && entry.path === '/'
    ? AUTHORISED
    : refuse('L5-scope', 'the grant asks for more than the invitation gives');
}

/** A device that lets itself in may choose its name, but neither its site nor its labels: rollouts are aimed by these. */
function judgeSelfAdmission(entry: Entry, { roles, place }: GrantBody): Verdict {
  const own = readAdmissionBody(entry.body);
  const placed =
    place !== undefined &&
    own.site === place.site &&
    Object.keys(own.labels).length === Object.keys(place.labels).length &&
    Object.entries(place.labels).every(([label, value]) => own.labels[label] === value);
  return placed && roles.includes('device') && own.device === entry.author
    ? AUTHORISED
    : refuse('L5-scope', 'the invitation does not cover this admission');
}

function mayDo(entry: Entry, grant: GrantBody, scope: string): Verdict {
  if (!isWithin(entry.path, scope)) return refuse('L5-scope', `the grant covers ${scope}, not ${entry.path}`);
  if (entry.action === 'grant') {
    const given = readGrantBody(entry.body);
    return grant.mayGrant && isSubset(given.roles, passableRoles(grant.roles))
      ? AUTHORISED
      : refuse('L5-scope', 'it gives away what its author does not hold or may not pass on');
  }
  const role = roleFor(entry);
  if (role === undefined) return refuse('L5-scope', `no role covers "${entry.action}" at ${entry.path}`);
  return grant.roles.includes(role)
    ? AUTHORISED
    : refuse(
        'L5-scope',
        `"${entry.action}" at ${entry.path} needs the role ${role}, which ${short(entry.author)} has not`,
      );
}

/** The role whose keys may write at a path (DESIGN: release and operator are two quorums, so neither covers the other's). */
function roleFor(entry: Entry): GrantedRole | undefined {
  if (entry.action === 'admit') return 'operator';
  if (isWithin(entry.path, '/releases') || isWithin(entry.path, '/channels')) return 'release';
  if (isWithin(entry.path, '/rollouts') || isWithin(entry.path, '/config')) return 'operator';
  return undefined;
}

/** Operators admit devices one by one, so they may also invite them by the link. */
function passableRoles(held: readonly GrantedRole[]): readonly GrantedRole[] {
  return held.includes('operator') ? [...held, 'device'] : held;
}

function isSubset(part: readonly GrantedRole[], whole: readonly GrantedRole[]): boolean {
  return part.every((role) => whole.includes(role));
}

function short(node: NodeId): string {
  return node.slice(0, 8);
}
