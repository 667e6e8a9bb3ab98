import type { NodeInput } from '../../core/node/input.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import { type ByteChannel, ConnectionFailed } from '../../ports/connections.ts';

/** The bulk channels that wires run over: the node is told of each when it closes, with what it carried, and when both ends are done with it. */
export interface WireChannels {
  open(peer: NodeId, channel: number): void;
  get(peer: NodeId, channel: number): ByteChannel | undefined;
  /** Of its channels nothing is told any more: their numbers may be those of another link. */
  onLinkDown(peer: NodeId): void;
}

interface OpenedChannel {
  readonly counted: ByteChannel;
  /** Both ways. */
  carriedBytes(): number;
}

export function createWireChannels(deps: {
  readonly openChannel: (peer: NodeId, channel: number) => ByteChannel | undefined;
  readonly tell: (input: NodeInput) => void;
  readonly trouble: (what: string) => void;
}): WireChannels {
  const { openChannel, tell, trouble } = deps;
  const channels = new Map<NodeId, Map<number, OpenedChannel>>();

  const watch = (peer: NodeId, number: number, channel: ByteChannel) => {
    const ofPeer = channels.get(peer) ?? new Map<number, OpenedChannel>();
    channels.set(peer, ofPeer);
    const opened = countBytes(channel);
    ofPeer.set(number, opened);
    const isKnown = () => channels.get(peer)?.get(number) === opened;
    channel.onClose(() => {
      if (isKnown())
        tell({ type: 'wire-closed', peer, channel: number, carriedBytes: opened.carriedBytes() });
    });
    void channel.gone().then(() => {
      if (!isKnown()) return;
      ofPeer.delete(number);
      tell({ type: 'channel-gone', peer, channel: number });
    });
  };

  return {
    open: (peer, number) => {
      try {
        const channel = openChannel(peer, number);
        if (channel !== undefined) watch(peer, number, channel);
      } catch (error) {
        if (!(error instanceof RangeError || error instanceof ConnectionFailed)) throw error;
        trouble(`no channel for a release could be opened: ${error.message}`);
        tell({ type: 'wire-closed', peer, channel: number, carriedBytes: 0 });
      }
    },
    get: (peer, number) => channels.get(peer)?.get(number)?.counted,
    onLinkDown: (peer) => {
      channels.delete(peer);
    },
  };
}

function countBytes(channel: ByteChannel): OpenedChannel {
  let carriedBytes = 0;
  return {
    carriedBytes: () => carriedBytes,
    counted: {
      ...channel,
      write: (bytes) => {
        carriedBytes += bytes.length;
        return channel.write(bytes);
      },
      onBytes: (listener) =>
        channel.onBytes((bytes) => {
          carriedBytes += bytes.length;
          listener(bytes);
        }),
    },
  };
}
