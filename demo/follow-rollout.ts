import type { OperatorActor, RolloutDeviceSeen } from '../actors/operator-actor.ts';
import { deviceLine, deviceStep, isSettled } from './device-line.ts';
import type { LiveLines } from './live-lines.ts';
import type { ReleaseFolder } from './release-folder.ts';
import { type ReleaseFigures, releaseFigures } from './summary.ts';

/**
 * Seconds for which a release must throw nothing. A guess, below the ten that the dashboard suggests: it shortens the
 * demo, and would let a release through that crashes later.
 */
const QUIET_SECONDS = 2;
/** The dashboard shows changes at most four times a second. */
const LOOK_EVERY_MS = 250;
/** A guess: devices that all say nothing new for this long are stuck. Longer than the 30 s that a page may take to paint. */
const STALL_MS = 90_000;

/** Publishes and rolls out in the dashboard, and follows until every device is through or nothing moves any more. */
export async function rollOutAndFollow(deps: {
  readonly operator: OperatorActor;
  readonly deviceCount: number;
  readonly release: ReleaseFolder;
  readonly lines: LiveLines;
}): Promise<ReleaseFigures> {
  const { operator, deviceCount, release, lines } = deps;
  const startedMs = performance.now();
  await operator.rollOutFolder({
    folder: release.path,
    product: release.product,
    version: release.version,
    quietForSeconds: QUIET_SECONDS,
  });

  const committed = new Map<string, number>();
  let lastSeen = '';
  let changedMs = performance.now();
  for (;;) {
    const devices = await operator.rolloutDevices();
    const nowMs = performance.now();
    for (const { name, stage } of devices)
      if (stage === 'committed' && !committed.has(name)) committed.set(name, nowMs - startedMs);
    show(lines, devices);

    const seen = JSON.stringify(devices);
    if (seen !== lastSeen) changedMs = nowMs;
    lastSeen = seen;
    const done = devices.length === deviceCount && devices.every(isSettled);
    if (done || nowMs - changedMs > STALL_MS) {
      lines.settle();
      return releaseFigures(
        release.version,
        devices,
        committed.size === 0 ? undefined : Math.max(...committed.values()),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function show(lines: LiveLines, devices: readonly RolloutDeviceSeen[]): void {
  const nameWidth = Math.max(0, ...devices.map(({ name }) => name.length));
  lines.show(
    devices.map((device) => ({
      key: device.name,
      text: deviceLine(device, nameWidth),
      step: deviceStep(device),
    })),
  );
}
