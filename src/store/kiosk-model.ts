import type { Strip } from '../core/config/strip.ts';
import type { PendingState } from '../runtime/joining/pending-invitation.ts';
import type { DeviceStage, RoomState } from './model.ts';

/** What the kiosk page shows around, or instead of, a running release. */
export type KioskModel =
  | { readonly type: 'opening' }
  /** Nothing can go on until a person acts: storage refused, a second tab, no secure context. */
  | { readonly type: 'refused'; readonly reason: string; readonly remedy: string }
  | {
      readonly type: 'pairing';
      /** Six characters; undefined while the code is being made. */
      readonly code: string | undefined;
      /** What the QR code says: opens the dashboard's pairing form with the code filled in. */
      readonly link: string | undefined;
      readonly signaling: RoomState['state'];
      /** A wrong or cut link that was tried; empty when none was. */
      readonly problem: string;
    }
  | {
      readonly type: 'joined';
      readonly fleetName: string | undefined;
      readonly deviceName: string | undefined;
      readonly site: string | undefined;
      /** False until an operator's entry for this device has arrived. */
      readonly admitted: boolean;
      /** The invitation that it has not taken up yet; undefined when there is none. */
      readonly invitation: PendingState | undefined;
      readonly links: number;
      readonly signaling: RoomState['state'];
      /** What it says over a running app (C5). */
      readonly strip: Strip;
      readonly stage: DeviceStage;
      readonly running: { readonly product: string; readonly version: string } | undefined;
      readonly target: { readonly version: string } | undefined;
      readonly progress: { readonly bytesHere: number; readonly sizeBytes: number } | undefined;
      readonly reason: string;
      /** Entries that this device had and its storage lost, at least so many; 0 while nothing is missing. */
      readonly lostEntries: number;
      /** It installs nothing until what a beacon named is here again. */
      readonly heldBack: boolean;
    };
