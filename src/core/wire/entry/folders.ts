/**
 * The folders of the tree that have a meaning, each spelled here alone. Who writes in them, and what, is in core/ledger/path-kinds.ts;
 * `config` and `services` hold plain values.
 */
export const FOLDERS = {
  config: '/config',
  devices: '/devices',
  releases: '/releases',
  rollouts: '/rollouts',
  services: '/services',
} as const;
