import type { AddressInfo, Server } from 'node:net';

export class PortUnavailable extends Error {
  override readonly name = 'PortUnavailable';
}

/** Resolves with the port; `port` 0 takes a free one. Rejects with PortUnavailable, whose message is fit to show. */
export function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(explain(error, port, host));
    server.once('error', onError);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function explain(error: NodeJS.ErrnoException, port: number, host: string | undefined): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new PortUnavailable(
        `Port ${port} is in use by another program. Stop that program, or choose another with --port.`,
        { cause: error },
      );
    case 'EACCES':
      return new PortUnavailable(
        `This user may not listen on port ${port}. Choose one above 1023 with --port.`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new PortUnavailable(`"${host}" is not an address of this machine. Choose another with --host.`, {
        cause: error,
      });
    default:
      return error;
  }
}
