import { describe, expect, it } from 'vitest';
import { NO_PERMISSIONS } from '../core/wire/entry/permissions.ts';
import type { ReachAddress } from '../core/wire/entry/reach-address.ts';
import type { ServedRelease } from './shell-files.ts';
import { createWorkerRequests } from './worker-requests.ts';

const ORIGIN = 'http://localhost:4401';
const CLIENT = '/.fieldfare/client.js';

/** What a page of the running release gets, and what comes to the release's files. */
function ask(
  address: string,
  options: {
    readonly clientId?: string;
    readonly destination?: RequestDestination;
    readonly mode?: RequestMode;
    /** 'stopped': the worker has just started again. */
    readonly worker?: 'stopped';
  } = {},
) {
  const { clientId = 'page', destination = '', mode = 'cors' } = options;
  const release: ServedRelease = {
    run: 'r',
    product: 'menu',
    version: '1.0',
    sizes: new Map(),
    permissions: { ...NO_PERMISSIONS, reach: ['https://*.example.com:8443' as ReachAddress] },
    read: () => Promise.reject(new Error('nothing is read')),
  };
  const served: string[] = [];
  const respond = createWorkerRequests({
    origin: ORIGIN,
    shellOrigin: 'http://localhost:4400',
    leftBehind: { has: (id) => id === 'page of before' },
    files: {
      known: () => (options.worker === 'stopped' ? undefined : release),
      release: async () => release,
    },
    ownFiles: new Map([[CLIENT, 'ours()']]),
    blobOf: async (_, path) => (path.endsWith('/known') ? new Blob(['work()']) : undefined),
    serveRelease: async ({ url }) => {
      served.push(url);
      return new Response('the release');
    },
  });
  const request = { url: address, method: 'GET', mode, destination, headers: new Headers() } as const;
  return { answer: respond({ request, clientId }), served };
}

describe('a request at the app origin', () => {
  it('for a file of the release is answered by the release', async () => {
    const { answer } = ask(`${ORIGIN}/app.js`);
    expect(await (await answer)?.text()).toBe('the release');
    expect(await (await ask(`${ORIGIN}/.fieldfare/file/menu.pdf`).answer)?.text()).toBe('the release');
  });

  it('for one of our files is answered from this script, whatever the release ships (A2, A4)', async () => {
    const { answer, served } = ask(`${ORIGIN}${CLIENT}`);
    expect(await (await answer)?.text()).toBe('ours()');
    const other = ask(`${ORIGIN}/.fieldfare/other.js`);
    expect((await other.answer)?.status).toBe(404);
    expect([...served, ...other.served]).toEqual([]);
  });

  it('of a page that an earlier run left behind gets an error, and nothing of the new release (A16)', async () => {
    const { answer, served } = ask(`${ORIGIN}/app.js`, { clientId: 'page of before' });
    expect((await answer)?.type).toBe('error');
    expect(served).toEqual([]);
  });

  it('for another origin gets an error: nothing is fetched from the network (A6)', async () => {
    const { answer, served } = ask('https://elsewhere.example/app.js');
    expect((await answer)?.type).toBe('error');
    expect(served).toEqual([]);
  });

  it('for a host that the release is granted is left to the browser, and for no other (E3)', async () => {
    expect(ask('https://api.example.com:8443/orders').answer)?.toBeUndefined();
    for (const address of [
      'https://api.example.com/',
      'https://example.com:8443/',
      'http://api.example.com:8443/',
    ])
      expect((await ask(address).answer)?.type).toBe('error');
  });

  it('for a granted host is refused to a page that was left behind, and to a frame that would go there (A16, E3)', async () => {
    const address = 'https://api.example.com:8443/orders';
    expect((await ask(address, { clientId: 'page of before' }).answer)?.type).toBe('error');
    expect((await ask(address, { mode: 'navigate' }).answer)?.type).toBe('error');
  });

  it('for any host is left to the policy of its page while the worker has not been told what runs (E3)', () => {
    expect(ask('https://api.example.com:8443/orders', { worker: 'stopped' }).answer).toBeUndefined();
  });

  it('attack: for the script of a shared worker, which would outlive its release, is refused (A17)', async () => {
    const { answer, served } = ask(`${ORIGIN}/app.js`, { destination: 'sharedworker' });
    expect((await answer)?.status).toBe(403);
    expect(served).toEqual([]);
  });

  it('for a worker from a blob is answered by the page that has the blob, or by nobody (A17)', async () => {
    const known = await ask(`${ORIGIN}/.fieldfare/blob-worker/known`).answer;
    expect(await known?.text()).toBe('work()');
    expect(known?.headers.get('Content-Security-Policy')).toContain("worker-src 'self' blob:");
    expect(known?.headers.get('Content-Security-Policy')).toContain('https://*.example.com:8443');
    expect((await ask(`${ORIGIN}/.fieldfare/blob-worker/other`).answer)?.status).toBe(404);
  });
});
