import type { BridgeMessage } from '../../app-origin/protocol.ts';
import type { Permissions } from '../../core/wire/entry/permissions.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ReleaseFiles } from '../../ports/release-frame.ts';
import type { Bridge } from './bridge.ts';
import { answerFiles } from './file-answers.ts';
import { resetOrigin } from './reset-origin.ts';

/** Keeps the app origin's worker in files of one release, until it is ended. */
export interface HandOver {
  onBridge(message: BridgeMessage): void;
  /** Idempotent; no callback follows. */
  end(): void;
}

/**
 * A guess: the first start installs the worker, which takes a slow kiosk a second or two; and a worker that the last
 * release flooded has to come through what waits for it.
 */
const ANSWER_TIMEOUT_MS = 8_000;

/** Exactly one of `onTaken` and `onFailed` is called, once; `onDisturbed` only after `onTaken`. */
export function handOver(deps: {
  readonly appOrigin: string;
  readonly bridge: Bridge;
  readonly clock: Clock;
  readonly product: string;
  readonly version: string;
  readonly files: ReleaseFiles;
  readonly permissions: Permissions;
  /** The origin may be cleared when nothing else helps. What releases keep there is lost. */
  readonly mayReset: boolean;
  readonly onTaken: () => void;
  readonly onFailed: (reason: string) => void;
  /** The release writes to the worker. */
  readonly onDisturbed: () => void;
}): HandOver {
  const { appOrigin, bridge, clock } = deps;
  /** Each precedes a new bridge; false when it was of no help. */
  const remedies = [async () => true, ...(deps.mayReset ? [() => resetOrigin(appOrigin)] : [])];
  /** The same on each port, so that the worker goes on where it lost one. */
  const run = crypto.randomUUID();
  let port: MessagePort | undefined;
  let cancelTimeout = () => {};
  let settled = false;
  let ended = false;

  const offerPort = () => {
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    answerFiles(
      channel.port1,
      { run, product: deps.product, version: deps.version, files: deps.files, permissions: deps.permissions },
      { taken, disturbed: deps.onDisturbed },
    );
    bridge.offer(channel.port2, !settled);
  };
  const taken = () => {
    if (settled) return;
    settled = true;
    cancelTimeout();
    deps.onTaken();
  };

  const awaitAnswer = () => {
    cancelTimeout = clock.schedule(ANSWER_TIMEOUT_MS, () => void remedy());
  };
  const remedy = async () => {
    cancelTimeout();
    const helped = (await remedies.shift()?.()) ?? false;
    if (ended || settled) return;
    if (helped) {
      bridge.renew();
      awaitAnswer();
    } else {
      settled = true;
      deps.onFailed(reasonOf(appOrigin, bridge));
    }
  };

  awaitAnswer();
  if (bridge.state.type === 'ready') offerPort();
  if (bridge.state.type === 'failed') void remedy();

  return {
    onBridge(message) {
      if (message.type === 'port-wanted') offerPort();
      if (message.type === 'bridge-failed' && !settled) void remedy();
    },
    end() {
      ended = true;
      cancelTimeout();
      port?.close();
    },
  };
}

function reasonOf(appOrigin: string, { state }: Bridge): string {
  return state.type === 'failed'
    ? `the worker of the app origin ${appOrigin} could not start: ${state.reason}`
    : `the app origin ${appOrigin} did not answer: see that its server runs, that this browser trusts its ` +
        'certificate, and that it is on the same site as this page';
}
