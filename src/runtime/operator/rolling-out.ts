import { type Course, courseOf, nextCounter } from '../../core/rollout/course.ts';
import type { FilesHere, PlannedStep, WayBack, WayBackFrom } from '../../core/rollout/plan.ts';
import { createRolledOut } from '../../core/rollout/rolled-out.ts';
import {
  followersOf,
  followersOfProduct,
  originsOf,
  type Step,
  stepsTo,
} from '../../core/rollout/way-back.ts';
import { selectedDevices, type Wish, wishFor } from '../../core/rollout/wish.ts';
import type { NodeId, ReleaseId, RolloutId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import {
  bundleLayout,
  productFolder,
  type ReleaseManifest,
  readReleaseBody,
} from '../../core/wire/entry/release.ts';
import type { Selector } from '../../core/wire/entry/rollout.ts';
import type { ContentStore } from '../../ports/content.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { startRollout } from './actions.ts';
import { ownGrant } from './own-grant.ts';
import { writeRelease } from './publish.ts';

/** Rolls releases out, and publishes their files under the next counter first where a device would refuse them (D3). */
export interface RollingOut {
  plan(steps: readonly Step[]): readonly PlannedStep[];
  /** To what each device was to run before, or all to `to`. */
  wayBack(from: WayBackFrom, to: ReleaseId | undefined): WayBack;
  filesHere(release: ReleaseId): Promise<FilesHere>;
  /** Carries the steps out in order; the last rollout's id. Nothing is signed unless all of them can be. */
  rollOut(steps: readonly Step[]): Promise<RolloutId>;
}

export function createRollingOut(runtime: NodeRuntime, content: ContentStore): RollingOut {
  const { node } = runtime;
  const { ledger } = node;
  const rolledOut = createRolledOut(ledger);
  const course = (release: ReleaseId) => courseOf(release, ledger, rolledOut().releases);
  const bodies = () => Array.from(node.view().devices.values(), ({ body }) => body);

  const plan: RollingOut['plan'] = (steps) => {
    const named = steps.map(({ select }) => selectedDevices(select, bodies()));
    const later = new Set<NodeId>();
    const devices = named
      .reverse()
      .map((ids) => {
        const own = ids.filter((id) => !later.has(id));
        for (const id of ids) later.add(id);
        return own;
      })
      .reverse();
    const again = new Map<ReleaseId, Course | undefined>();
    const taken = new Map<string, number>();
    return steps.map((step, index) => {
      if (!again.has(step.release)) again.set(step.release, numbered(step.release, taken));
      return { ...step, devices: devices[index]!, course: again.get(step.release) };
    });
  };

  /** Of several that are published again each takes the number after the one before. */
  const numbered = (release: ReleaseId, taken: Map<string, number>): Course | undefined => {
    const found = course(release);
    if (found?.type !== 'publish-again') return found;
    const { product } = manifestOf(release);
    const counter = (taken.get(product) ?? found.counter - 1) + 1;
    taken.set(product, counter);
    return { ...found, counter };
  };

  /** Of a release that counts, also where another one has its place. Throws WireError. */
  const manifestOf = (release: ReleaseId): ReleaseManifest => {
    const known = node.view().releases.get(release)?.manifest;
    if (known !== undefined) return known;
    const entry = ledger.accepted(release);
    if (entry === undefined) throw new WireError('This release is not known here.');
    const manifest = readReleaseBody(entry.body);
    if (ledger.standing(release)?.type === 'effective') return manifest;
    throw new WireError(
      `${manifest.product} ${manifest.version} does not count: whoever signed it had no right to, or lost it. Roll another release out.`,
    );
  };

  const filesHere: RollingOut['filesHere'] = async (release) => {
    const layout = bundleLayout(manifestOf(release).files);
    const here = await Promise.all(layout.map(({ hash }) => content.hasFile(hash)));
    const missing = layout.filter((_, index) => !here[index]);
    const sum = (files: typeof layout) => files.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
    return { missingFiles: missing.length, missingBytes: sum(missing), sizeBytes: sum(layout) };
  };

  /** Throws WireError for what would be refused half way. */
  const check = async (release: ReleaseId) => {
    const { product, version } = manifestOf(release);
    if (course(release)?.type !== 'publish-again') return;
    ownGrant(runtime, 'release', productFolder(product));
    const { missingFiles } = await filesHere(release);
    if (missingFiles > 0)
      throw new WireError(
        `This browser lacks ${missingFiles} of the files of ${product} ${version}, so it cannot publish them again. Fetch them first.`,
      );
  };

  const publishAgain = async (release: ReleaseId): Promise<ReleaseId> => {
    const { product } = manifestOf(release);
    // As it was signed, with what a later version may have put into it.
    const { body } = ledger.accepted(release)!;
    return writeRelease(runtime, { ...body, counter: nextCounter(ledger, product) });
  };

  const rollOutOne = async ({ release, select }: Step): Promise<RolloutId> => {
    const found = course(release);
    const subject = found?.type === 'roll-out' ? found.release : await publishAgain(release);
    return startRollout(runtime, { release: subject, select });
  };

  return {
    plan,
    filesHere,
    wayBack: (from, to) => {
      const view = node.view();
      const { devices, standing } = startOf(from);
      const origins = originsOf(view, devices);
      const targets = to === undefined ? origins : [{ release: to, devices }];
      return {
        now: [...new Set(wishesOf(devices).map(({ release }) => release))],
        origins,
        steps: plan(stepsTo(view, targets, standing)),
      };
    },
    rollOut: async (steps) => {
      ownGrant(runtime, 'operator');
      for (const { release } of steps) await check(release);
      let last: RolloutId | undefined;
      for (const step of steps) last = await rollOutOne(step);
      if (last === undefined) throw new WireError('There is nothing to go back to.');
      return last;
    },
  };

  function startOf(from: WayBackFrom): {
    readonly devices: readonly NodeId[];
    readonly standing: readonly Selector[];
  } {
    const view = node.view();
    switch (from.type) {
      case 'device':
        return { devices: [from.device], standing: [] };
      case 'rollout': {
        const rollout = view.rollouts.find(({ entry }) => entry.id === from.rollout);
        // Whom a rollout of a later version names is not known here: a way back would take others along (W10).
        if (rollout === undefined || rollout.body.lacking.length > 0) return { devices: [], standing: [] };
        return { devices: followersOf(view, from.rollout), standing: [rollout.body.select] };
      }
      case 'product-of': {
        const followers = followersOfProduct(view, manifestOf(from.release).product);
        const devices = followers.length > 0 ? followers : [...view.devices.keys()];
        return { devices, standing: [...selectorsFollowed(devices), {}] };
      }
    }
  }

  function wishesOf(devices: readonly NodeId[]): readonly Wish[] {
    const view = node.view();
    return devices.flatMap((device) => wishFor(view, view.devices.get(device)?.body) ?? []);
  }

  function selectorsFollowed(devices: readonly NodeId[]): readonly Selector[] {
    const followed = new Set(wishesOf(devices).map(({ rollout }) => rollout));
    return node
      .view()
      .rollouts.filter(({ entry, body }) => followed.has(entry.id) && body.lacking.length === 0)
      .map(({ body }) => body.select);
  }
}
