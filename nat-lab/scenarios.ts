import type { Reach } from '../src/core/connectivity/findings.ts';
import type { Rung } from '../src/core/wire/statement/statement.ts';
import type { RouterSetting } from './nat-rules.ts';

export interface Scenario {
  readonly name: string;
  readonly says: string;
  /** The operator sits behind north, the kiosk in the same LAN or behind south. */
  readonly kiosk: 'same-lan' | 'other-lan';
  readonly north: RouterSetting;
  readonly south: RouterSetting;
  /** The rung that the operator's browser must measure of its link to the kiosk. */
  readonly rung: Rung;
  readonly release: { readonly sizeBytes: number; readonly bitsPerSecond: number | undefined };
  readonly event: ScenarioEvent;
  /** North's firewall opens once the link stands on `rung`: it must climb to this one. */
  readonly climbsTo?: Rung;
  /** What the doctor must say at the operator, where it is asked. */
  readonly reach?: Reach;
}

export type ScenarioEvent =
  | 'none'
  /** North has no uplink from the start; the server is reached over the LAN. */
  | 'no-internet'
  /** The site with its signaling server is killed while the release is fetched, and stays away until it is committed. */
  | 'server-killed'
  /** South's uplink is dead for some seconds while the release is fetched. */
  | 'uplink-cut';

const HOME: RouterSetting = { nat: 'port-restricted', firewall: 'open' };
const SYMMETRIC: RouterSetting = { nat: 'symmetric', firewall: 'open' };
const SMALL = { sizeBytes: 256 * 1024, bitsPerSecond: undefined };
/** About six seconds: long enough for something to happen in between. */
const SLOW = { sizeBytes: 3 * 1024 * 1024, bitsPerSecond: 4_000_000 };

/** Those with the kiosk in the same LAN come first: the other kiosk is paired after them. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'same-nat',
    says: 'two behind one NAT stay on their LAN',
    kiosk: 'same-lan',
    north: HOME,
    south: HOME,
    rung: 'lan',
    release: { sizeBytes: 2 * 1024 * 1024, bitsPerSecond: undefined },
    event: 'none',
  },
  {
    name: 'no-internet',
    says: 'a LAN without the internet, with a signaling server of its own',
    kiosk: 'same-lan',
    north: HOME,
    south: HOME,
    rung: 'lan',
    release: SMALL,
    event: 'no-internet',
  },
  {
    name: 'cone-cone',
    says: 'port-restricted NATs at both ends: the hole is punched',
    kiosk: 'other-lan',
    north: HOME,
    south: HOME,
    rung: 'punched',
    release: SMALL,
    event: 'none',
    reach: 'punched',
  },
  {
    name: 'symmetric-full-cone',
    says: 'a symmetric NAT reaches one that lets everybody in',
    kiosk: 'other-lan',
    north: { nat: 'full-cone', firewall: 'open' },
    south: SYMMETRIC,
    rung: 'punched',
    release: SMALL,
    event: 'none',
  },
  {
    name: 'symmetric-cone',
    says: 'a symmetric NAT does not reach a port-restricted one: TURN',
    kiosk: 'other-lan',
    north: HOME,
    south: SYMMETRIC,
    rung: 'turn-udp',
    release: SMALL,
    event: 'none',
  },
  {
    name: 'symmetric-symmetric',
    says: 'symmetric NATs at both ends: TURN',
    kiosk: 'other-lan',
    north: SYMMETRIC,
    south: SYMMETRIC,
    rung: 'turn-udp',
    release: SMALL,
    event: 'none',
    reach: 'turn',
  },
  {
    name: 'udp-blocked',
    says: 'no UDP leaves the operator’s network: TURN over TCP',
    kiosk: 'other-lan',
    north: { nat: 'port-restricted', firewall: 'no-udp' },
    south: HOME,
    rung: 'turn-tcp',
    release: SMALL,
    event: 'none',
  },
  {
    name: 'web-only',
    says: 'nothing but the web leaves the operator’s network: the server relays',
    kiosk: 'other-lan',
    north: { nat: 'port-restricted', firewall: 'web-only' },
    south: HOME,
    rung: 'relay',
    release: SMALL,
    event: 'none',
    reach: 'relay',
  },
  {
    name: 'firewall-opened',
    says: 'a relayed link climbs once the firewall lets it',
    kiosk: 'other-lan',
    north: { nat: 'port-restricted', firewall: 'web-only' },
    south: HOME,
    rung: 'relay',
    climbsTo: 'punched',
    release: SMALL,
    event: 'none',
  },
  {
    name: 'server-killed',
    says: 'the server dies while the release is fetched',
    kiosk: 'other-lan',
    north: HOME,
    south: HOME,
    rung: 'punched',
    release: SLOW,
    event: 'server-killed',
  },
  {
    name: 'uplink-cut',
    says: 'the kiosk’s uplink is cut while the release is fetched, and healed',
    kiosk: 'other-lan',
    north: HOME,
    south: HOME,
    rung: 'punched',
    release: SLOW,
    event: 'uplink-cut',
  },
];
