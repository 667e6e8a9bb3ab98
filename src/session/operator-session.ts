import { decodeJoinLink, encodeJoinLink, type JoinLink } from '../core/wire/contact/join-link.ts';
import { normalisePairingCode } from '../core/wire/contact/pairing.ts';
import type { CborValue } from '../core/wire/encoding/cbor.ts';
import { WireError } from '../core/wire/encoding/refusal.ts';
import type { NearbyServers } from '../ports/browser.ts';
import type { CandidateProbe } from '../ports/candidate-probe.ts';
import { StorageRefused } from '../ports/content.ts';
import type { FileHasher } from '../ports/file-hasher.ts';
import type { PairingExchange } from '../ports/pairing-exchange.ts';
import type { PassphraseBox } from '../ports/passphrase-box.ts';
import {
  loadMembership,
  type MembershipRecord,
  saveMembership,
  withLink,
} from '../runtime/joining/membership-record.ts';
import { answerPairing, PairingFailed } from '../runtime/joining/pairing.ts';
import {
  createPendingInvitation,
  type PendingInvitation,
  type PendingState,
} from '../runtime/joining/pending-invitation.ts';
import { createBanStore } from '../runtime/kept/ban-store.ts';
import { createHighWater } from '../runtime/kept/high-water.ts';
import { type NodeRuntime, type RuntimePorts, startNode } from '../runtime/node-runtime.ts';
import {
  admitDevice,
  previewSelector,
  setConfig,
  writeDeviceInvitation,
} from '../runtime/operator/actions.ts';
import { ackEntries, previewAck, previewRevoke, revokeKey } from '../runtime/operator/authority-actions.ts';
import { makeBackup, openBackup } from '../runtime/operator/backup.ts';
import { foundFleet } from '../runtime/operator/found-fleet.ts';
import { grantByRoot } from '../runtime/operator/grant-by-root.ts';
import { createFolderInspector, type FolderInspector } from '../runtime/operator/inspect-folder.ts';
import { writePersonInvitation } from '../runtime/operator/invitation.ts';
import { cosignProposal, readProposal } from '../runtime/operator/proposals.ts';
import { publishRelease } from '../runtime/operator/publish.ts';
import { createRollingOut, type RollingOut } from '../runtime/operator/rolling-out.ts';
import { proposeRoot } from '../runtime/operator/root-rotation.ts';
import { removeService, setService } from '../runtime/operator/services.ts';
import { FolderChanged } from '../runtime/operator/source-file.ts';
import { BundleFailed } from '../runtime/releases/bundles.ts';
import { CommandRefused, type Commands, FolderStale } from '../store/commands.ts';
import type { WatchModel } from '../store/model.ts';
import { createAuthorityReader, describeChange, describeProposal } from './authority-reader.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { createSignalingChoice } from './signaling-choice.ts';
import { createWatchedSites, loadWatchChoice, type WatchedSites } from './watched-sites.ts';

export interface OperatorSessionDeps {
  readonly ports: RuntimePorts;
  readonly exchange: PairingExchange;
  /** Closes backups. */
  readonly box: PassphraseBox;
  readonly probe: CandidateProbe;
  /** Reads what a person chose from their disk. */
  readonly hasher: FileHasher;
  readonly nearby: NearbyServers;
  /** Signaling servers of the site that served the page, for a fleet that is founded here. */
  readonly signaling: readonly string[];
  /** Origin of the page; links to the dashboard and the kiosk page begin with it. */
  readonly shellOrigin: string;
  /** Told whenever another runtime is the one to show; undefined when there is no fleet. */
  readonly onRuntime: (shown: ShownNode | undefined) => void;
  /** Deletes all that this page stored. */
  readonly forget: () => Promise<void>;
}

export interface ShownNode {
  readonly runtime: NodeRuntime;
  readonly watch: () => WatchModel;
  /** What it was invited with and has not taken up. */
  readonly invitation: () => PendingState | undefined;
}

/** A dashboard's life: opening what was stored, founding or joining a fleet, acting, leaving. */
export interface OperatorSession {
  readonly commands: Commands;
  /** Starts the stored fleet's node, if there is one. */
  open(): Promise<void>;
  close(): Promise<void>;
}

const IDENTITY = 'operator';

