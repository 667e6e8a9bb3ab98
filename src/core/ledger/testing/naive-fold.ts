import type { EntryId, NodeId } from '../../wire/encoding/ids.ts';
import type { Entry } from '../../wire/entry/entry.ts';
import { isWithin } from '../../wire/entry/path.ts';
import { readAckBody, readRevokeBody } from '../../wire/entry/revoke.ts';
import { readLinkBody, readModeBody, readRevertBody } from '../../wire/entry/tree.ts';
import type { ReceivedEntry } from '../accepted.ts';
import { createNaiveVerdicts, type NaiveVerdicts } from './naive-verdict.ts';

/** What the rules of docs/protocol-ledger.md make of a set of entries. */
export interface NaiveView {
  readonly accepted: readonly EntryId[];
  /** 'effective', or the rule by which it is void. */
  readonly standings: Readonly<Record<EntryId, string>>;
  /** Path to [set by, content]. */
  readonly values: Readonly<Record<string, readonly [EntryId, EntryId]>>;
}

const VALUED = ['mkdir', 'create', 'update', 'delete', 'revert', 'link', 'slink', 'admit'];

/**
 * The rules read aloud: sets, recursion and no thought of cost. Shares nothing with the ledger but the readers of the wire
 * format, so that a slip of one is not a slip of both.
 */
export function foldNaively(received: readonly ReceivedEntry[]): NaiveView {
  const verdicts = createNaiveVerdicts(received);
  const { entries, pastOf } = verdicts;
  const standingOf = createNaiveStandings(verdicts, received);
  const effective = (entry: Entry) => standingOf(entry) === 'effective';
  const depth = ({ grant }: Entry): number => (grant === undefined ? 0 : 1 + depth(entries.get(grant)!));

  const shownBy = (entry: Entry): Entry => {
    if (entry.action === 'revert') return shownBy(entries.get(readRevertBody(entry.body))!);
    return entry.action === 'link' ? entries.get(readLinkBody(entry.body))! : entry;
  };
  const reachesAlongPath = (from: Entry, to: Entry): boolean =>
    from.parents
      .map((id) => entries.get(id)!)
      .some((parent) => parent.path === from.path && (parent === to || reachesAlongPath(parent, to)));
  const counter = ({ body }: Entry) => (typeof body.counter === 'number' ? body.counter : 0);
  const beats = (a: Entry, b: Entry): boolean => {
    if (depth(a) !== depth(b)) return depth(a) < depth(b);
    if (counter(a) !== counter(b)) return counter(a) > counter(b);
    return Buffer.compare(Buffer.from(a.id, 'base64url'), Buffer.from(b.id, 'base64url')) > 0;
  };
  /** L16. */
  const winner = (candidates: readonly Entry[]): Entry | undefined => {
    const heads = candidates.filter((entry) => !candidates.some((other) => reachesAlongPath(other, entry)));
    return heads.find((entry) => heads.every((other) => other === entry || beats(entry, other)));
  };

  const all = [...entries.values()];
  const modes = [...new Set(all.map(({ path }) => path))]
    .map((path) => winner(all.filter((e) => e.action === 'mode' && e.path === path && effective(e))))
    .filter((mode) => mode !== undefined && readModeBody(mode.body)) as Entry[];
  /** L17. */
  const frozen = (entry: Entry) =>
    modes.some(
      (mode) =>
        isWithin(entry.path, mode.path) && depth(entry) >= depth(mode) && !pastOf(mode.id).has(entry.id),
    );

  const values: Record<string, readonly [EntryId, EntryId]> = {};
  for (const path of new Set(all.map((entry) => entry.path))) {
    const candidates = all.filter(
      (entry) =>
        entry.path === path &&
        VALUED.includes(entry.action) &&
        effective(entry) &&
        effective(shownBy(entry)) &&
        !frozen(entry) &&
        shownBy(entry).content === undefined,
    );
    const best = winner(candidates);
    if (best !== undefined && best.action !== 'delete' && shownBy(best).action !== 'delete')
      values[path] = [best.id, shownBy(best).id];
  }
  return {
    accepted: all.map(({ id }) => id).sort(),
    standings: Object.fromEntries(all.map((entry) => [entry.id, standingOf(entry)])),
    values,
  };
}

