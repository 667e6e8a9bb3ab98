import type { DeviceInput, FrameFact } from '../../../device/input.ts';
import { type DeviceState, FRESH_DEVICE } from '../../../device/state.ts';
import type { ReceivedEntry } from '../../../ledger/ledger.ts';
import { at } from '../../../time/testing/at.ts';
import type { EntryId, FleetId, NodeId, ReleaseId } from '../../../wire/encoding/ids.ts';
import { EMPTY_MARK, type HighWaterMark } from '../../../wire/kept/high-water-mark.ts';
import { type KeptBans, NO_BANS } from '../../../wire/kept/kept-bans.ts';
import type { Statement } from '../../../wire/statement/statement.ts';
import type { NodeEffect } from '../../effect.ts';
import type { NodeInput, NodeTimer } from '../../input.ts';
import { createNode, type Node } from '../../node.ts';

/** What outlives the process. */
export interface Disk {
  readonly entries: Map<EntryId, ReceivedEntry>;
  readonly device: DeviceState;
  readonly mark: HighWaterMark;
  readonly bans: KeptBans;
  readonly session: number;
  /** Releases whose files are all here. */
  readonly bundles: ReadonlySet<ReleaseId>;
}

export const EMPTY_DISK = (): Disk => ({
  entries: new Map(),
  device: FRESH_DEVICE,
  mark: EMPTY_MARK,
  bans: NO_BANS,
  session: 0,
  bundles: new Set(),
});

/** What is told of a node to whoever holds it to a promise, before the effect is carried out. */
export type Witness = (end: NodeOnDisk, effect: NodeEffect) => void;

export interface NodeOnDisk {
  readonly id: NodeId;
  readonly isDevice: boolean;
  node(): Node;
  disk(): Disk;
  isUp(): boolean;
  /** The release on the screen. */
  shown(): { readonly release: ReleaseId; readonly run: number } | undefined;
  readonly timers: Map<NodeTimer, number>;
  /** Inputs of its own; ignored while it is down. */
  tell(input: NodeInput): void;
  tellDevice(input: Extract<DeviceInput, { type: 'bundle-complete' | 'bundle-failed' }>): void;
  /** Of what is on the screen. */
  tellFrame(fact: FrameFact): void;
  /** Bundles that are asked for and are not here. */
  wanted(): readonly ReleaseId[];
  /** Dies when so many more effects that are kept, or change the screen, are carried out; before the next one. */
  dieIn(effects: number): void;
  /** Whether the effect is one of these. */
  keeps(effect: NodeEffect): boolean;
  crash(): void;
  /** Its disk loses the record of the device, and the files; what stands in other places stays. Only while it is down. */
  loseRecord(): void;
  start(): void;
}

class Death extends Error {}

const KEPT: ReadonlySet<NodeEffect['type']> = new Set([
  'append-entry',
  'persist-device',
  'keep-mark',
  'keep-bans',
  'hold-release',
  'keep-releases',
  'run-release',
  'stop-release',
]);
const isKept = ({ type }: NodeEffect) => KEPT.has(type);