export function createOperatorSession(deps: OperatorSessionDeps): OperatorSession {
  const { ports } = deps;
  let runtime: NodeRuntime | undefined;
  let watched: WatchedSites | undefined;
  let rollingOut: RollingOut | undefined;
  let inspector: FolderInspector | undefined;
  let pending: PendingInvitation | undefined;

  const start = async (membership: MembershipRecord) => {
    const started = await startNode(ports, {
      fleet: membership.fleet,
      identity: await ports.keys.identity(IDENTITY),
      signalingUrls: membership.signaling,
      watchedSites: [],
      frame: undefined,
    });
    const choice = await loadWatchChoice(ports.records);
    const sites = createWatchedSites({
      runtime: started,
      records: ports.records,
      clock: ports.clock,
      choice,
    });
    runtime = started;
    watched = sites;
    rollingOut = createRollingOut(started, ports.content);
    inspector = createFolderInspector(started, deps.hasher);
    deps.onRuntime({ runtime: started, watch: sites.model, invitation: () => pending?.state() });
    for (const { entry } of started.node.view().releases.values())
      if (entry.author === started.identity.id) started.seed(entry.id);
    takeUp(started, membership);
  };

  const takeUp = (started: NodeRuntime, { invitation, name }: MembershipRecord) => {
    pending?.close();
    pending =
      invitation &&
      createPendingInvitation({ runtime: started, ports, invitation, name, onChange: () => {} });
  };

  const current = (): NodeRuntime => {
    if (runtime === undefined) throw new CommandRefused('This browser is in no fleet yet.');
    return runtime;
  };

  const rolling = (): RollingOut => {
    current();
    return rollingOut!;
  };

  const refuseSecondFleet = () => {
    if (runtime !== undefined)
      throw new CommandRefused('This browser is in a fleet already. Leave it in Settings first.');
  };

  /** A person whose invitation ended opens another one to the same fleet (J8). */
  const renew = async (started: NodeRuntime, link: JoinLink) => {
    const known = await loadMembership(ports.records);
    if (known === undefined)
      throw new CommandRefused('This browser does not know its fleet. Load the page again.');
    const membership = withLink(known, link);
    await saveMembership(ports.records, membership);
    started.meetAt(membership.signaling);
    takeUp(started, membership);
    return link.fleet;
  };

  const join = async (joined: JoinLink, personName: string) => {
    if (runtime?.node.ledger.fleet === joined.fleet && joined.invitation !== undefined)
      return renew(runtime, joined);
    refuseSecondFleet();
    const membership = { ...joined, name: personName.trim() || 'Operator' };
    await saveMembership(ports.records, membership);
    await start(membership);
    return joined.fleet;
  };

  const linkTo = async (page: '' | 'kiosk.html', invitation?: { grant: string; seed: Uint8Array }) => {
    const membership = await loadMembership(ports.records);
    const code = encodeJoinLink({
      fleet: current().node.ledger.fleet,
      signaling: membership?.signaling ?? [],
      invitation: invitation as Parameters<typeof encodeJoinLink>[0]['invitation'],
    });
    return `${deps.shellOrigin}/${page}#/join/${code}`;
  };

  const signaling = createSignalingChoice({
    records: ports.records,
    use: (urls) => current().meetAt(urls),
  });

  const commands: Commands = {
    createFleet: refusing(async ({ fleetName, personName }) => {
      refuseSecondFleet();
      const fleet = await foundFleet({
        identity: await ports.keys.identity(IDENTITY),
        keys: ports.keys,
        ledgerStore: ports.ledgerStore,
        nowMs: ports.clock.nowMs(),
        fleetName: fleetName.trim(),
        personName: personName.trim(),
      });
      const membership = { fleet, signaling: deps.signaling, name: personName, invitation: undefined };
      await saveMembership(ports.records, membership);
      await start(membership);
      return fleet;
    }),
    diagnose: async (onFinding) => {
      const { examineConnectivity } = await import('../runtime/doctor.ts');
      const membership = await loadMembership(ports.records);
      await examineConnectivity(
        { ...ports, probe: deps.probe },
        membership?.signaling ?? deps.signaling,
        onFinding,
      );
    },
    joinFleet: refusing((link, personName) => join(decodeJoinLink(link), personName)),
    invite: refusing(async (options) => {
      const seed = ports.randomness.bytes(32);
      const expiresAtMs = ports.clock.nowMs() + options.validMs;
      const grant =
        options.for === 'device'
          ? await writeDeviceInvitation(current(), ports.keys, { ...options, seed, expiresAtMs })
          : await writePersonInvitation(current(), ports.keys, {
              seed,
              expiresAtMs,
              name: 'Invitation for a person',
              roles: options.roles,
              path: options.path.trim(),
              mayGrant: true,
            });
      return linkTo(options.for === 'device' ? 'kiosk.html' : '', { grant, seed });
    }),
    pairDevice: refusing(async ({ code: typed, name, site, labels }) => {
      const code = normalisePairingCode(typed.trim().replace(/^.*[?&]code=/s, ''));
      if (code === undefined)
        throw new CommandRefused('A pairing code has six letters and digits. Read it again from the device.');
      const url = current()
        .rooms()
        .find(({ state }) => state === 'joined')?.url;
      if (url === undefined)
        throw new CommandRefused(
          'No signaling server can be reached, so the device cannot be found by its code. Check Settings, then try again.',
        );
      const { device } = await answerPairing({
        signaling: ports.signaling,
        exchange: deps.exchange,
        keys: ports.keys,
        clock: ports.clock,
        code,
        url,
        admit: async ({ key }) => {
          await admitDevice(current(), { device: key, name: name.trim(), site: site.trim(), labels });
          return linkTo('kiosk.html');
        },
      }).done;
      return device;
    }),
    inspectFolder: refusing((files, options) => {
      current();
      return inspector!.inspect(files, options);
    }),
    publishRelease: refusing((options) => publishRelease(current(), ports, options)),
    preview: (select) => (runtime === undefined ? [] : previewSelector(runtime, select)),
    planRollouts: (steps) => rolling().plan(steps),
    wayBack: (from, to) => rolling().wayBack(from, to),
    startRollouts: refusing((steps) => rolling().rollOut(steps)),
    filesHere: refusing((release) => rolling().filesHere(release)),
    fetchFiles: refusing((release) => current().fetch(release)),
    setConfig: refusing(({ scope, key, value }) =>
      setConfig(current(), { scope, key, value: value as CborValue | undefined }),
    ),
    setService: refusing((service) => setService(current(), service)),
    removeService: refusing((name) => removeService(current(), name)),
    revokeKey: refusing((options) => revokeKey(current(), ports.keys, options)),
    previewRevoke: refusing(async (options) =>
      describeChange(current().node, await previewRevoke(current(), options), options.key),
    ),
    ackEntries: refusing((options) => ackEntries(current(), ports.keys, options)),
    previewAck: refusing(async (options) =>
      describeChange(current().node, await previewAck(current(), options), undefined),
    ),
    proposeRoot: refusing((plan) => proposeRoot(current(), ports.keys, plan)),
    grantByRoot: refusing((options) => grantByRoot(current(), ports.keys, options)),
    signedRoot: refusing(async () => {
      const { node, signedRoots } = current();
      return (await signedRoots.of(node.view().rootVersion + 1))[0];
    }),
    readProposal: refusing(async (text) => {
      const { node, signedRoots } = current();
      const proposal = await readProposal(current(), ports.keys, text);
      const signed = proposal.type === 'root' ? await signedRoots.of(proposal.after.version) : [];
      return describeProposal(node, proposal, signed);
    }),
    cosignProposal: refusing((text, instead) => cosignProposal(current(), ports.keys, text, instead)),
    authority: () => createAuthorityReader(current().node),
    makeBackup: refusing(async (passphrase) => {
      const membership = await loadMembership(ports.records);
      return makeBackup(
        current(),
        { keys: ports.keys, randomness: ports.randomness, box: deps.box },
        { passphrase, signaling: membership?.signaling ?? [] },
      );
    }),
    restoreBackup: refusing(async (file, passphrase) => {
      const { link, personName } = await openBackup(file, passphrase, deps.box);
      return join(link, personName);
    }),
    offerByHand: refusing(async () => {
      const { text, accept } = await current().byHand.offer();
      return { text, accept: refusing(accept) };
    }),
    answerByHand: refusing(async (offer) => {
      const { text, linked } = await current().byHand.answer(offer);
      return { text, linked: refusing(() => linked)() };
    }),
    nearbyServers: deps.nearby,
    addSignaling: refusing((url) => signaling.add(url)),
    removeSignaling: refusing((url) => signaling.remove(url)),
    watchSites: refusing(async (choice) => {
      current();
      await watched?.choose(choice);
    }),
    openSite: (site) => watched?.open(site) ?? (() => {}),
    liftBan: refusing(async (peer) => current().liftBan(peer)),
    ledger: () => createLedgerReader(current().node),
    leaveFleet: refusing(async () => {
      const leaving = runtime;
      runtime = undefined;
      watched?.close();
      watched = undefined;
      pending?.close();
      pending = undefined;
      await leaving?.close();
      // Its marks outlive its databases on purpose: whoever leaves and joins again has lost nothing.
      if (leaving !== undefined) {
        await createHighWater(ports.places).forget(leaving.node.ledger.fleet);
        await createBanStore(ports.places).forget(leaving.node.ledger.fleet);
      }
      deps.onRuntime(undefined);
      await deps.forget();
    }),
  };

  return {
    commands,
    open: async () => {
      const membership = await loadMembership(ports.records);
      if (membership === undefined) deps.onRuntime(undefined);
      else await start(membership);
    },
    close: async () => {
      watched?.close();
      pending?.close();
      await runtime?.close();
    },
  };
}

const REFUSALS = [WireError, StorageRefused, PairingFailed, BundleFailed];

/** Turns what people can mend into the error that pages show; defects pass through. */
function refusing<Args extends readonly unknown[], Result>(
  command: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await command(...args);
    } catch (error) {
      if (error instanceof FolderChanged) throw new FolderStale(error.message);
      if (REFUSALS.some((refusal) => error instanceof refusal))
        throw new CommandRefused((error as Error).message);
      throw error;
    }
  };
}
