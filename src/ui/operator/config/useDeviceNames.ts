import { useMemo } from 'react';
import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import { useFleet } from '../FleetContext.tsx';

export function useDeviceNames(): (id: NodeId) => string | undefined {
  const devices = useFleet((model) => model.devices);
  return useMemo(() => {
    const names = new Map(devices.map((device) => [device.id, device.name]));
    return (id) => names.get(id);
  }, [devices]);
}
