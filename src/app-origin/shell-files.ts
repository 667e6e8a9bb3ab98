import { type Permissions, readPermissions } from '../core/wire/entry/permissions.ts';
import { MAX_PARTS, parseShellMessage, type ShellMessage, type WorkerMessage } from './protocol.ts';

/** What the shell hands over of the release that runs. */
export interface ShellFiles {
  /** Takes the shell's newest port; what is still wanted is asked again there. */
  take(port: MessagePort): void;
  /** Tells the shell, where it has given a port. */
  tellDisturbed(): void;
  /** Once the shell has told which release runs. Rejects when it is silent. */
  release(): Promise<ServedRelease>;
  /** Without waiting; undefined after the worker was stopped, until it is told again. */
  known(): ServedRelease | undefined;
}

/** One run of a release. */
export interface ServedRelease {
  /** Of this start of it. */
  readonly run: string;
  readonly product: string;
  readonly version: string;
  /** Of each file, in bytes, by path. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly permissions: Permissions;
  /**
   * Bytes [start, end) of a file, at most MAX_PART_BYTES. Rejects with the shell's reason, when the shell is silent, when
   * another release runs meanwhile, and when `signal` aborts.
   */
  read(path: string, start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
}

type Introduction = Extract<ShellMessage, { readonly type: 'release-files' }>;

/** A guess, longer than the slowest kiosk takes to read one part; a shorter wait would fail starts under load. */
const SILENCE_MS = 30_000;
/** A guess: an app of a thousand modules asks for all at once. */
const MAX_WAITING = 2048;

interface Wanted<Value> {
  resolve(value: Value): void;
  reject(error: Error): void;
}

interface WantedPart extends Wanted<Uint8Array> {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The worker keeps no bytes of a release: it shares its origin, and so its storage, with the release, which could alter
 * there what runs after the next start. Only the shell's origin keeps them.
 *
 * `requestPort` is called when something is wanted and there is no port, as after the worker was stopped.
 */
export function createShellFiles(deps: { readonly requestPort: () => void }): ShellFiles {
  let port: MessagePort | undefined;
  let portAsked = false;
  /** The port has said which release it is of; before that nothing is asked there. */
  let introduced = false;
  let running: (ServedRelease & { readonly run: string }) | undefined;
  const newcomers: Wanted<ServedRelease>[] = [];
  /** In the order in which they were wanted. */
  let waiting: WantedPart[] = [];
  const asked = new Map<number, WantedPart>();
  let silence: ReturnType<typeof setTimeout> | undefined;
  let nextId = 0;

  const send = (message: WorkerMessage) => port?.postMessage(message);

  const failParts = (reason: string) => {
    const failed = [...asked.values(), ...waiting];
    asked.clear();
    waiting = [];
    for (const { reject } of failed) reject(new Error(reason));
  };

  /** Counts the shell's silence from here on, while anything is wanted of it. */
  const listen = () => {
    clearTimeout(silence);
    const wanted = newcomers.length + asked.size + waiting.length > 0;
    silence = wanted ? setTimeout(giveUp, SILENCE_MS) : undefined;
  };

  const giveUp = () => {
    silence = undefined;
    // It may be the port that is dead: the next request asks for another.
    port?.close();
    port = undefined;
    portAsked = false;
    const reason = `the shell did not answer in ${SILENCE_MS} ms`;
    for (const { reject } of newcomers.splice(0)) reject(new Error(reason));
    failParts(reason);
  };

  const ask = () => {
    if (port === undefined && !portAsked) {
      portAsked = true;
      deps.requestPort();
    }
    while (introduced && port !== undefined && asked.size < MAX_PARTS && waiting.length > 0) {
      const part = waiting.shift()!;
      const id = nextId++;
      asked.set(id, part);
      send({ type: 'part-wanted', id, path: part.path, start: part.start, end: part.end });
    }
    if (silence === undefined) listen();
  };

  const onRelease = ({ run, product, version, sizes, permissions }: Introduction) => {
    if (running?.run !== run) {
      // Half of a file would come from one release and half from another.
      failParts('another release runs');
      running = {
        run,
        product,
        version,
        sizes,
        permissions: readPermissions(permissions),
        read: (...part) => read(run, ...part),
      };
    }
    introduced = true;
    for (const { resolve } of newcomers.splice(0)) resolve(running);
  };

  const onPart = (id: number, bytes: Uint8Array) => {
    const part = asked.get(id);
    asked.delete(id);
    if (bytes.length === (part?.end ?? 0) - (part?.start ?? 0)) part?.resolve(bytes);
    else part?.reject(new Error('the shell sent another part than was asked for'));
  };

  const read = (run: string, path: string, start: number, end: number, signal?: AbortSignal) => {
    let forget = () => {};
    return new Promise<Uint8Array>((resolve, reject) => {
      if (run !== running?.run) return reject(new Error('another release runs'));
      if (waiting.length >= MAX_WAITING) return reject(new Error('too many requests wait'));
      const part = { path, start, end, resolve, reject };
      forget = () => {
        // One that was asked for already is taken when it comes, and nobody hears of it.
        waiting = waiting.filter((other) => other !== part);
        reject(new Error('nobody waits for it any more'));
      };
      signal?.addEventListener('abort', forget);
      waiting.push(part);
      ask();
      // What the listener holds goes with it: a stream has one signal for all its parts.
    }).finally(() => signal?.removeEventListener('abort', forget));
  };

  return {
    take(newPort) {
      port?.close();
      port = newPort;
      portAsked = false;
      introduced = false;
      waiting = [...asked.values(), ...waiting];
      asked.clear();
      newPort.onmessage = ({ data }) => {
        const message = port === newPort ? parseShellMessage(data) : undefined;
        if (message?.type === 'release-files') onRelease(message);
        if (message?.type === 'part') {
          send({ type: 'part-taken', ticket: message.ticket });
          onPart(message.id, message.bytes);
        }
        if (message?.type === 'part-failed') {
          asked.get(message.id)?.reject(new Error(message.reason));
          asked.delete(message.id);
        }
        if (message === undefined) return;
        listen();
        ask();
      };
      send({ type: 'port-taken' });
    },
    known: () => running,
    tellDisturbed: () => send({ type: 'worker-disturbed' }),
    release: () =>
      new Promise((resolve, reject) => {
        if (running !== undefined) return resolve(running);
        newcomers.push({ resolve, reject });
        ask();
      }),
  };
}
