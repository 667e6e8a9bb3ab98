import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkerMessage } from './protocol.ts';
import { createShellFiles } from './shell-files.ts';

/** The shell's end of a port. */
function shellPort() {
  const heard: WorkerMessage[] = [];
  const port = {
    onmessage: null as ((event: { data: unknown }) => void) | null,
    postMessage: (message: WorkerMessage) => void heard.push(message),
    close: vi.fn(),
  };
  return {
    port: port as unknown as MessagePort,
    heard,
    answer: (data: unknown) => port.onmessage?.({ data }),
  };
}

describe('a worker that asks the shell for files (A3)', () => {
  const requestPort = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers();
    requestPort.mockClear();
  });
  afterEach(() => vi.useRealTimers());

  it('asks once for a port, and for what is wanted when it has one', async () => {
    const files = createShellFiles({ requestPort });
    const first = files.read('a.js');
    const second = files.read('b.js');
    expect(requestPort).toHaveBeenCalledTimes(1);
    const shell = shellPort();
    files.take(shell.port);
    expect(shell.heard).toEqual([
      { type: 'port-taken' },
      { type: 'file-wanted', id: 0, path: 'a.js' },
      { type: 'file-wanted', id: 1, path: 'b.js' },
    ]);
    shell.answer({ type: 'file-missing', id: 1 });
    shell.answer({ type: 'file-found', id: 0, bytes: new Uint8Array([1]), mediaType: '' });
    expect((await first).type).toBe('file-found');
    expect((await second).type).toBe('file-missing');
  });

  it('asks again at a new port and hears no more from the old one', async () => {
    const files = createShellFiles({ requestPort });
    const [old, fresh] = [shellPort(), shellPort()];
    files.take(old.port);
    const file = files.read('a.js');
    files.take(fresh.port);
    expect(old.port.close).toHaveBeenCalled();
    old.answer({ type: 'file-found', id: 0, bytes: new Uint8Array([66]), mediaType: '' });
    fresh.answer({ type: 'file-missing', id: 0 });
    expect((await file).type).toBe('file-missing');
  });

  it('gives up on a shell that is silent, and wants another port for the next file', async () => {
    const files = createShellFiles({ requestPort });
    const shell = shellPort();
    files.take(shell.port);
    const file = files.read('a.js');
    shell.answer({ type: 'file-found', id: 0, bytes: 'not bytes', mediaType: '' });
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await file).type).toBe('file-failed');
    void files.read('b.js');
    expect(requestPort).toHaveBeenCalledTimes(1);
  });
});
