import type { Node } from '../../core/node/node.ts';
import { createRolledOut } from '../../core/rollout/rolled-out.ts';
import type { NodeId, RolloutId } from '../../core/wire/encoding/ids.ts';
import type { DeviceRow, RolloutDeviceRow, RolloutRow, Selector } from '../model.ts';
import { compareDevices } from '../project-devices.ts';
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
import { createOrderedRows, type OrderedRows } from './ordered-rows.ts';
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

type OrderedDevices = OrderedRows<RolloutDeviceRow>;

interface Told {
  readonly rollout: RolloutId;
  readonly row: RolloutDeviceRow;
}

interface Shown {
  readonly frame: RolloutFrame;
  readonly row: RolloutRow;
}

const NOBODY: RolloutRow['devices'] = [];

export function createRolloutRows(node: Node, devices: DeviceRows): RolloutRows {
  const rolledOut = createRolledOut(node.ledger);
  const wishes = createWishCount(node);
  /** Devices as rollouts show them that the newest receipt is not about. */
  const untold = new Map<NodeId, RolloutDeviceRow>();
  const told = new Map<NodeId, Told>();
  const toldOf = new Map<RolloutId, Map<NodeId, RolloutDeviceRow>>();
  /**
   * By selector, devices that told nothing: nearly all rollouts of a fleet are old ones about which no device's newest receipt is any more,
   * and they share these.
   */
  const audiences = new Map<string, { readonly select: Selector; readonly rows: OrderedDevices }>();
  /** Of rollouts that some device told of. */
  const own = new Map<RolloutId, OrderedDevices>();
  const counted = new WeakMap<RolloutRow['devices'], RolloutRow['counts']>();
  const shown = new Map<RolloutId, Shown>();
  let frames: readonly RolloutFrame[] = [];
  let rows: readonly RolloutRow[] = [];

  /** Whether that is news. */
  const tell = (id: NodeId, after: Told | undefined): boolean => {
    const before = told.get(id);
    if (before?.rollout === after?.rollout && before?.row === after?.row) return false;
    if (before !== undefined) toldOf.get(before.rollout)?.delete(id);
    if (after === undefined) return told.delete(id);
    told.set(id, after);
    const of = toldOf.get(after.rollout) ?? new Map<NodeId, RolloutDeviceRow>();
    toldOf.set(after.rollout, of);
    of.set(id, after.row);
    return true;
  };

  const tellOf = (device: DeviceRow): Told | undefined => {
    const receipt = node.book.newest(device.id, 'receipt');
    const rollout = rolloutOfReceipt(receipt);
    if (rollout === undefined) return undefined;
    const row = shareEqual(untold.get(device.id), rolloutDevice(device, receipt));
    return { rollout, row: shareEqual(told.get(device.id)?.row, row) };
  };

  /** Whether rollouts may show the device otherwise, or another one may. One row stands for both where they say the same. */
  const lookAt = (id: NodeId): boolean => {
    const device = devices.get(id);
    const before = untold.get(id);
    const after =
      device && shareEqual(before, shareEqual(told.get(id)?.row, rolloutDevice(device, undefined)));
    if (after === undefined) untold.delete(id);
    else untold.set(id, after);
    const isToldAnew = tell(id, device && tellOf(device));
    return isToldAnew || after !== before;
  };

  const keyOf = ({ select }: RolloutFrame) => JSON.stringify(select);

  const put = (to: OrderedDevices, select: Selector, id: NodeId, row: RolloutDeviceRow | undefined) => {
    const device = devices.get(id);
    if (row !== undefined && device !== undefined && isFor(select, device)) to.set(row);
    else to.delete(id);
  };

  const gather = (select: Selector, rowOf: (id: NodeId) => RolloutDeviceRow | undefined): OrderedDevices => {
    const gathered = createOrderedRows<RolloutDeviceRow>(({ id }) => id, compareDevices);
    for (const { id } of devices.rows()) put(gathered, select, id, rowOf(id));
    return gathered;
  };

  const rowIn = (rollout: RolloutId) => (id: NodeId) => toldOf.get(rollout)?.get(id) ?? untold.get(id);

  /** Lists of rollouts that came, and of those alone that are left. */
  const prepare = () => {
    const live = frames.filter(hasDevices);
    const keys = new Set(live.map(keyOf));
    for (const key of audiences.keys()) if (!keys.has(key)) audiences.delete(key);
    for (const frame of live) {
      const key = keyOf(frame);
      const { select } = frame;
      if (!audiences.has(key)) audiences.set(key, { select, rows: gather(select, (id) => untold.get(id)) });
    }
  };

  const ownRows = (frame: RolloutFrame, changed: ReadonlySet<NodeId>): OrderedDevices | undefined => {
    const { id, select } = frame;
    // What does not count is not kept up, and may count again.
    if (!hasDevices(frame) || (toldOf.get(id)?.size ?? 0) === 0) {
      own.delete(id);
      return undefined;
    }
    const known = own.get(id) ?? gather(select, rowIn(id));
    if (own.has(id)) for (const device of changed) put(known, select, device, rowIn(id)(device));
    own.set(id, known);
    return known;
  };

  const countOnce = (list: RolloutRow['devices']): RolloutRow['counts'] => {
    const counts = counted.get(list) ?? countsOf(list);
    counted.set(list, counts);
    return counts;
  };

  const project = (frame: RolloutFrame, changed: ReadonlySet<NodeId>): RolloutRow => {
    const before = shown.get(frame.id);
    const audience = hasDevices(frame) ? audiences.get(keyOf(frame))!.rows : undefined;
    const list = ownRows(frame, changed) ?? audience;
    const next = list?.rows() ?? NOBODY;
    const rows = before === undefined ? next : shareList(before.row.devices, next);
    if (before?.frame === frame && before.row.devices === rows) return before.row;
    const row = { ...frame, devices: rows, counts: shareEqual(before?.row.counts, countOnce(rows)) };
    shown.set(frame.id, { frame, row });
    return row;
  };

  return {
    look: ({ ledgerGrew }, { admitted, devices }) => {
      const changed = new Set([...devices].filter(lookAt));
      // With other labels it may be another rollout's.
      for (const id of admitted) {
        lookAt(id);
        changed.add(id);
      }
      for (const id of changed)
        for (const { select, rows } of audiences.values()) put(rows, select, id, untold.get(id));
      if (ledgerGrew) {
        wishes.look(admitted);
        frames = shareRows(frames, rolloutFrames(node, rolledOut(), wishes.isFollowed), ({ id }) => id);
        prepare();
      }
      // Also those that no rollout shows by itself now: a list shares its rows with what it was when it was read last.
      for (const { rows } of audiences.values()) rows.rows();
      rows = shareList(
        rows,
        frames.map((frame) => project(frame, changed)),
      );
      return rows;
    },
  };
}
