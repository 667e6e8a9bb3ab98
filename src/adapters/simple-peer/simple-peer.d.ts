declare module '@thaunknown/simple-peer/lite.js' {
  interface SimplePeerOptions {
    readonly initiator: boolean;
    readonly trickle: boolean;
    readonly config: RTCConfiguration;
    readonly channelConfig: RTCDataChannelInit;
  }

  /** The part of the library's surface that this adapter leans on; `_pc` and `_channel` are private there, so the version is pinned. */
  export default class SimplePeer {
    constructor(options: SimplePeerOptions);
    /** Null once the peer is destroyed. */
    readonly _pc: RTCPeerConnection | null;
    readonly _channel: RTCDataChannel | null;
    readonly bufferSize: number;
    readonly destroyed: boolean;
    signal(data: unknown): void;
    send(chunk: Uint8Array): void;
    destroy(error?: Error): void;
    on(event: 'signal', listener: (data: unknown) => void): void;
    on(event: 'data', listener: (chunk: Uint8Array) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    on(event: 'connect' | 'close' | 'disconnect' | 'end', listener: () => void): void;
  }
}
