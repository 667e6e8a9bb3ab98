import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer } from 'node:net';

/** A listener that no release may reach, over TCP and UDP on one port. */
export interface ForeignServer {
  readonly port: number;
  /** What arrived: first lines of TCP connections, sizes of datagrams. */
  readonly hits: string[];
  close(): void;
}

export async function startForeignServer(): Promise<ForeignServer> {
  const hits: string[] = [];
  const tcp = createServer((socket) => {
    hits.push('connection');
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      hits.push(String(data).split('\r\n')[0] ?? '');
      socket.end('HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4', (datagram) => hits.push(`datagram of ${datagram.length} bytes`));
  await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve));
  return {
    port,
    hits,
    close() {
      tcp.close();
      udp.close();
    },
  };
}
