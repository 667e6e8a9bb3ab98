import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import type { Selector } from '../../../store/model.ts';
import { parseLabels } from '../../components/labels.ts';

/** Who gets a rollout, as the form holds it. */
export interface Audience {
  readonly type: 'all' | 'sites' | 'labels' | 'devices';
  readonly sites: ReadonlySet<string>;
  readonly labelText: string;
  readonly devices: ReadonlySet<string>;
}

export type AudienceReading =
  | { readonly type: 'selector'; readonly select: Selector }
  | { readonly type: 'incomplete'; readonly problem: string };

/** A device list in the address, as the device and rollout pages link here with, is chosen at once. */
export function readAudience(params: URLSearchParams): Audience {
  const devices = new Set((params.get('devices') ?? '').split(',').filter(Boolean));
  return { type: devices.size > 0 ? 'devices' : 'all', sites: new Set(), labelText: '', devices };
}

/** The selector, or what is missing. A choice of none is refused here: an empty selector would name every device. */
export function toSelector(audience: Audience): AudienceReading {
  switch (audience.type) {
    case 'all':
      return { type: 'selector', select: {} };
    case 'sites':
      if (audience.sites.size === 0) return { type: 'incomplete', problem: 'Choose a site.' };
      return { type: 'selector', select: { sites: [...audience.sites].sort() } };
    case 'labels': {
      const read = parseLabels(audience.labelText);
      if (read.type === 'problem') return { type: 'incomplete', problem: read.problem };
      if (Object.keys(read.labels).length === 0) return { type: 'incomplete', problem: 'Give a label.' };
      return { type: 'selector', select: { labels: read.labels } };
    }
    case 'devices':
      if (audience.devices.size === 0) return { type: 'incomplete', problem: 'Choose a device.' };
      return { type: 'selector', select: { devices: [...audience.devices].sort() as NodeId[] } };
  }
}
