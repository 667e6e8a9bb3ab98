import type { ConfigScope } from '../../../core/config/config.ts';
import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import type { Selector } from '../../../store/model.ts';
import { shortId } from '../../components/format.ts';

/** "the whole fleet", "site North", "label floor=2", "device Till": `deviceName` finds what people call a device. */
export function describeScope(scope: ConfigScope, deviceName: (id: NodeId) => string | undefined): string {
  switch (scope.type) {
    case 'fleet':
      return 'the whole fleet';
    case 'site':
      return `site ${scope.site}`;
    case 'label':
      return `label ${scope.label}=${scope.value}`;
    case 'device':
      return `device ${deviceName(scope.device) ?? shortId(scope.device)}`;
  }
}

/** Selects the devices that a scope is about. */
export function selectorOf(scope: ConfigScope): Selector {
  switch (scope.type) {
    case 'fleet':
      return {};
    case 'site':
      return { sites: [scope.site] };
    case 'label':
      return { labels: { [scope.label]: scope.value } };
    case 'device':
      return { devices: [scope.device] };
  }
}
