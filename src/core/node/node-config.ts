import { DEFAULT_DEVICE_CONFIG, type DeviceConfig } from '../device/device-config.ts';
import { DEFAULT_OVERLAY_CONFIG, type OverlayConfig } from '../overlay/overlay.ts';
import { type AntiEntropyConfig, DEFAULT_ANTI_ENTROPY_CONFIG } from './anti-entropy.ts';
import { DEFAULT_LEASE_CONFIG, type LeaseConfig } from './lease-renewal.ts';
import { DEFAULT_MISBEHAVIOUR_CONFIG, type MisbehaviourConfig } from './misbehaviour.ts';

/**
 * What the machines of a node are set to. Nothing of it is agreed on: nodes of one fleet may differ, and each bears what its neighbours
 * are set to (docs/adr/0016-configs-of-the-machines.md).
 */
export interface NodeConfig extends OverlayConfig {
  readonly lease: LeaseConfig;
  readonly antiEntropy: AntiEntropyConfig;
  readonly misbehaviour: MisbehaviourConfig;
  readonly device: DeviceConfig;
}

/** The configs that have names, for who chooses one without knowing the settings. */
export type Preset = 'wan' | 'lan';

/** For fleets of many sites, with up to 200 ms between them, as memberlist's DefaultWANConfig. */
export const WAN_NODE_CONFIG: NodeConfig = {
  ...DEFAULT_OVERLAY_CONFIG,
  lease: DEFAULT_LEASE_CONFIG,
  antiEntropy: DEFAULT_ANTI_ENTROPY_CONFIG,
  misbehaviour: DEFAULT_MISBEHAVIOUR_CONFIG,
  device: DEFAULT_DEVICE_CONFIG,
};

/**
 * For a fleet whose nodes are all on one LAN, where bytes cost nothing: it says three times as often that it is there. memberlist's
 * DefaultLANConfig has a third to a fifth of the pauses of its WAN one; shorter pauses of the overlay gained nothing here
 * (docs/simulator.md, what settings trade).
 */
export const LAN_NODE_CONFIG: NodeConfig = {
  ...WAN_NODE_CONFIG,
  lease: { ...WAN_NODE_CONFIG.lease, validMs: 10_000 },
};

export const NODE_CONFIGS: Readonly<Record<Preset, NodeConfig>> = {
  wan: WAN_NODE_CONFIG,
  lan: LAN_NODE_CONFIG,
};
