import { bare, bareAhead, type End, fieldfare, type OpenEnd, type Way } from './ways.ts';

export type WayName = 'fieldfare' | 'bare' | 'bareAhead';

/** Two pages of one browser, each with a process of its own; what a signaling server would carry goes over a BroadcastChannel. */
type Carried =
  | { readonly type: 'introduce'; readonly id: number; readonly way: WayName }
  | { readonly type: 'signal'; readonly id: number; readonly to: 'near' | 'far'; readonly data: unknown }
  /** The far end reads, and says when it has this much. */
  | { readonly type: 'expect'; readonly id: number; readonly sizeBytes: number }
  | { readonly type: 'expecting' | 'arrived' | 'closed'; readonly id: number };

const WAYS: Readonly<Record<WayName, Way>> = { fieldfare, bare, bareAhead };
const carrier = new BroadcastChannel('link-bench');
const ends = new Map<number, End>();
const waiting = new Map<string, () => void>();
let nextId = 1;

const say = (message: Carried) => carrier.postMessage(message);
const hear = (type: Carried['type'], id: number) =>
  new Promise<void>((resolve) => waiting.set(`${type} ${id}`, resolve));

async function readOnFar(id: number, sizeBytes: number): Promise<void> {
  const end: OpenEnd = await ends.get(id)!.ready;
  let receivedBytes = 0;
  end.onBytes((bytes) => {
    receivedBytes += bytes.length;
    if (receivedBytes >= sizeBytes) say({ type: 'arrived', id });
  });
  say({ type: 'expecting', id });
}

const linkBench = {
  /** Makes this page the far end. */
  serve() {
    carrier.onmessage = ({ data: message }: MessageEvent<Carried>) => {
      switch (message.type) {
        case 'introduce':
          ends.set(
            message.id,
            WAYS[message.way]({
              initiator: false,
              onSignal: (data) => say({ type: 'signal', id: message.id, to: 'near', data }),
            }),
          );
          return;
        case 'signal':
          if (message.to === 'far') ends.get(message.id)?.signal(message.data);
          return;
        case 'expect':
          return void readOnFar(message.id, message.sizeBytes);
        case 'closed':
          void ends.get(message.id)?.ready.then((end) => end.close());
          ends.delete(message.id);
      }
    };
  },

  /** Makes this page the near end. */
  begin() {
    carrier.onmessage = ({ data: message }: MessageEvent<Carried>) => {
      if (message.type === 'signal') {
        if (message.to === 'near') ends.get(message.id)?.signal(message.data);
        return;
      }
      waiting.get(`${message.type} ${message.id}`)?.();
      waiting.delete(`${message.type} ${message.id}`);
    };
  },

  /** From introduced to ready, in ms; with `sizeBytes`, then also what it takes to bring that much over. */
  async measure(way: WayName, sizeBytes: number): Promise<{ readyMs: number; transferMs: number }> {
    const id = nextId++;
    const beganMs = performance.now();
    say({ type: 'introduce', id, way });
    const end = WAYS[way]({
      initiator: true,
      onSignal: (data) => say({ type: 'signal', id, to: 'far', data }),
    });
    ends.set(id, end);
    const open = await end.ready;
    const readyMs = performance.now() - beganMs;
    let transferMs = 0;
    if (sizeBytes > 0) {
      const expecting = hear('expecting', id);
      say({ type: 'expect', id, sizeBytes });
      await expecting;
      const arrived = hear('arrived', id);
      const startedMs = performance.now();
      await open.write(new Uint8Array(sizeBytes));
      await arrived;
      transferMs = performance.now() - startedMs;
    }
    say({ type: 'closed', id });
    open.close();
    ends.delete(id);
    return { readyMs, transferMs };
  },
};

declare global {
  interface Window {
    linkBench: typeof linkBench;
  }
}

window.linkBench = linkBench;
