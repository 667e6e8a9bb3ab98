import type { HeardStatement } from '../core/fleet/statement-book.ts';
import type { Outcome } from '../core/ledger/explanation.ts';
import type { Node } from '../core/node/node.ts';
import type { RolledOut } from '../core/rollout/rolled-out.ts';
import { selects } from '../core/rollout/wish.ts';
import type { ReleaseId, RolloutId } from '../core/wire/encoding/ids.ts';
import type { Entry } from '../core/wire/entry/entry.ts';
import { readReleaseBody } from '../core/wire/entry/release.ts';
import { readRolloutBody, rolloutNumber } from '../core/wire/entry/rollout.ts';
import { isFailure } from '../core/wire/statement/device-stage.ts';
import { NO_WARNINGS } from '../core/wire/statement/release-warnings.ts';
import type { DeviceRow, RolloutDeviceRow, RolloutRow, Selector } from './model.ts';
import { nameOfPerson } from './project-people.ts';
import { nameOfRelease } from './release-names.ts';

/** What the ledger alone says of a rollout. */
export type RolloutFrame = Omit<RolloutRow, 'devices' | 'counts'>;

/** All rollouts that were ever written, the newest first: whoever started one that came to nothing must see that, and why. */
export function rolloutFrames(
  node: Node,
  { rollouts }: RolledOut,
  /** Whether a device's wish is by it. */
  isFollowed: (rollout: RolloutId) => boolean,
): RolloutFrame[] {
  const view = node.view();
  const newestOfProduct = new Map<string, string>();
  for (const { entry, body } of view.rollouts) {
    const product = view.releases.get(body.release)?.manifest.product;
    if (product !== undefined) newestOfProduct.set(product, entry.id);
  }
  const standing = new Set(view.rollouts.map(({ entry }) => entry.id));

  return [...rollouts]
    .sort((a, b) => numberOf(b) - numberOf(a) || (a.id < b.id ? -1 : 1))
    .map((entry): RolloutFrame => {
      const { release, select } = readRolloutBody(entry.body);
      const { product, version } = nameOf(node, release);
      const { why, takenBack } = standing.has(entry.id)
        ? { why: whyReleaseIsVoid(node, release), takenBack: false }
        : whyVoid(node, entry, 'rollout');
      return {
        id: entry.id,
        release,
        product,
        version,
        select,
        author: entry.author,
        authorName: nameOfPerson(node, entry.author),
        startedAtMs: entry.timeMs,
        standing:
          why !== ''
            ? takenBack
              ? 'taken-back'
              : 'void'
            : isFollowed(entry.id) || newestOfProduct.get(product) === entry.id
              ? 'active'
              : 'superseded',
        why,
      };
    });
}

function numberOf({ path }: Entry): number {
  return rolloutNumber(path) ?? 0;
}

/** A release that does not count is named as its manifest names it. */
function nameOf(node: Node, release: ReleaseId): { readonly product: string; readonly version: string } {
  const named = nameOfRelease(node, release);
  const entry = node.ledger.accepted(release);
  return named ?? (entry === undefined ? { product: '', version: '' } : readReleaseBody(entry.body));
}

function whyReleaseIsVoid(node: Node, release: ReleaseId): string {
  const entry = node.ledger.accepted(release);
  if (node.view().releases.has(release) || entry === undefined) return '';
  return `its release does not count: ${whyVoid(node, entry, 'release').why}`;
}

/** `what` stands at a path and is not what the path is. */
function whyVoid(
  node: Node,
  { id, path }: Entry,
  what: 'rollout' | 'release',
): { readonly why: string; readonly takenBack: boolean } {
  const outcome = node.ledger.explain(path).entries.find(({ entry }) => entry.id === id)?.outcome;
  return {
    why: outcome === undefined ? '' : inWords(outcome, what),
    takenBack: outcome?.type === 'superseded',
  };
}

function inWords(outcome: Outcome, what: string): string {
  switch (outcome.type) {
    case 'void':
      return outcome.reason;
    case 'loses':
      return `another ${what} was signed under the same number at the same time, and that one counts`;
    case 'frozen':
      return 'its path was frozen before';
    case 'superseded':
      return 'a later entry took it back';
    case 'content-missing':
      return 'its content stands outside of it, which this version does not fetch';
    case 'wins':
      return '';
  }
}

/** Of one that nobody follows any more no device is shown. */
export function hasDevices({ why }: RolloutFrame): boolean {
  return why === '';
}

/** Whether the rollout is for the device of this row. */
export function isFor(select: Selector, { id, site, labels }: DeviceRow): boolean {
  return selects(select, { device: id, site, labels });
}

/** The rollout that the device's newest receipt is about: of all older ones it has moved on. */
export function rolloutOfReceipt(receipt: HeardStatement | undefined): RolloutId | undefined {
  const content = receipt?.statement.content;
  return content?.type === 'receipt' ? content.rollout : undefined;
}

/** The device in a rollout that its newest receipt is about; without the receipt, in any other one. */
export function rolloutDevice(device: DeviceRow, receipt: HeardStatement | undefined): RolloutDeviceRow {
  const content = receipt?.statement.content;
  const about = content?.type === 'receipt' ? content : undefined;
  return {
    id: device.id,
    name: device.name,
    site: device.site,
    presence: device.presence,
    stage: about?.stage,
    progress: about && device.progress,
    bytesFromPublisher: about?.bytesFromPublisher,
    bytesFromPeers: about?.bytesFromPeers,
    reason: about?.reason ?? '',
    warnings: about?.warnings ?? NO_WARNINGS,
    changedAtMs: about && receipt?.heardAt.wallMs,
  };
}

export function countsOf(devices: readonly RolloutDeviceRow[]): RolloutRow['counts'] {
  const counts = { matched: devices.length, committed: 0, underway: 0, failed: 0, waiting: 0 };
  for (const { stage } of devices) {
    if (stage === 'committed') counts.committed++;
    else if (isFailure(stage)) counts.failed++;
    else if (stage === undefined || stage === 'idle' || stage === 'withdrawn') counts.waiting++;
    else counts.underway++;
  }
  return counts;
}
