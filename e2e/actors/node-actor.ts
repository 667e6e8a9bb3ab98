import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `fieldfare node` in a process of its own, seen by the lines that it prints. */
export interface NodeActor {
  /** Resolves with the first line, printed already or later, that `wanted` takes; rejects with all lines when none comes in time. */
  untilLine(wanted: RegExp, timeoutMs?: number): Promise<string>;
  /** As a person with Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** As if its machine lost power. Idempotent. */
  kill(): Promise<void>;
}

export function startNodeActor(options: { readonly folder: string; readonly join?: string }): NodeActor {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', 'cli/main.ts', 'node', '--data', options.folder, '--name', 'back office'],
      ...(options.join === undefined ? [] : ['--join', options.join]),
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const endWithTests = () => child.kill('SIGKILL');
  process.once('exit', endWithTests);
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  const wake = () => {
    for (const watcher of watchers) watcher();
  };
  for (const stream of [child.stdout!, child.stderr!])
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      wake();
    });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      process.off('exit', endWithTests);
      resolve(code);
    });
  });
  return {
    untilLine: (wanted, timeoutMs = 60_000) =>
      new Promise((resolve, reject) => {
        const end = () => {
          watchers.delete(look);
          clearTimeout(timer);
        };
        const look = () => {
          const line = lines.find((each) => wanted.test(each));
          if (line === undefined) return;
          end();
          resolve(line);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`the node printed no line like ${wanted}, but:\n${lines.join('\n')}`));
        }, timeoutMs);
        watchers.add(look);
        look();
      }),
    stop: () => {
      child.kill('SIGINT');
      return exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
