import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UNDECLARED } from '../core/wire/entry/permissions.ts';
import { MAX_PARTS, type ShellMessage, type WorkerMessage } from './protocol.ts';
import { createShellFiles } from './shell-files.ts';

/** The shell's end of a port. */
function shellPort(run = 'run 1') {
  const heard: WorkerMessage[] = [];
  const port = {
    onmessage: null as ((event: { data: unknown }) => void) | null,
    postMessage: (message: WorkerMessage) => void heard.push(message),
    close: vi.fn(),
  };
  const say = (message: ShellMessage | unknown) => port.onmessage?.({ data: message });
  return {
    port: port as unknown as MessagePort,
    heard,
    say,
    introduce: () =>
      say({
        type: 'release-files',
        run,
        product: 'menu',
        version: '1.0',
        sizes: new Map([['a.js', 4]]),
        permissions: { camera: true },
      }),
    wanted: () => heard.filter((message) => message.type === 'part-wanted'),
    give: (id: number, ...bytes: number[]) =>
      say({ type: 'part', id, ticket: `ticket ${id}`, bytes: new Uint8Array(bytes) }),
  };
}

describe('a worker that asks the shell for files (A3)', () => {
  const requestPort = vi.fn();
  let files: ReturnType<typeof createShellFiles>;
  let shell: ReturnType<typeof shellPort>;

  beforeEach(() => {
    vi.useFakeTimers();
    requestPort.mockClear();
    files = createShellFiles({ requestPort });
    shell = shellPort();
  });
  afterEach(() => vi.useRealTimers());

  const opened = async () => {
    files.take(shell.port);
    shell.introduce();
    return files.release();
  };

  it('knows what its release is granted from when the shell has told it; of an older shell, what every release has (E3)', async () => {
    expect(files.known()).toBeUndefined();
    const served = await opened();
    expect(files.known()).toBe(served);
    expect(served.permissions).toMatchObject({ reach: [], powers: ['camera'] });
    const older = createShellFiles({ requestPort });
    older.take(shell.port);
    shell.say({ type: 'release-files', run: 'run 2', product: 'menu', sizes: new Map() });
    expect((await older.release()).permissions).toEqual(UNDECLARED);
  });

  it('asks once for a port, which says which files there are', async () => {
    const first = files.release();
    const second = files.release();
    expect(requestPort).toHaveBeenCalledTimes(1);
    files.take(shell.port);
    expect(shell.heard).toEqual([{ type: 'port-taken' }]);
    shell.introduce();
    expect([...(await first).sizes]).toEqual([['a.js', 4]]);
    expect(await second).toBe(await first);
  });

  it('gets parts in whatever order they come, and says that it has them', async () => {
    const release = await opened();
    const first = release.read('a.js', 0, 2);
    const second = release.read('a.js', 2, 3);
    expect(shell.wanted()).toEqual([
      { type: 'part-wanted', id: 0, path: 'a.js', start: 0, end: 2 },
      { type: 'part-wanted', id: 1, path: 'a.js', start: 2, end: 3 },
    ]);
    shell.give(1, 9);
    shell.give(0, 7, 8);
    expect(await first).toEqual(new Uint8Array([7, 8]));
    expect(await second).toEqual(new Uint8Array([9]));
    expect(shell.heard.slice(-2)).toEqual([
      { type: 'part-taken', ticket: 'ticket 1' },
      { type: 'part-taken', ticket: 'ticket 0' },
    ]);
  });

  it('has no more parts under way than the shell reads at once, and forgets those that nobody wants', async () => {
    const release = await opened();
    const abort = new AbortController();
    const aborted = release.read('a.js', 0, 1, abort.signal).catch((error: Error) => error.message);
    for (let index = 1; index < MAX_PARTS; index += 1) void release.read('a.js', 0, 1);
    const dropped = release.read('a.js', 1, 2, abort.signal).catch((error: Error) => error.message);
    void release.read('a.js', 2, 3);
    expect(shell.wanted()).toHaveLength(MAX_PARTS);
    abort.abort();
    expect(await Promise.all([aborted, dropped])).toHaveLength(2);
    // What the shell was asked for comes, and makes place for the next.
    shell.give(0, 1);
    expect(shell.wanted()).toHaveLength(MAX_PARTS + 1);
    expect(shell.wanted().at(-1)).toMatchObject({ start: 2, end: 3 });
  });

  it('leaves nothing at the signal of a stream, which outlives its parts by far', async () => {
    const release = await opened();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const part = release.read('a.js', 0, 1, signal);
    shell.give(0, 1);
    await part;
    expect(removed.mock.calls).toEqual(added.mock.calls);
  });

  it('asks again at a new port of the same run, and hears no more from the old one', async () => {
    const release = await opened();
    const part = release.read('a.js', 0, 1);
    const fresh = shellPort();
    files.take(fresh.port);
    expect(shell.port.close).toHaveBeenCalled();
    expect(fresh.wanted()).toEqual([]);
    fresh.introduce();
    expect(fresh.wanted()).toMatchObject([{ path: 'a.js', start: 0, end: 1 }]);
    shell.give(0, 66);
    fresh.give(1, 67);
    expect(await part).toEqual(new Uint8Array([67]));
    expect(await files.release()).toBe(release);
  });

  it('attack: a file comes half from one release and half from the next: what is left of the old fails', async () => {
    const old = await opened();
    const asked = old.read('a.js', 0, 1);
    const fresh = shellPort('run 2');
    files.take(fresh.port);
    const waiting = old.read('a.js', 1, 2);
    fresh.introduce();
    await expect(asked).rejects.toThrow('another release runs');
    await expect(waiting).rejects.toThrow('another release runs');
    await expect(old.read('a.js', 2, 3)).rejects.toThrow('another release runs');
    expect(fresh.wanted()).toEqual([]);
    expect(await files.release()).not.toBe(old);
  });

  it('gives up on a shell that is silent, and wants another port for the next part', async () => {
    const release = await opened();
    const part = release.read('a.js', 0, 1).catch((error: Error) => error.message);
    shell.say({ type: 'part', id: 0, ticket: 7, bytes: 'not bytes' });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await part).toContain('did not answer');
    void release.read('a.js', 1, 2).catch(() => undefined);
    expect(requestPort).toHaveBeenCalledTimes(1);
  });

  it('waits on while the shell answers others', async () => {
    const release = await opened();
    const slow = release.read('a.js', 0, 1);
    for (let id = 1; id < 5; id += 1) {
      void release.read('a.js', 1, 2);
      await vi.advanceTimersByTimeAsync(20_000);
      shell.give(id, 1);
    }
    shell.give(0, 5);
    expect(await slow).toEqual(new Uint8Array([5]));
  });

  it('fails for the reason that the shell gives, and for a part of another size', async () => {
    const release = await opened();
    const refused = release.read('a.js', 0, 1);
    shell.say({ type: 'part-failed', id: 0, reason: 'damaged' });
    await expect(refused).rejects.toThrow('damaged');
    const short = release.read('a.js', 0, 2);
    shell.give(1, 5);
    await expect(short).rejects.toThrow('another part');
  });
});
