import { describe, expect, it, vi } from 'vitest';
import { NO_PERMISSIONS } from '../core/wire/entry/permissions.ts';
import { createFileStreams } from './file-stream.ts';
import { MAX_PART_BYTES } from './protocol.ts';
import type { ServedRelease } from './shell-files.ts';

const SIZE = 5 * MAX_PART_BYTES + 3;

/** A file in which each part is filled with its number. */
function release(fail: (start: number) => boolean = () => false) {
  const read = vi.fn(async (_path: string, start: number, end: number, _signal?: AbortSignal) => {
    if (fail(start)) throw new Error('the disk is gone');
    return new Uint8Array(end - start).fill(start / MAX_PART_BYTES);
  });
  const served = {
    run: 'r',
    product: 'menu',
    version: '1.0',
    sizes: new Map([['a', SIZE]]),
    permissions: NO_PERMISSIONS,
    read,
  };
  return { read, release: served satisfies ServedRelease };
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const readerOf = (body: Uint8Array | ReadableStream<Uint8Array>) => {
  if (!(body instanceof ReadableStream)) throw new Error('it is no stream');
  return body.getReader();
};

describe('the body of an answer (A9)', () => {
  it('is all that was asked for, in order', async () => {
    const { read, release: served } = release();
    const { body } = await createFileStreams().open(served, 'a', { start: MAX_PART_BYTES, end: SIZE });
    const bytes = new Uint8Array(await new Response(body() as ReadableStream).arrayBuffer());
    expect(bytes).toHaveLength(SIZE - MAX_PART_BYTES);
    for (let part = 1; part <= 5; part += 1) expect(bytes[(part - 1) * MAX_PART_BYTES]).toBe(part);
    expect(read.mock.calls.map(([, start, end]) => end - start)).toEqual([
      ...Array(4).fill(MAX_PART_BYTES),
      3,
    ]);
  });

  it('is no stream where one part is all, and reads nothing for no bytes', async () => {
    const { read, release: served } = release();
    const streams = createFileStreams();
    expect((await streams.open(served, 'a', { start: 2, end: 3 })).body()).toEqual(
      new Uint8Array([2 / MAX_PART_BYTES]),
    );
    expect((await streams.open(served, 'a', { start: 4, end: 4 })).body()).toEqual(new Uint8Array(0));
    expect(read.mock.calls.map(([, start, end]) => [start, end])).toEqual([[2, 3]]);
  });

  it('reads on only as its reader does', async () => {
    const { read, release: served } = release();
    const { body } = await createFileStreams().open(served, 'a', { start: 0, end: SIZE });
    const reader = readerOf(body());
    await turns(20);
    expect(read).toHaveBeenCalledTimes(1);
    await reader.read();
    await turns(20);
    expect(read).toHaveBeenCalledTimes(1);
    // Who goes on reading has two parts on their way beside the one that it gets.
    for (const asked of [4, 5, 6]) {
      await reader.read();
      await turns(20);
      expect(read).toHaveBeenCalledTimes(asked);
    }
  });

  it('breaks off with the reason instead of ending short, and cannot be opened where the first part fails', async () => {
    const streams = createFileStreams();
    const { body } = await streams.open(release((start) => start > 0).release, 'a', { start: 0, end: SIZE });
    await expect(new Response(body() as ReadableStream).arrayBuffer()).rejects.toThrow();
    await expect(streams.open(release(() => true).release, 'a', { start: 0, end: SIZE })).rejects.toThrow(
      'the disk is gone',
    );
  });

  it('asks for nothing more when its reader has gone', async () => {
    const { read, release: served } = release();
    const { body } = await createFileStreams().open(served, 'a', { start: 0, end: SIZE });
    const reader = readerOf(body());
    await reader.read();
    await reader.read();
    await reader.cancel();
    await turns(20);
    expect(read).toHaveBeenCalledTimes(4);
    expect(read.mock.calls.slice(1).every(([, , , signal]) => signal!.aborted)).toBe(true);
  });

  it('attack: opens file after file and reads none: there is an end to it, and room again when they go', async () => {
    const { read, release: served } = release();
    const streams = createFileStreams();
    const readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
    await expect(
      (async () => {
        for (;;) {
          const reader = readerOf((await streams.open(served, 'a', { start: 0, end: SIZE })).body());
          readers.push(reader);
          await reader.read();
        }
      })(),
    ).rejects.toThrow('too many large files');
    await turns(20);
    expect(readers.length).toBeLessThanOrEqual(256);
    // Many at once read nothing ahead, but for the first few.
    expect(read.mock.calls.length).toBeLessThan(readers.length + 20);
    await expect(streams.open(served, 'a', { start: 0, end: 1 })).resolves.toBeDefined();
    await readers[0]!.cancel();
    await expect(streams.open(served, 'a', { start: 0, end: SIZE })).resolves.toBeDefined();
  });
});
