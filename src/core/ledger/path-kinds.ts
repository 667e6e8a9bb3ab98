import { type AdmissionBody, admissionPath, readAdmissionBody } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { FOLDERS } from '../wire/entry/folders.ts';
import { type GrantedRole, type HeardRole, isKnownRole } from '../wire/entry/grant.ts';
import { isWithin } from '../wire/entry/path.ts';
import { type ReleaseManifest, readReleaseBody, releasePath } from '../wire/entry/release.ts';
import { type ReadRolloutBody, readRolloutBody, rolloutNumber } from '../wire/entry/rollout.ts';
import { readValueBody } from '../wire/entry/tree.ts';
import type { CausalPast } from './causal-past.ts';
import { AUTHORISED, refuse, type Verdict } from './verdict.ts';

/** What stands below a folder of the tree: by whom it is written, by which actions, as what, and how it is spread. */
export interface PathKind<Body> {
  /** The folder itself holds a plain value. */
  readonly folder: string;
  /** How many names the kind's own paths have below the folder. What lies deeper is left to later versions (W12). */
  readonly names: number;
  /** Any of them writes at and below the folder (L5), and no role of a later version does (W12). */
  readonly roles: readonly GrantedRole[];
  /** Which of `create`, `update` and `admit` write an entry of this kind; none of the others is taken at its paths (L3). */
  readonly actions: readonly ContentAction[];
  /** @throws WireError */
  read(entry: Entry): Body;
  /** Whether that body may stand at this path, after what the author knew (L3, L7). */
  judge(entry: Entry, body: Body, past: CausalPast): Verdict;
  /** Whether an entry at or below the folder overtakes others on a slow link (G5). */
  isUrgent(entry: Pick<Entry, 'action' | 'path'>): boolean;
}

export type ContentAction = 'create' | 'update' | 'admit';

const RELEASE: PathKind<ReleaseManifest> = {
  folder: FOLDERS.releases,
  names: 2,
  roles: ['release'],
  // It is never changed: another one is published.
  actions: ['create'],
  read: ({ body }) => readReleaseBody(body),
  judge: ({ path }, { product, version, counter }, past) => {
    if (path !== releasePath(product, counter))
      return refuse('L3-body', 'a release stands at the path of its product and counter');
    const highest = past.highestCounter();
    // Rollback attack (TUF 5.4.3): a key that signs an old counter again must not take devices back.
    return highest !== undefined && counter <= highest
      ? refuse(
          'L7-counter',
          `release ${product} ${version} has the counter ${counter}, but ${highest} was published before it`,
        )
      : AUTHORISED;
  },
  isUrgent: () => false,
};

const ROLLOUT: PathKind<ReadRolloutBody> = {
  folder: FOLDERS.rollouts,
  names: 1,
  roles: ['operator'],
  actions: ['create', 'update'],
  read: ({ body }) => readRolloutBody(body),
  judge: ({ path, parents }, { release }, past) => {
    if (rolloutNumber(path) === undefined) return refuse('L3-body', 'a rollout stands at /rollouts/<number>');
    const named = parents.includes(release) ? past.accepted(release) : undefined;
    return named !== undefined && isOfKind(named, RELEASE)
      ? AUTHORISED
      : refuse('L3-body', 'a rollout names its release among its parents');
  },
  // A wish that is changed or taken back must not wait behind what is still wished for; nor what a later version says below it.
  isUrgent: ({ action, path }) => action !== 'create' || namesBelow(path, ROLLOUT.folder) > ROLLOUT.names,
};

const ADMISSION: PathKind<AdmissionBody> = {
  folder: FOLDERS.devices,
  names: 1,
  roles: ['operator'],
  actions: ['admit'],
  read: ({ body }) => readAdmissionBody(body),
  judge: ({ path }, { device }) =>
    path === admissionPath(device)
      ? AUTHORISED
      : refuse('L3-body', 'an admission stands at the path of the device that it admits'),
  isUrgent: () => false,
};

/** A plain value, which whoever reads it checks. */
function valuesBelow(folder: string): PathKind<void> {
  return {
    folder,
    names: Number.POSITIVE_INFINITY,
    roles: ['operator'],
    actions: ['create', 'update'],
    read: ({ content, body }) => {
      if (content === undefined) readValueBody(body);
    },
    judge: () => AUTHORISED,
    isUrgent: () => false,
  };
}

/** The one table of what stands where. Another kind is another row, and whoever reads it asks for it by its row. */
export const PATH_KINDS = {
  release: RELEASE,
  rollout: ROLLOUT,
  admission: ADMISSION,
  config: valuesBelow(FOLDERS.config),
  service: valuesBelow(FOLDERS.services),
} as const;

const ROOT = valuesBelow('/');
/**
 * A folder that only later versions know (W12). Theirs may be either quorum's, or that of a role of their own, so that all of these
 * write there; nothing here reads it. That it is refused nowhere matters more: who passes on what others refuse is banned.
 */
const LATER: PathKind<void> = { ...ROOT, names: 0, roles: ['release', 'operator'] };

/** The row of the folder that the path is or lies below. */
export function kindAt(path: string): PathKind<unknown> {
  const kinds: readonly PathKind<unknown>[] = Object.values(PATH_KINDS);
  return kinds.find(({ folder }) => isWithin(path, folder)) ?? (path === '/' ? ROOT : LATER);
}

/**
 * Whether the role lets its holder write at the path (L5). Attack: a made-up role, which whoever passes it on may call what they like,
 * writes where this version reads; it writes only in folders that this version does not know (W12).
 */
export function writesAt(path: string, role: HeardRole): boolean {
  const kind = kindAt(path);
  return isKnownRole(role) ? kind.roles.includes(role) : kind === LATER;
}

/** Whether the body has the shape that its path asks for, where the action writes one. Throws WireError where a field cannot be read. */
export function judgeContent(entry: Entry, action: ContentAction, past: CausalPast): Verdict {
  const kind = kindAt(entry.path);
  const names = namesBelow(entry.path, kind.folder);
  if (names > kind.names && action !== 'admit') return AUTHORISED;
  const row = names === 0 || names > kind.names ? ROOT : kind;
  if (!row.actions.includes(action))
    return refuse(
      'L3-body',
      `what stands at ${entry.path} is written by "${row.actions.join('" or "')}", not by "${action}"`,
    );
  return row.judge(entry, row.read(entry), past);
}

/** True where an accepted entry was judged as one of this kind. */
export function isOfKind(entry: Entry, { folder, names, actions }: PathKind<unknown>): boolean {
  return (
    isWithin(entry.path, folder) &&
    namesBelow(entry.path, folder) === names &&
    actions.some((action) => action === entry.action)
  );
}

function namesBelow(path: string, folder: string): number {
  const names = (of: string) => (of === '/' ? 0 : of.split('/').length - 1);
  return names(path) - names(folder);
}
