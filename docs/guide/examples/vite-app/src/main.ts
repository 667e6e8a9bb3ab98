const fieldfare = window.fieldfare;
const MINUTE_MS = 60_000;

const element = (id: string) => document.getElementById(id)!;

// While somebody pays, no other version takes over: for five minutes, unless it is over sooner.
element('sell').addEventListener('click', () => fieldfare?.busy(Date.now() + 5 * MINUTE_MS));
element('paid').addEventListener('click', () => fieldfare?.busy(0));

async function open(): Promise<void> {
  // In a browser of your own there is no device, and nothing to wait for.
  const context = await fieldfare?.ready;
  if (context === undefined) return;
  element('place').textContent = `${context.device.site}, version ${context.release.version}`;
  if (context.config.currency === undefined) throw new Error('the config has no "currency"');
}

// What is wrong here is wrong on every device: say so, and the release before goes on.
open().then(
  () => fieldfare?.healthy(),
  (error: unknown) => fieldfare?.unhealthy(error),
);
