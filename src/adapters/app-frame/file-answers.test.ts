import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_PART_BYTES, MAX_PARTS, type ShellMessage } from '../../app-origin/protocol.ts';
import { NO_PERMISSIONS } from '../../core/wire/entry/permissions.ts';
import type { ReachAddress } from '../../core/wire/entry/reach-address.ts';
import type { ReleaseFiles } from '../../ports/release-frame.ts';
import { answerFiles } from './file-answers.ts';

type Part = Extract<ShellMessage, { type: 'part' }>;

describe('the shell, asked for parts of files over a port (A9)', () => {
  const open: MessagePort[] = [];
  afterEach(() => {
    for (const port of open.splice(0)) port.close();
  });

  const SIZES = new Map([
    ['a', 10],
    ['large', 3 * MAX_PART_BYTES],
    ['bad', 1],
  ]);

  function ask(read: ReleaseFiles['read'] = async (_, start, end) => new Uint8Array(end - start)) {
    const { port1, port2 } = new MessageChannel();
    open.push(port1, port2);
    const heard: ShellMessage[] = [];
    const onTaken = vi.fn();
    const onDisturbed = vi.fn();
    const permissions = {
      ...NO_PERMISSIONS,
      reach: ['https://api.example.com' as ReachAddress],
      powers: ['print' as const],
    };
    const release = {
      run: 'run 1',
      product: 'menu',
      version: '1.0',
      files: { sizes: SIZES, read },
      permissions,
    };
    answerFiles(port1, release, { taken: onTaken, disturbed: onDisturbed });
    port2.onmessage = ({ data }) => void heard.push(data);
    const want = (id: number, path: string, start = 0, end = 1) =>
      port2.postMessage({ type: 'part-wanted', id, path, start, end });
    const parts = () => heard.filter((message): message is Part => message.type === 'part');
    const take = (ticket: string) => port2.postMessage({ type: 'part-taken', ticket });
    return { worker: port2, heard, onTaken, want, parts, take };
  }

  it('says first which run it is of and which files there are', async () => {
    const { worker, heard, onTaken } = ask();
    worker.postMessage({ type: 'port-taken' });
    await vi.waitFor(() => expect(onTaken).toHaveBeenCalledTimes(1));
    expect(heard).toEqual([
      {
        type: 'release-files',
        run: 'run 1',
        product: 'menu',
        version: '1.0',
        sizes: SIZES,
        permissions: { reach: ['https://api.example.com'], print: true },
      },
    ]);
  });

  it('reads no more than the part that is asked for, and gives its buffer away', async () => {
    const given: Uint8Array[] = [];
    const read = vi.fn(async (_: string, start: number, end: number) => {
      const bytes = Uint8Array.from({ length: end - start }, (_, at) => start + at);
      given.push(bytes);
      return bytes;
    });
    const { want, parts } = ask(read);
    want(7, 'a', 3, 6);
    await vi.waitFor(() => expect(parts()).toHaveLength(1));
    expect(parts()[0]).toMatchObject({ id: 7, bytes: new Uint8Array([3, 4, 5]) });
    expect(read.mock.calls).toEqual([['a', 3, 6]]);
    expect(given[0]!.buffer.byteLength).toBe(0);
  });

  it('says why a part cannot be read, and goes on', async () => {
    const { want, heard } = ask(async () => Promise.reject(new Error('the disk is gone')));
    for (let id = 0; id < 20; id += 1) want(id, 'bad');
    await vi.waitFor(() =>
      expect(heard).toContainEqual({ type: 'part-failed', id: 0, reason: 'the disk is gone' }),
    );
    want(20, 'bad');
    await vi.waitFor(() =>
      expect(heard).toContainEqual({ type: 'part-failed', id: 20, reason: 'the disk is gone' }),
    );
  });

  it.each([
    ['a path that leaves the release', '../keys', 0, 1],
    ['a file that it did not ship', 'none', 0, 1],
    ['bytes behind the end', 'a', 9, 11],
    ['nothing', 'a', 1, 1],
    ['a part that ends before it begins', 'a', 2, 1],
    ['more than a part', 'large', 0, MAX_PART_BYTES + 1],
    ['half a byte', 'a', 0.5, 1],
  ])('attack: never reads for %s', async (_, path, start, end) => {
    const read = vi.fn(async () => new Uint8Array(1));
    const { want, parts } = ask(read);
    want(0, path, start, end);
    want(1, 'a');
    await vi.waitFor(() => expect(parts()).toHaveLength(1));
    expect(read.mock.calls).toEqual([['a', 0, 1]]);
  });

  it('attack: asks and never reads what comes: a few parts are read, whatever it pretends to have taken', async () => {
    const read = vi.fn(async () => new Uint8Array(1));
    const { want, heard, parts, take } = ask(read);
    const refused = () => heard.filter(({ type }) => type === 'part-failed').length;
    for (let id = 0; id < 1_000; id += 1) {
      take(`guessed ${id}`);
      want(id, 'a');
    }
    await vi.waitFor(() => expect(refused()).toBe(1_000 - MAX_PARTS));
    expect(read).toHaveBeenCalledTimes(MAX_PARTS);

    await vi.waitFor(() => expect(parts()).toHaveLength(MAX_PARTS));
    take(parts()[0]!.ticket);
    want(1_000, 'a');
    want(1_001, 'a');
    await vi.waitFor(() => expect(refused()).toBe(1_001 - MAX_PARTS));
    expect(parts().at(-1)?.id).toBe(1_000);
  });
});
