import { keyOf } from '../../src/core/ledger/testing/entry-writer.ts';
import { manifestOf } from '../../src/core/ledger/testing/random-history.ts';
import type { FileHash, NodeId, ReleaseId, RolloutId } from '../../src/core/wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../../src/core/wire/entry/admission.ts';
import { releaseBody, releasePath } from '../../src/core/wire/entry/release.ts';
import { rolloutBody, rolloutPath } from '../../src/core/wire/entry/rollout.ts';
import { valueBody } from '../../src/core/wire/entry/tree.ts';
import type { LeaseContent } from '../../src/core/wire/statement/statement.ts';
import { createShownNode } from '../../src/store/testing/shown-node.ts';
import { seededRandom } from '../seeded-random.ts';

const SITE_SIZE = 100;
const RELEASES = 6;
const FILES = 60;
const LINKS = 4;
/** A lease holds for three of its renewals, as those of this build do. */
const RENEWALS = 3;
/** One lease of a flush is this short, so that with nearly every flush a device goes and one comes back. */
const SHORT_MS = 10_000;
/** Of the leases that are renewed, those of a device that is fetching: they tell something new each time. */
const FETCHING_SHARE = 0.1;
/** The rest of the updates are leases. */
const RECEIPT_SHARE = 0.08;

export interface FleetOptions {
  readonly seed: number;
  readonly devices: number;
  readonly updatesPerSecond: number;
  readonly flushMs: number;
}

/**
 * A fleet of which this dashboard watches every site: devices at sites of a hundred, half a dozen releases with a rollout each, links
 * within the sites. Each device is heard in turn, over and over.
 */
export function createBusyFleet({ seed, devices, updatesPerSecond, flushMs }: FleetOptions) {
  const random = seededRandom(seed);
  const ids = Array.from({ length: devices }, (_, index) => keyOf(`device ${index}`));
  const releases: ReleaseId[] = [];
  const rollouts: RolloutId[] = [];
  const shown = createShownNode((write) => {
    for (const [index, device] of ids.entries())
      write({
        action: 'admit',
        path: admissionPath(device),
        body: admissionBody({
          device,
          name: `Till ${index + 1}`,
          site: `Shop ${Math.floor(index / SITE_SIZE) + 1}`,
          labels: { floor: String(index % 3) },
        }),
      });
    for (let counter = 1; counter <= RELEASES; counter++) {
      const release = write({
        action: 'create',
        path: releasePath('menu', counter),
        body: releaseBody({ ...manifestOf('menu', counter), files: filesOf(counter) }),
      });
      releases.push(release.id);
      rollouts.push(
        write({
          action: 'create',
          path: rolloutPath(counter),
          parents: [release],
          body: rolloutBody({ release: release.id, select: {} }),
        }).id,
      );
    }
  });
  if (shown.node.view().rollouts.length !== RELEASES) throw new Error('a rollout of the fleet was refused');
  const [newest, previous] = [releases.at(-1)!, releases.at(-2)!];
  const validMs = RENEWALS * 1_000 * (devices / updatesPerSecond);
  const updatesPerFlush = (updatesPerSecond * flushMs) / 1_000;
  let turn = 0;
  let configs = 0;
  let counter = RELEASES;

  const linksOf = (index: number): LeaseContent['links'] => {
    const first = index - (index % SITE_SIZE);
    return Array.from({ length: LINKS }, (_, step) => ({
      peer: ids[Math.min(first + ((index + 1 + step * step) % SITE_SIZE), devices - 1)]!,
      rung: 'lan' as const,
    }));
  };

  const lease = (index: number, holdsMs: number) => {
    const fetching = random() < FETCHING_SHARE;
    shown.say(ids[index]!, {
      type: 'lease',
      validMs: holdsMs,
      stage: fetching ? 'fetching' : 'committed',
      running: fetching ? previous : newest,
      target: newest,
      bytesHere: fetching ? Math.floor(random() * 1_000_000) : undefined,
      links: linksOf(index),
      freshness: 'fresh',
    });
  };

  const receipt = (device: NodeId) => {
    const fetching = random() < FETCHING_SHARE;
    shown.say(device, {
      type: 'receipt',
      stage: fetching ? 'fetching' : 'committed',
      rollout: rollouts.at(-1),
      release: newest,
      reason: '',
      bytesFromPublisher: 0,
      bytesFromPeers: Math.floor(random() * 1_000_000),
      warnings: { total: 0, kinds: [] },
    });
  };

  for (const [index, device] of ids.entries()) {
    receipt(device);
    lease(index, validMs);
  }

  return {
    shown,
    /** What is heard between two flushes. */
    hear: () => {
      shown.pass(flushMs);
      for (let update = 0; update < updatesPerFlush; update++) {
        const index = turn++ % devices;
        if (random() < RECEIPT_SHARE) receipt(ids[index]!);
        else lease(index, update === 0 ? SHORT_MS : validMs);
      }
    },
    /** An entry that no device's row hangs on. */
    writeConfig: () => {
      const path = '/config/fleet/strip';
      shown.write({ action: configs++ === 0 ? 'create' : 'update', path, body: valueBody(configs) });
    },
    publish: () => {
      counter++;
      const body = releaseBody({ ...manifestOf('menu', counter), files: filesOf(counter) });
      shown.write({ action: 'create', path: releasePath('menu', counter), body });
    },
  };
}

function filesOf(counter: number) {
  return Array.from({ length: FILES }, (_, index) => ({
    path: index === 0 ? 'index.html' : `assets/part-${index}.js`,
    hash: keyOf(`file ${index} of ${counter}`) as string as FileHash,
    sizeBytes: 20_000 + index,
  }));
}
