import type { DataItem } from './origin-data/data-item.ts';
import {
  clearOriginData,
  createOriginDataWriter,
  type OriginStorage,
  readOriginData,
} from './origin-data/origin-data.ts';
import { type DataMessage, type DataTask, MAX_DATA_ITEMS_UNDERWAY, parseDataMessage } from './protocol.ts';

/** Does what the shell asks of the origin's data, and says over the port how that went. */
export function serveDataTask(task: DataTask, port: MessagePort, storage: OriginStorage): void {
  const say = (message: DataMessage) => port.postMessage(message);
  say({ type: 'data-begun' });
  const work = { copy, restore, clear }[task.task];
  work(task, port, storage)
    .then(() => say({ type: 'data-end' }))
    .catch((error: unknown) =>
      say({ type: 'data-failed', reason: error instanceof Error ? error.message : String(error) }),
    );
}

async function copy({ maxBytes }: DataTask, port: MessagePort, storage: OriginStorage): Promise<void> {
  const usageBytes = await storage.usageBytes();
  if (usageBytes > maxBytes)
    throw new Error(
      `it keeps ${inMegabytes(usageBytes)} MB, and at most ${inMegabytes(maxBytes)} MB are copied ("data-copy-mb" in the config)`,
    );
  let underway = 0;
  let goOn = () => {};
  port.onmessage = ({ data }) => {
    if (parseDataMessage(data)?.type !== 'data-taken') return;
    underway -= 1;
    goOn();
  };
  const untilFewer = (most: number) =>
    new Promise<void>((resolve) => {
      goOn = () => {
        if (underway <= most) resolve();
      };
      goOn();
    });
  for await (const item of readOriginData(storage)) {
    await untilFewer(MAX_DATA_ITEMS_UNDERWAY - 1);
    underway += 1;
    port.postMessage({ type: 'data-item', item } satisfies DataMessage);
  }
  await untilFewer(0);
}

async function restore(_task: DataTask, port: MessagePort, storage: OriginStorage): Promise<void> {
  await clearOriginData(storage);
  const writer = createOriginDataWriter(storage);
  let written = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    port.onmessage = ({ data }) => {
      const message = parseDataMessage(data);
      // What comes is written one after another, whatever comes meanwhile.
      written = written.then(async () => {
        if (message?.type === 'data-end') return resolve();
        if (message?.type !== 'data-item') return;
        await writer.write(message.item as DataItem);
        port.postMessage({ type: 'data-taken' } satisfies DataMessage);
      });
      written.catch(reject);
    };
    port.onmessageerror = () => reject(new Error('a piece of the copy cannot be read'));
    port.postMessage({ type: 'data-taken' } satisfies DataMessage);
  });
  await writer.end();
}

async function clear(_task: DataTask, _port: MessagePort, storage: OriginStorage): Promise<void> {
  await clearOriginData(storage);
}

function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}
