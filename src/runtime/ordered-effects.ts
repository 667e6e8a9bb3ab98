import type { NodeEffect } from '../core/node/effect.ts';
import type { NodeInput } from '../core/node/input.ts';
import type { FleetId } from '../core/wire/encoding/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identity } from '../ports/keys.ts';
import type { RecordStore } from '../ports/stores.ts';
import { sealStatement } from './intake/signed-statement.ts';
import type { BanStore } from './kept/ban-store.ts';
import type { HighWater } from './kept/high-water.ts';
import type { SlotManifests } from './kept/slot-manifests.ts';
import type { Bundles } from './releases/bundles.ts';
import type { DataTasks } from './releases/data-tasks.ts';
import type { ReleaseRunner } from './releases/release-runner.ts';

/** Effects that must be kept before others, and what may only follow them: a release is never started before its stage is stored. */
export type OrderedEffect = Extract<
  NodeEffect,
  {
    type:
      | 'sign-statement'
      | 'keep-mark'
      | 'keep-bans'
      | 'persist-device'
      | 'hold-release'
      | 'keep-releases'
      | 'run-release'
      | 'stop-release'
      | 'copy-data'
      | 'restore-data'
      | 'clear-data'
      | 'retain-data';
  }
>;

/** What carries one of them out; the caller gives the next one when that has resolved. */
export function createOrderedEffects(deps: {
  readonly fleet: FleetId;
  readonly identity: Identity;
  readonly session: number;
  readonly clock: Clock;
  readonly records: RecordStore;
  readonly highWater: HighWater;
  readonly bans: BanStore;
  readonly slots: SlotManifests;
  readonly bundles: Bundles;
  readonly runner: ReleaseRunner | undefined;
  readonly dataTasks: DataTasks | undefined;
  readonly tell: (input: NodeInput) => void;
}): (effect: OrderedEffect) => Promise<void> {
  const { fleet, identity, session, bundles, runner, dataTasks } = deps;
  let sequence = 0;
  return async (effect) => {
    switch (effect.type) {
      case 'sign-statement': {
        const statement = {
          fleet,
          author: identity.id,
          session,
          sequence: sequence++,
          timeMs: deps.clock.nowMs(),
          content: effect.content,
        };
        const bytes = await sealStatement(statement, identity);
        return deps.tell({ type: 'statement-received', statement, bytes, source: { type: 'own' } });
      }
      case 'keep-mark':
        return deps.highWater.raise(fleet, effect.mark);
      case 'keep-bans':
        return deps.bans.keep(fleet, effect.kept);
      case 'persist-device':
        return deps.records.put({ device: effect.state });
      case 'hold-release':
        return bundles.hold(effect.release);
      case 'keep-releases':
        await deps.slots.keep(effect.releases);
        return bundles.keep(effect.releases);
      case 'run-release':
        return runner?.run(effect.release, effect.run);
      case 'stop-release':
        return runner?.stop();
      case 'copy-data':
      case 'restore-data':
      case 'clear-data':
        return dataTasks?.begin(effect);
      case 'retain-data':
        return dataTasks?.retain(effect.products);
    }
  };
}
