import { useMemo } from 'react';
import type { DeviceRow } from '../../../store/model.ts';
import { watchOf } from '../../../store/watch.ts';
import { countOf } from '../../components/format.ts';
import { useFleet } from '../FleetContext.tsx';
import { WatchLine } from '../mesh/WatchLine.tsx';

/** Says of devices at sites that this browser does not watch on what their rows rest; nothing where all are watched. */
export function UnwatchedNote(props: { readonly devices: readonly DeviceRow[] }) {
  const watch = useFleet((model) => model.watch);
  const unwatched = useMemo(
    () => props.devices.filter(({ site }) => watchOf(watch, site) === undefined),
    [props.devices, watch],
  );
  if (unwatched.length === 0) return null;
  const sites = new Set(unwatched.map(({ site }) => site)).size;
  return (
    <div className="ff-note ff-stack" data-testid="unwatched-note">
      <p>
        {countOf(unwatched.length, 'device')} of these {unwatched.length === 1 ? 'is' : 'are'} at{' '}
        {countOf(sites, 'site')} that this browser does not watch. What is shown of them is their site's
        summary, up to two minutes old, and what this browser has kept: no progress, no new receipts, and who
        is there only as far as the summary names them.
      </p>
      <WatchLine />
    </div>
  );
}