/** L10 to L15. */
function createNaiveStandings(verdicts: NaiveVerdicts, received: readonly ReceivedEntry[]) {
  const { entries, pastOf, rootOf } = verdicts;
  const all = [...entries.values()];
  const memo = new Map<EntryId, string>();
  const voucherKeys = new Map(received.map(({ entry, voucherKey }) => [entry.id, voucherKey]));

  const above = (entry: Entry): (EntryId | undefined)[] =>
    entry.grant === undefined ? [] : [entries.get(entry.grant)!.grant, ...above(entries.get(entry.grant)!)];
  const roots = all.filter(({ action }) => action === 'root');
  const version = (entry: Entry) => entry.body.version as number;
  const rootStands = (root: Entry) =>
    roots.every(
      (one) =>
        version(one) > version(root) ||
        roots.every((other) => other === one || version(other) !== version(one)),
    );

  const signers = (entry: Entry): readonly NodeId[] => [entry.author, ...entry.cosigners];
  const rootFault = (entry: Entry): string | undefined => {
    const own = rootOf(entry.id);
    if (!rootStands(own)) return 'L10-root-fork';
    const dissents = roots.some((newer) => {
      if (version(newer) <= version(own) || !rootStands(newer) || pastOf(newer.id).has(entry.id))
        return false;
      const { keys, threshold } = verdicts.rootBody(newer);
      const signed = keys.filter((key) => signers(entry).includes(key)).length;
      return !keys.includes(entry.author) || signed < threshold;
    });
    return dissents ? 'L11-rotated' : undefined;
  };

  const isRevokedAt = (entry: Entry, path: string): boolean => {
    const { keys, threshold, invitation } = verdicts.grantBody(entries.get(entry.grant!)!);
    const revoked = new Set<NodeId>();
    for (const revoke of all.filter(({ action }) => action === 'revoke')) {
      const { key, frontier } = readRevokeBody(revoke.body);
      const reaches =
        above(entry).includes(revoke.grant) &&
        isWithin(path, revoke.path) &&
        !frontier.some((id) => pastOf(id).has(entry.id)) &&
        !pastOf(entry.grant!).has(revoke.id) &&
        !(entry.action === 'revoke' && readRevokeBody(entry.body).key === key);
      if (reaches && standingOf(revoke) === 'effective' && standsAt(revoke, path)) revoked.add(key);
    }
    const voucher = voucherKeys.get(entry.id);
    if (revoked.has(entry.author)) return true;
    if (invitation) return voucher !== undefined && revoked.has(voucher);
    return keys.filter((key) => signers(entry).includes(key) && !revoked.has(key)).length < threshold;
  };

  const grantFault = (entry: Entry, path: string): string | undefined => {
    const grant = entries.get(entry.grant!)!;
    if (standingOf(grant) !== 'effective') return 'L13-under-void';
    for (let at = entry; at.grant !== undefined; at = entries.get(at.grant)!)
      if (isRevokedAt(at, path)) return 'L12-revoked';
    return standsAt(grant, path) ? undefined : 'L13-under-void';
  };

  const forkFault = (entry: Entry): string | undefined => {
    const own = all.filter(({ author }) => author === entry.author);
    const known = entry.grant === undefined ? new Set<EntryId>() : pastOf(entry.grant);
    const forked = own.some(
      (a) =>
        a.sequence <= entry.sequence &&
        own.some((b) => b !== a && b.sequence === a.sequence && !(known.has(a.id) && known.has(b.id))),
    );
    return forked ? 'L14-equivocation' : undefined;
  };

  const faultAt = (entry: Entry, path: string) =>
    (entry.grant === undefined ? rootFault(entry) : grantFault(entry, path)) ?? forkFault(entry);

  const isAckedAt = (entry: Entry, path: string): boolean =>
    all.some((ack) => {
      if (ack.action !== 'ack' || !readAckBody(ack.body).entries.includes(entry.id)) return false;
      if (entry.grant === undefined) return ack.grant === undefined && faultAt(ack, path) === undefined;
      if (!above(entry).includes(ack.grant)) return false;
      return standingOf(ack) === 'effective' && faultAt(ack, path) === undefined;
    });

  /** L15: whether an entry would count had it been signed at this path. */
  const standsAt = (entry: Entry, path: string): boolean =>
    faultAt(entry, path) === undefined || isAckedAt(entry, path);

  const standingOf = (entry: Entry): string => {
    const known = memo.get(entry.id);
    if (known !== undefined) return known;
    const fault =
      entry.action === 'root'
        ? rootStands(entry)
          ? undefined
          : 'L10-root-fork'
        : faultAt(entry, entry.path);
    const isBack = entry.action !== 'root' && isAckedAt(entry, entry.path);
    const standing = fault === undefined || isBack ? 'effective' : fault;
    memo.set(entry.id, standing);
    return standing;
  };
  return standingOf;
}
