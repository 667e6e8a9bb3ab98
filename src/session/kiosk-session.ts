import type { Preset } from '../core/node/node-config.ts';
import { decodeJoinLink, type JoinLink } from '../core/wire/contact/join-link.ts';
import { WireError } from '../core/wire/encoding/refusal.ts';
import type { DeviceStage } from '../core/wire/statement/device-stage.ts';
import type { PairingExchange } from '../ports/pairing-exchange.ts';
import type { ReleaseFrame } from '../ports/release-frame.ts';
import {
  loadMembership,
  type MembershipRecord,
  saveMembership,
  withLink,
} from '../runtime/joining/membership-record.ts';
import { newPairingCode, offerPairing, PairingFailed } from '../runtime/joining/pairing.ts';
import { createPendingInvitation, type PendingInvitation } from '../runtime/joining/pending-invitation.ts';
import { createBanStore } from '../runtime/kept/ban-store.ts';
import { createHighWater } from '../runtime/kept/high-water.ts';
import { type NodeRuntime, startNode } from '../runtime/node-runtime.ts';
import type { RuntimePorts } from '../runtime/runtime-ports.ts';
import type { KioskStore } from '../store/kiosk-store.ts';

export interface KioskSessionDeps {
  readonly ports: RuntimePorts;
  readonly exchange: PairingExchange;
  readonly signaling: readonly string[];
  readonly preset: Preset;
  readonly shellOrigin: string;
  readonly frame: ReleaseFrame;
  readonly store: KioskStore;
  /** Deletes all that this page stored, and loads it again. */
  readonly forget: () => Promise<void>;
}

/** A device's life: pairing until it has a fleet, then its node. */
export interface KioskSession {
  /** `joinLink` is the text behind "#/join/" of the page's address, and `name` what its address calls the device. */
  open(address: { readonly joinLink: string | undefined; readonly name: string | undefined }): Promise<void>;
  /** The node; undefined while this device has no fleet. */
  runtime(): NodeRuntime | undefined;
  /** Leaves a fleet that has not admitted this device, so that it can be paired anew. One that is in or runs a release stays: anybody may stand before it. */
  leave(): Promise<void>;
  /** No update is under way: the page may be loaded again. */
  mayReload(): boolean;
  close(): Promise<void>;
}

const IDENTITY = 'device';
/** Stages at which a device does nothing that a new page would cut short. */
const AT_REST: ReadonlySet<DeviceStage> = new Set([
  'idle',
  'committed',
  'rolled-back',
  'failed',
  'refused',
  'withdrawn',
]);
/** A guess: pause after a pairing that failed for want of a server. */
const RETRY_MS = 3_000;

export function createKioskSession(deps: KioskSessionDeps): KioskSession {
  const { ports, store } = deps;
  let runtime: NodeRuntime | undefined;
  let pending: PendingInvitation | undefined;
  let closed = false;

  const start = async (membership: MembershipRecord) => {
    const started = await startNode(ports, {
      fleet: membership.fleet,
      identity: await ports.keys.identity(IDENTITY),
      signalingUrls: membership.signaling,
      watchedSites: [],
      preset: deps.preset,
      frame: deps.frame,
    });
    runtime = started;
    store.follow(started, () => pending?.state());
    takeUp(started, membership);
    return started;
  };

  const takeUp = (started: NodeRuntime, { invitation, name }: MembershipRecord) => {
    pending?.close();
    pending =
      invitation &&
      createPendingInvitation({ runtime: started, ports, invitation, name, onChange: store.refresh });
    store.refresh();
  };

  const join = async (link: JoinLink, name: string) => {
    const membership = { ...link, name };
    await saveMembership(ports.records, membership);
    await start(membership);
  };

  /** A further invitation to the fleet that has not admitted this device yet (J8); any other link changes nothing (J3). */
  const renew = async (started: NodeRuntime, membership: MembershipRecord, joinLink: string) => {
    const link = readLink(joinLink);
    if (link?.fleet !== membership.fleet || link.invitation === undefined || isAdmitted(started)) return;
    const renewed = withLink(membership, link);
    await saveMembership(ports.records, renewed);
    started.meetAt(renewed.signaling);
    takeUp(started, renewed);
  };

  /** Shows codes, one after another, until an operator has typed one. */
  const pair = async (firstProblem: string): Promise<JoinLink | undefined> => {
    const { id } = await ports.keys.identity(IDENTITY);
    let problem = firstProblem;
    let code = newPairingCode(ports.randomness);
    while (!closed) {
      const url = deps.signaling[0];
      const show = (signaling: 'joined' | 'lost') =>
        store.set({
          type: 'pairing',
          code,
          link: `${deps.shellOrigin}/#/pair?code=${code}`,
          signaling,
          problem,
        });
      if (url === undefined) {
        show('lost');
        return undefined;
      }
      show('joined');
      try {
        const { link } = await offerPairing({
          signaling: ports.signaling,
          exchange: deps.exchange,
          keys: ports.keys,
          clock: ports.clock,
          code,
          url,
          self: id,
          page: 'kiosk',
        }).done;
        return decodeJoinLink(link);
      } catch (error) {
        if (!(error instanceof PairingFailed || error instanceof WireError)) throw error;
        if (!(error instanceof PairingFailed) || error.codeSpent) code = newPairingCode(ports.randomness);
        if (error instanceof PairingFailed && error.failure === 'server-lost') {
          show('lost');
          await new Promise<void>((resolve) => ports.clock.schedule(RETRY_MS, resolve));
        } else problem = error instanceof PairingFailed && error.failure === 'expired' ? '' : error.message;
      }
    }
    return undefined;
  };

  return {
    open: async ({ joinLink, name }) => {
      const known = await loadMembership(ports.records);
      if (known !== undefined) {
        const started = await start(known);
        return joinLink === undefined ? undefined : renew(started, known, joinLink);
      }
      let problem = '';
      if (joinLink !== undefined) {
        try {
          return await join(decodeJoinLink(joinLink), name ?? (await defaultName(ports)));
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
          problem = error.message;
        }
      }
      const link = await pair(problem);
      if (link !== undefined) await join(link, name ?? '');
    },
    runtime: () => runtime,
    mayReload: () => {
      const stage = runtime?.node.device()?.update.stage;
      return stage === undefined || AT_REST.has(stage);
    },
    leave: async () => {
      if (runtime === undefined || isAdmitted(runtime)) return;
      if (runtime.node.device()?.running !== undefined) return;
      const { fleet } = runtime.node.ledger;
      pending?.close();
      await runtime.close();
      await createHighWater(ports.places).forget(fleet);
      await createBanStore(ports.places).forget(fleet);
      await deps.forget();
    },
    close: async () => {
      closed = true;
      pending?.close();
      await runtime?.close();
    },
  };
}

function isAdmitted({ node }: NodeRuntime): boolean {
  return node.view().devices.has(node.self);
}

function readLink(text: string): JoinLink | undefined {
  try {
    return decodeJoinLink(text);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

async function defaultName(ports: RuntimePorts): Promise<string> {
  const { id } = await ports.keys.identity(IDENTITY);
  return `Kiosk ${id.slice(0, 4)}`;
}
