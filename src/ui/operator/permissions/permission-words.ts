import type { PermissionGrowth } from '../../../core/rollout/permission-growth.ts';
import type { Power } from '../../../core/wire/entry/permissions.ts';
import type { ReachAddress } from '../../../core/wire/entry/reach-address.ts';

export const POWER_WORDS: Readonly<Record<Power, string>> = {
  autoplay: 'plays sound and video by itself',
  bluetooth: 'talks to Bluetooth devices',
  camera: 'uses the camera',
  fullscreen: 'fills the screen',
  geolocation: 'learns where the device is',
  hid: 'talks to HID devices, such as scanners',
  microphone: 'uses the microphone',
  print: 'prints',
  serial: 'talks to serial ports',
  usb: 'talks to USB devices',
};

/** Permissions of any kind: those of a release, or what is more than before. */
type Asked = PermissionGrowth;

interface PermissionItem {
  /** The same for the same permission of two releases. */
  readonly key: string;
  /** Goes on from "It ...". */
  readonly words: string;
}

/** One line for each, what leaves the device first. */
export function itemsOf({ reach, popups, powers, unknown }: Asked): readonly PermissionItem[] {
  return [
    ...reach.map((address) => ({ key: address, words: `reaches ${describeAddress(address)}` })),
    ...popups.map((address) => ({
      key: `popup ${address}`,
      words: `opens pages of ${describeAddress(address)} in a window`,
    })),
    ...powers.map((power) => ({ key: power, words: POWER_WORDS[power] })),
    ...unknown.map((name) => ({
      key: `unknown ${name}`,
      words: `asks for "${name}", which this version of Fieldfare does not know`,
    })),
  ];
}

/** "menu 1.2.0 also reaches api.example.com and uses the camera". */
export function sentenceOfGrowth(name: string, growth: PermissionGrowth): string {
  const words = itemsOf(growth).map((item) => item.words);
  const last = words.pop() ?? '';
  return `${name} also ${words.length === 0 ? last : `${words.join(', ')} and ${last}`}`;
}

function describeAddress(address: ReachAddress): string {
  return address.includes('://*.') ? `every name below ${address.replace('*.', '')}` : address;
}
