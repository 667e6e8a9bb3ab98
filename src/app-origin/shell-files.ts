import { type FileAnswer, parseFileAnswer, type WorkerMessage } from './protocol.ts';

/** The release's files as the shell hands them over, one by one. */
export interface ShellFiles {
  /** Takes the shell's newest port; what is still wanted is asked again there. */
  take(port: MessagePort): void;
  /** Never rejects: a shell that does not answer in time makes 'file-failed'. */
  read(path: string): Promise<FileAnswer>;
}

/**
 * A guess, longer than the slowest kiosk takes to read one file of a release; a shorter wait would fail starts under
 * load, a longer one would only delay the message.
 */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * The worker keeps no bytes of a release: it shares its origin, and so its storage, with the release, which could alter
 * there what runs after the next start. Only the shell's origin keeps them.
 *
 * `requestPort` is called when a file is wanted and there is no port, as after the worker was stopped.
 */
export function createShellFiles(deps: { readonly requestPort: () => void }): ShellFiles {
  interface Wanted {
    readonly path: string;
    readonly settle: (answer: FileAnswer) => void;
  }
  const wanted = new Map<number, Wanted>();
  let port: MessagePort | undefined;
  let portAsked = false;
  let nextId = 0;

  const send = (message: WorkerMessage) => port?.postMessage(message);

  return {
    take(newPort) {
      port?.close();
      port = newPort;
      portAsked = false;
      newPort.onmessage = ({ data }) => {
        const answer = parseFileAnswer(data);
        if (answer && port === newPort) wanted.get(answer.id)?.settle(answer);
      };
      send({ type: 'port-taken' });
      for (const [id, { path }] of wanted) send({ type: 'file-wanted', id, path });
    },
    read(path) {
      const id = nextId++;
      return new Promise((resolve) => {
        const settle = (answer: FileAnswer) => {
          clearTimeout(timer);
          wanted.delete(id);
          resolve(answer);
        };
        const timer = setTimeout(() => {
          // It may be the port that is dead: the next file asks for another.
          port = undefined;
          portAsked = false;
          settle({ type: 'file-failed', id, reason: `the shell did not answer in ${ANSWER_TIMEOUT_MS} ms` });
        }, ANSWER_TIMEOUT_MS);
        wanted.set(id, { path, settle });
        if (port) send({ type: 'file-wanted', id, path });
        else if (!portAsked) {
          portAsked = true;
          deps.requestPort();
        }
      });
    },
  };
}
