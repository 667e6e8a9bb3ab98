import type { NodeId } from '../../core/wire/encoding/ids.ts';

export interface DeviceCommands {
  /** Meets the device that shows `code` (six characters), or that a pairing link names, and admits it. */
  pair(options: {
    code: string;
    name: string;
    site: string;
    labels: Readonly<Record<string, string>>;
  }): Promise<NodeId>;
}
