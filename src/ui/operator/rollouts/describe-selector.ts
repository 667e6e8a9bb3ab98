import type { Selector } from '../../../store/model.ts';
import { countOf } from '../../components/format.ts';
import { formatLabels } from '../../components/labels.ts';

/** Whether it names every device there is or will be. An empty list counts as no condition: the cautious reading. */
export function namesWholeFleet(select: Selector): boolean {
  return (
    (select.devices ?? []).length === 0 &&
    (select.sites ?? []).length === 0 &&
    Object.keys(select.labels ?? {}).length === 0
  );
}

/** "All devices", or "Sites North, South; screen=portrait". */
export function describeSelector(select: Selector): string {
  if (namesWholeFleet(select)) return 'All devices';
  const parts: string[] = [];
  if (select.devices !== undefined) parts.push(`${countOf(select.devices.length, 'chosen device')}`);
  if (select.sites !== undefined)
    parts.push(`${select.sites.length === 1 ? 'Site' : 'Sites'} ${select.sites.join(', ')}`);
  if (select.labels !== undefined) parts.push(formatLabels(select.labels));
  return parts.join('; ');
}

/** A fixed list never grows; anything else takes devices that come later too. */
export function takesLateComers(select: Selector): boolean {
  return select.devices === undefined;
}
