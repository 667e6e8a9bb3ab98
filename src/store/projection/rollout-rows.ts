import type { Node } from '../../core/node/node.ts';
import { createRolledOut } from '../../core/rollout/rolled-out.ts';
import type { NodeId, RolloutId } from '../../core/wire/encoding/ids.ts';
import type { DeviceRow, RolloutDeviceRow, RolloutRow, Selector } from '../model.ts';
import {
  countsOf,
  hasDevices,
  isFor,
  type RolloutFrame,
  rolloutDevice,
  rolloutFrames,
  rolloutOfReceipt,
} from '../project-rollouts.ts';
import type { DeviceRows } from './device-rows.ts';
import type { Look } from './look.ts';
import { shareEqual, shareList, shareRows } from './structural-sharing.ts';
import { createWishCount } from './wish-count.ts';

/** All rollouts with their devices. */
export interface RolloutRows {
  look(
    look: Look,
    changed: {
      /** Admitted anew, or withdrawn. */
      readonly admitted: ReadonlySet<NodeId>;
      /** Whose row is another one, or who sent a receipt. */
      readonly devices: Iterable<NodeId>;
    },
  ): readonly RolloutRow[];
}

/**
 * The devices of all rollouts with one selector, as devices that told nothing: nearly all rollouts of a fleet are old ones about which no
 * device's newest receipt is any more, and they share these.
 */
interface Audience {
  readonly select: Selector;
  rows: readonly RolloutDeviceRow[];
}

interface Told {
  readonly rollout: RolloutId;
  readonly row: RolloutDeviceRow;
}

interface Shown {
  readonly frame: RolloutFrame;
  readonly untold: readonly RolloutDeviceRow[];
  readonly row: RolloutRow;
}

const NOBODY: readonly RolloutDeviceRow[] = [];

export function createRolloutRows(node: Node, devices: DeviceRows): RolloutRows {
  const rolledOut = createRolledOut(node.ledger);
  const wishes = createWishCount(node);
  const audiences = new Map<string, Audience>();
  const untold = new Map<NodeId, RolloutDeviceRow>();
  const told = new Map<NodeId, Told>();
  const toldOf = new Map<RolloutId, Map<NodeId, RolloutDeviceRow>>();
  const shown = new Map<RolloutId, Shown>();
  let frames: readonly RolloutFrame[] = [];
  let rows: readonly RolloutRow[] = [];

  const tell = (id: NodeId, after: Told | undefined, touched: Set<RolloutId>) => {
    const before = told.get(id);
    if (before?.rollout === after?.rollout && before?.row === after?.row) return;
    if (before !== undefined) {
      touched.add(before.rollout);
      toldOf.get(before.rollout)?.delete(id);
    }
    if (after === undefined) {
      told.delete(id);
      return;
    }
    touched.add(after.rollout);
    told.set(id, after);
    const of = toldOf.get(after.rollout) ?? new Map<NodeId, RolloutDeviceRow>();
    toldOf.set(after.rollout, of);
    of.set(id, after.row);
  };

  const tellOf = (device: DeviceRow): Told | undefined => {
    const receipt = node.book.newest(device.id, 'receipt');
    const rollout = rolloutOfReceipt(receipt);
    if (rollout === undefined) return undefined;
    return { rollout, row: shareEqual(told.get(device.id)?.row, rolloutDevice(device, receipt)) };
  };

  /** Whether the row of a device that told nothing is another one. */
  const lookAt = (id: NodeId, touched: Set<RolloutId>): boolean => {
    const device = devices.get(id);
    tell(id, device && tellOf(device), touched);
    const before = untold.get(id);
    if (device === undefined) return untold.delete(id);
    const after = shareEqual(before, rolloutDevice(device, undefined));
    untold.set(id, after);
    return after !== before;
  };

  const gather = (audience: Audience) => {
    const named = devices.rows().filter((device) => isFor(audience.select, device));
    audience.rows = shareList(
      audience.rows,
      named.map(({ id }) => untold.get(id)!),
    );
  };

  const keyOf = ({ select }: RolloutFrame) => JSON.stringify(select);

  const prepare = () => {
    const live = frames.filter(hasDevices);
    const keys = new Set(live.map(keyOf));
    for (const key of audiences.keys()) if (!keys.has(key)) audiences.delete(key);
    for (const frame of live) {
      const key = keyOf(frame);
      if (audiences.has(key)) continue;
      const audience: Audience = { select: frame.select, rows: NOBODY };
      audiences.set(key, audience);
      gather(audience);
    }
  };

  const replace = (audience: Audience, changed: ReadonlySet<NodeId>) => {
    const next = audience.rows.map((row) => (changed.has(row.id) ? untold.get(row.id)! : row));
    audience.rows = shareList(audience.rows, next);
  };

  const project = (frame: RolloutFrame, touched: ReadonlySet<RolloutId>): RolloutRow => {
    const before = shown.get(frame.id);
    const untoldRows = hasDevices(frame) ? audiences.get(keyOf(frame))!.rows : NOBODY;
    if (before?.frame === frame && before.untold === untoldRows && !touched.has(frame.id)) return before.row;
    const told = toldOf.get(frame.id);
    const all =
      told === undefined || told.size === 0 ? untoldRows : untoldRows.map((row) => told.get(row.id) ?? row);
    const rows = before === undefined ? all : shareList(before.row.devices, all);
    const isSame = before?.frame === frame && before.row.devices === rows;
    const row = isSame
      ? before.row
      : { ...frame, devices: rows, counts: shareEqual(before?.row.counts, countsOf(rows)) };
    shown.set(frame.id, { frame, untold: untoldRows, row });
    return row;
  };

  return {
    look: ({ ledgerGrew }, changed) => {
      const touched = new Set<RolloutId>();
      const changedRows = new Set<NodeId>();
      for (const id of [...changed.devices, ...changed.admitted])
        if (lookAt(id, touched)) changedRows.add(id);
      if (changed.admitted.size > 0) for (const audience of audiences.values()) gather(audience);
      else if (changedRows.size > 0)
        for (const audience of audiences.values()) replace(audience, changedRows);
      if (ledgerGrew) {
        wishes.look(changed.admitted);
        frames = shareRows(frames, rolloutFrames(node, rolledOut(), wishes.isFollowed), ({ id }) => id);
        prepare();
      }
      rows = shareList(
        rows,
        frames.map((frame) => project(frame, touched)),
      );
      return rows;
    },
  };
}
