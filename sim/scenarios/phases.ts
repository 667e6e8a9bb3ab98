import type { Row } from '../../report/report.ts';
import { pick, type Random } from '../engine/random.ts';
import { type Delivery, type Series, sendSeries } from '../figures/delivery.ts';
import { type OverlayShape, overlayShape } from '../figures/overlay-shape.ts';
import { markTraffic, type Traffic } from '../figures/traffic.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { NodeIndex } from '../network/topology.ts';

/** What a stretch of a scenario showed. */
export type PhaseFigures = Partial<Delivery> & OverlayShape & Traffic;

/** The figures of what `course` does, and of the links when it is over. */
export function phase(
  fleet: Fleet,
  name: string,
  course: () => Delivery | undefined,
): PhaseFigures & { readonly row: Row } {
  const traffic = markTraffic(fleet);
  const startedMs = fleet.simulation.nowMs;
  const delivery = course();
  const figures = { ...delivery, ...overlayShape(fleet), ...traffic() };
  const seconds = (fleet.simulation.nowMs - startedMs) / 1000;
  return { ...figures, row: { phase: name, seconds, ...figures } };
}

/** A few items that shape the tree, and the same series again: what it costs once it stands. */
export function settledSeries(fleet: Fleet, series: Series, warmUpItems: number): Delivery {
  sendSeries(fleet, { ...series, items: warmUpItems, waitMs: 5_000 });
  return sendSeries(fleet, series);
}

/** Another living node for each item. */
export function anySender(fleet: Fleet, random: Random): (item: number) => NodeIndex {
  return () => pick(fleet.alive(), random);
}
