declare module 'multicast-dns' {
  /** The part of the library's surface that discovery leans on. */
  type Answer = { readonly name: string; readonly ttl: number } & (
    | { readonly type: 'PTR' | 'A' | 'AAAA'; readonly data: string }
    | {
        readonly type: 'SRV';
        readonly data: {
          readonly target: string;
          readonly port: number;
          readonly priority: 0;
          readonly weight: 0;
        };
      }
    /** Strings are sent as UTF-8, and received as they are. */
    | { readonly type: 'TXT'; readonly data: readonly (string | Uint8Array)[] }
  );

  interface Sender {
    readonly address: string;
  }

  interface MulticastDns {
    on(event: 'ready', listener: () => void): void;
    /** The port cannot be had. */
    on(event: 'error', listener: (error: Error) => void): void;
    on(
      event: 'query',
      listener: (query: { readonly questions: readonly { readonly name: string }[] }) => void,
    ): void;
    on(
      event: 'response',
      listener: (
        response: { readonly answers: readonly Answer[]; readonly additionals: readonly Answer[] },
        sender: Sender,
      ) => void,
    ): void;
    query(questions: readonly { readonly name: string; readonly type: 'PTR' }[]): void;
    respond(
      records: { readonly answers: readonly Answer[]; readonly additionals: readonly Answer[] },
      sent: (error: Error | null | undefined) => void,
    ): void;
    destroy(closed?: () => void): void;
  }

  export default function createMulticastDns(options: {
    readonly bind: string;
    readonly interface?: string;
  }): MulticastDns;
}