/** One real node between its disk and what `world` carries for it. Whatever it keeps is kept effect by effect, so that it can die between any two. */
export function nodeOnDisk(deps: {
  readonly id: NodeId;
  readonly fleet: FleetId;
  readonly isDevice: boolean;
  readonly disk: Disk;
  readonly receivedOf: (envelope: Uint8Array) => ReceivedEntry;
  readonly nowMs: () => number;
  readonly chance: () => number;
  readonly witness: Witness;
  /** Effects on links. */
  readonly carry: (end: NodeOnDisk, effect: NodeEffect) => void;
  readonly sign: (statement: Statement) => Uint8Array;
  readonly onDown: (end: NodeOnDisk) => void;
}): NodeOnDisk {
  const { id, isDevice } = deps;
  let disk = deps.disk;
  let node: Node | undefined;
  let shown: { readonly release: ReleaseId; readonly run: number } | undefined;
  let sequence = 0;
  let left = Number.POSITIVE_INFINITY;
  const held = new Set<ReleaseId>();
  const timers = new Map<NodeTimer, number>();
  const inbox: NodeInput[] = [];
  let isDraining = false;

  const drain = (input: NodeInput) => {
    inbox.push(input);
    if (isDraining) return;
    isDraining = true;
    try {
      for (let next = inbox.shift(); next !== undefined && node !== undefined; next = inbox.shift())
        for (const effect of node.handle(next, at(deps.nowMs()), deps.chance)) {
          if (isKept(effect) && left-- <= 0) throw new Death();
          carryOut(effect);
        }
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      crash();
    } finally {
      isDraining = false;
      inbox.length = 0;
    }
  };

  const carryOut = (effect: NodeEffect) => {
    deps.witness(end, effect);
    switch (effect.type) {
      case 'append-entry':
        return disk.entries.set(effect.id, deps.receivedOf(effect.envelope));
      case 'persist-device':
        disk = { ...disk, device: effect.state };
        return;
      case 'keep-mark':
        disk = { ...disk, mark: effect.mark };
        return;
      case 'keep-bans':
        disk = { ...disk, bans: effect.kept };
        return;
      case 'hold-release':
        held.add(effect.release);
        if (disk.bundles.has(effect.release))
          inbox.push({ type: 'device-input', input: { type: 'bundle-complete', release: effect.release } });
        return;
      case 'keep-releases': {
        const kept = new Set(effect.releases);
        for (const release of held) if (!kept.has(release)) held.delete(release);
        disk = { ...disk, bundles: new Set([...disk.bundles].filter((release) => kept.has(release))) };
        return;
      }
      case 'run-release':
        shown = { release: effect.release, run: effect.run };
        return;
      case 'stop-release':
        shown = undefined;
        return;
      case 'schedule-timer':
        return timers.set(effect.timer, deps.nowMs() + effect.delayMs);
      case 'cancel-timer':
        return timers.delete(effect.timer);
      case 'sign-statement': {
        const { content } = effect;
        const place = { session: disk.session, sequence: sequence++, timeMs: deps.nowMs() };
        const statement: Statement = { fleet: deps.fleet, author: id, ...place, content };
        const bytes = deps.sign(statement);
        return inbox.push({ type: 'statement-received', statement, bytes, source: { type: 'own' } });
      }
      default:
        return deps.carry(end, effect);
    }
  };

  const crash = () => {
    if (node === undefined) return;
    node = undefined;
    shown = undefined;
    held.clear();
    timers.clear();
    left = Number.POSITIVE_INFINITY;
    deps.onDown(end);
  };

  const tell = (input: NodeInput) => {
    if (node !== undefined) drain(input);
  };

  const end: NodeOnDisk = {
    id,
    isDevice,
    node: () => node!,
    disk: () => disk,
    isUp: () => node !== undefined,
    shown: () => shown,
    timers,
    tell,
    tellDevice: (input) => {
      if (input.type === 'bundle-complete')
        disk = { ...disk, bundles: new Set([...disk.bundles, input.release]) };
      tell({ type: 'device-input', input });
    },
    tellFrame: (fact) => {
      if (shown !== undefined) tell({ type: 'device-input', input: { ...fact, run: shown.run } });
    },
    wanted: () => [...held].filter((release) => !disk.bundles.has(release)),
    dieIn: (effects) => {
      left = effects;
    },
    keeps: isKept,
    crash,
    loseRecord: () => {
      disk = { ...disk, device: FRESH_DEVICE, bundles: new Set() };
    },
    start: () => {
      if (node !== undefined) return;
      disk = { ...disk, session: disk.session + 1 };
      sequence = 0;
      node = createNode({
        self: id,
        fleet: deps.fleet,
        device: isDevice ? disk.device : undefined,
        mark: disk.mark,
      });
      tell({ type: 'bans-restored', kept: disk.bans });
      if (!isDevice) tell({ type: 'sites-watched', sites: 'all' });
      tell({ type: 'node-started', stored: [...disk.entries.values()], heard: [], marks: [] });
    },
  };
  return end;
}
