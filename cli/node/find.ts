import { type FoundServer, findServers } from '../../signaling/discovery/find.ts';

/** Lists what announces itself on this network, for an operator to choose from. */
export async function printServers(): Promise<void> {
  const servers = await findServers();
  console.log(
    servers.length === 0
      ? 'No server announces itself on this network. One does that runs as `npm start -- --lan`.'
      : servers.map(serverText).join('\n\n'),
  );
}

export function serverText({ name, signaling, pages }: FoundServer): string {
  return [
    name,
    ...(pages === undefined
      ? []
      : [
          `  Dashboard  ${pages.url}`,
          `  Kiosk      ${new URL('kiosk.html', pages.url).href}`,
          `  A device opens this first: ${pages.trust}`,
          '  Anybody on the network can announce. Compare with the terminal of the server, SHA-256 of its authority:',
          `  ${pages.authority}`,
        ]),
    ...(signaling === undefined ? [] : [`  Signaling  ${signaling}`]),
  ].join('\n');
}
