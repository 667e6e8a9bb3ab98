import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FileAnswer } from '../../app-origin/protocol.ts';
import { answerFiles } from './file-answers.ts';

describe('the shell, asked for files over a port (A9)', () => {
  const open: MessagePort[] = [];
  afterEach(() => {
    for (const port of open.splice(0)) port.close();
  });

  function ask(readFile: Parameters<typeof answerFiles>[1]) {
    const { port1, port2 } = new MessageChannel();
    open.push(port1, port2);
    const answers: FileAnswer[] = [];
    const onTaken = vi.fn();
    answerFiles(port1, readFile, onTaken);
    port2.onmessage = ({ data }) => void answers.push(data);
    return { worker: port2, answers, onTaken };
  }

  it('answers with bytes, with nothing, or with why it failed', async () => {
    const { worker, answers, onTaken } = ask(async (path) => {
      if (path === 'bad') throw new Error('the disk is gone');
      return path === 'none' ? undefined : { bytes: new Uint8Array([7]), mediaType: 'image/png' };
    });
    worker.postMessage({ type: 'port-taken' });
    for (const [id, path] of ['a', 'none', 'bad'].entries())
      worker.postMessage({ type: 'file-wanted', id, path });
    await vi.waitFor(() => expect(answers).toHaveLength(3));
    expect(onTaken).toHaveBeenCalledTimes(1);
    expect(answers).toContainEqual({
      type: 'file-found',
      id: 0,
      bytes: new Uint8Array([7]),
      mediaType: 'image/png',
    });
    expect(answers).toContainEqual({ type: 'file-missing', id: 1 });
    expect(answers).toContainEqual({ type: 'file-failed', id: 2, reason: 'the disk is gone' });
  });

  it('never reads for a path that leaves the release', async () => {
    const readFile = vi.fn(async () => undefined);
    const { worker, answers } = ask(readFile);
    worker.postMessage({ type: 'file-wanted', id: 0, path: '../keys' });
    worker.postMessage({ type: 'file-wanted', id: 1, path: 'a' });
    await vi.waitFor(() => expect(answers).toEqual([{ type: 'file-missing', id: 1 }]));
    expect(readFile).toHaveBeenCalledTimes(1);
  });

  it('holds eight files at most, and refuses what a flood asks beyond its queue', async () => {
    let held = 0;
    let most = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { worker, answers } = ask(async () => {
      held += 1;
      most = Math.max(most, held);
      await gate;
      held -= 1;
      return undefined;
    });
    for (let id = 0; id < 3_000; id += 1) worker.postMessage({ type: 'file-wanted', id, path: 'a' });
    await vi.waitFor(() => expect(answers).toHaveLength(3_000 - 8 - 2_048));
    expect(answers.every(({ type }) => type === 'file-failed')).toBe(true);
    release();
    await vi.waitFor(() => expect(answers).toHaveLength(3_000));
    expect(most).toBe(8);
  });
});
