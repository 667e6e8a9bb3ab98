import { type AdmissionBody, admissionPath, readAdmissionBody } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { FOLDERS } from '../wire/entry/folders.ts';
import type { GrantedRole } from '../wire/entry/grant.ts';
import { isWithin } from '../wire/entry/path.ts';
import { type ReleaseManifest, readReleaseBody, releasePath } from '../wire/entry/release.ts';
import { type ReadRolloutBody, readRolloutBody, rolloutNumber } from '../wire/entry/rollout.ts';
import { readValueBody } from '../wire/entry/tree.ts';
import type { CausalPast } from './causal-past.ts';
import { AUTHORISED, refuse, type Verdict } from './verdict.ts';

/** What stands below a folder of the tree: by whom it is written, by which actions, as what, and how it is spread. */
export interface PathKind<Body> {
  /** The kind's entries stand below it. The folder itself is written by the same role, and holds a plain value. */
  readonly folder: string;
  /** The role that writes at and below the folder (L5). */
  readonly role: GrantedRole;
  /** Which of `create`, `update` and `admit` write an entry of this kind; of the others none is taken below the folder (L3). */
  readonly actions: readonly ContentAction[];
  /** @throws WireError */
  read(entry: Entry): Body;
  /** Whether that body may stand at this path, after what the author knew (L3, L7). */
  judge(entry: Entry, body: Body, past: CausalPast): Verdict;
  /** Whether an entry of this action overtakes others on a slow link (G5). */
  isUrgent(action: Entry['action']): boolean;
}

const CONTENT_ACTIONS = ['create', 'update', 'admit'] as const;
export type ContentAction = (typeof CONTENT_ACTIONS)[number];

const RELEASE: PathKind<ReleaseManifest> = {
  folder: FOLDERS.releases,
  role: 'release',
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
  role: 'operator',
  actions: ['create', 'update'],
  read: ({ body }) => readRolloutBody(body),
  judge: ({ path, parents }, { release }, past) => {
    if (rolloutNumber(path) === undefined) return refuse('L3-body', 'a rollout stands at /rollouts/<number>');
    return parents.includes(release) && isBelow(past.accepted(release), RELEASE)
      ? AUTHORISED
      : refuse('L3-body', 'a rollout names its release among its parents');
  },
  // A wish that is changed or taken back: it must not wait behind what is still wished for.
  isUrgent: (action) => action !== 'create',
};

const ADMISSION: PathKind<AdmissionBody> = {
  folder: FOLDERS.devices,
  role: 'operator',
  actions: ['admit'],
  read: ({ body }) => readAdmissionBody(body),
  judge: ({ path }, { device }) =>
    path === admissionPath(device)
      ? AUTHORISED
      : refuse('L3-body', 'an admission stands at the path of the device that it admits'),
  isUrgent: () => false,
};

/** Wherever no other shape is asked for: config, services, and what nobody here knows. */
const VALUE: PathKind<void> = {
  folder: '/',
  role: 'operator',
  actions: ['create', 'update'],
  read: ({ content, body }) => {
    if (content === undefined) readValueBody(body);
  },
  judge: () => AUTHORISED,
  isUrgent: () => false,
};

/** Names of releases. */
const CHANNEL: PathKind<void> = { ...VALUE, folder: FOLDERS.channels, role: 'release' };

/** The one table of what stands where. Another kind is another row, and whoever reads it asks for it by its row. */
export const PATH_KINDS = {
  release: RELEASE,
  rollout: ROLLOUT,
  admission: ADMISSION,
  channel: CHANNEL,
} as const;

/** The kind whose folder the path is or lies below; plain values where none is. */
export function kindAt(path: string): PathKind<unknown> {
  return Object.values<PathKind<unknown>>(PATH_KINDS).find(({ folder }) => isWithin(path, folder)) ?? VALUE;
}

/** Whether the body has the shape that its path asks for, where the action writes one. Throws WireError where a field cannot be read. */
export function judgeContent(entry: Entry, action: ContentAction, past: CausalPast): Verdict {
  const found = kindAt(entry.path);
  const kind = entry.path === found.folder ? VALUE : found;
  if (!kind.actions.includes(action))
    return refuse(
      'L3-body',
      `what stands below ${kind.folder} is written by "${kind.actions.join('" or "')}", not by "${action}"`,
    );
  return kind.judge(entry, kind.read(entry), past);
}

export function isBelow(entry: Entry | undefined, { folder }: PathKind<unknown>): boolean {
  return entry !== undefined && entry.path !== folder && isWithin(entry.path, folder);
}

/** True where an accepted entry was judged as one of this kind. */
export function isOfKind(entry: Entry, kind: PathKind<unknown>): boolean {
  return isBelow(entry, kind) && kind.actions.some((action) => action === entry.action);
}
