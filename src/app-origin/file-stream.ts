import type { ByteRange } from './byte-range.ts';
import { MAX_PART_BYTES } from './protocol.ts';
import type { ServedRelease } from './shell-files.ts';

/** A guess at more than any app has open at once of files that take more than a part. */
const MAX_STREAMS = 256;
/** With few streams open, parts that one has asked for beside the one that its reader gets: 2 make a whole file a fifth faster. */
const PARTS_AHEAD = 2;
const FEW_STREAMS = 8;

/** A run of bytes of one file: the first part of it, and a body for an answer. */
export interface FileBytes {
  readonly head: Uint8Array;
  /** Call it once. */
  body(): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Reads files of a release, for answers that take no more of them than their readers do. */
export interface FileStreams {
  /** Resolves when the first part is here, so that what cannot be read at all is answered with the reason. */
  open(release: ServedRelease, path: string, range: ByteRange): Promise<FileBytes>;
}

/**
 * A body asks for a part when its reader wants one. It holds that part and, where few are open, PARTS_AHEAD; so MAX_STREAMS
 * parts and a few are all that a release can make the worker hold. Attack: a release that opens many large files and reads
 * none. (What the browser reads ahead for `fetch`, up to 50 MB a body, lies in the release's own pages.)
 */
export function createFileStreams(): FileStreams {
  let open = 0;

  const bodyOf = (release: ServedRelease, path: string, head: Uint8Array, start: number, end: number) => {
    const reading = new AbortController();
    const ahead = [Promise.resolve(head)];
    let asked = start + head.length;
    let given = start;
    const over = () => {
      if (reading.signal.aborted) return;
      open -= 1;
      reading.abort();
    };
    const askAhead = () => {
      // A reader that has taken one part may want no more: a player that seeks gives up most of what it asks for.
      const most = open <= FEW_STREAMS && given > start ? 1 + PARTS_AHEAD : 1;
      while (ahead.length < most && asked < end) {
        const next = Math.min(asked + MAX_PART_BYTES, end);
        const part = release.read(path, asked, next, reading.signal);
        // Its turn comes when the parts before it were taken; until then it must not count as unhandled.
        part.catch(() => {});
        ahead.push(part);
        asked = next;
      }
    };
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          askAhead();
          try {
            const part = (await ahead.shift()) as Uint8Array<ArrayBuffer>;
            controller.enqueue(part);
            given += part.length;
          } catch (error) {
            over();
            throw error;
          }
          if (given < end) return;
          over();
          controller.close();
        },
        cancel: over,
      },
      { highWaterMark: 0 },
    );
  };

  return {
    async open(release, path, { start, end }) {
      if (start === end) return { head: NOTHING, body: () => NOTHING };
      const whole = end - start <= MAX_PART_BYTES;
      if (!whole && open >= MAX_STREAMS) throw new Error('too many large files are open at once');
      if (!whole) open += 1;
      try {
        const head = await release.read(path, start, Math.min(start + MAX_PART_BYTES, end));
        const bytes = head as Uint8Array<ArrayBuffer>;
        return { head, body: () => (whole ? bytes : bodyOf(release, path, head, start, end)) };
      } catch (error) {
        if (!whole) open -= 1;
        throw error;
      }
    },
  };
}

const NOTHING = new Uint8Array(0);
