/**
 * What a release can do to the worker that serves it, from a page without our script. `workers` is that page's
 * `navigator.serviceWorker`, `registration` the one that the bridge made, `script` our worker's address.
 */
export interface Takeover {
  readonly name: string;
  /** The body of an async function; what it throws is of no interest. */
  readonly code: string;
}

const SCRIPTS: Readonly<Record<string, string>> = {
  'another shell in its query': "script + '?shell=' + encodeURIComponent('http://localhost:1')",
  'an empty query': "script + '?'",
  'a fragment': "script + '#x'",
  'an encoded letter': "script.replace('service', '%73ervice')",
  'two slashes': "script.replace('.fieldfare/', '.fieldfare//')",
  'a slash behind it': "script + '/'",
  'a dot segment': "script.replace('.fieldfare/', '.fieldfare/%2e/')",
  'upper case': "script.replace('service', 'Service')",
  'a name and a password': "location.origin.replace('//', '//a:b@') + script",
  'the bridge in its place': "script.replace('service-worker', 'bridge')",
  'the client in its place': "script.replace('service-worker', 'client')",
  'a file of the release in its place': "'/own-worker.js'",
  'a blob in its place': "URL.createObjectURL(new Blob([''], { type: 'text/javascript' }))",
};

const SCOPES = [
  '/',
  '/?',
  '/?q',
  '/#x',
  '/.fieldfare/',
  '/.fieldfare/bridge.html',
  '/.fieldfare/reset',
  '/index.html',
  '/part/',
];

const OPTIONS: Readonly<Record<string, string>> = {
  'as a module': "{ scope: '/', type: 'module', updateViaCache: 'none' }",
  'from the cache': "{ scope: '/', updateViaCache: 'all' }",
  'with its imports from the cache': "{ scope: '/', updateViaCache: 'imports' }",
  'without options': 'undefined',
};

const METHODS: Readonly<Record<string, string>> = {
  unregister: 'await registration.unregister();',
  'unregister, from then on':
    'setInterval(() => workers.getRegistration("/").then((r) => r?.unregister()), 1);',
  'unregister, when it goes':
    "top0.addEventListener('pagehide', () => { registration.unregister(); const end = Date.now() + 500; while (Date.now() < end); });",
  'unregister, registered otherwise before':
    "await workers.register(script, { scope: '/', updateViaCache: 'all' }).catch(() => {}); await registration.unregister();",
  update: 'for (let i = 0; i < 50; i += 1) registration.update().catch(() => {});',
  'navigationPreload.enable': 'await registration.navigationPreload.enable();',
  'navigationPreload.setHeaderValue':
    "await registration.navigationPreload.enable(); await registration.navigationPreload.setHeaderValue('x'.repeat(60000));",
  'pushManager.subscribe': 'await registration.pushManager.subscribe({ userVisibleOnly: true });',
  'sync.register': "for (let i = 0; i < 50; i += 1) await registration.sync.register('s' + i);",
  'periodicSync.register': "await registration.periodicSync.register('p', { minInterval: 1 });",
  'backgroundFetch.fetch': "await registration.backgroundFetch.fetch('b', ['/index.html', '/none']);",
  'cookies.subscribe': "await registration.cookies.subscribe([{ name: 'a' }]); bare.document.cookie = 'a=1';",
  showNotification: "await registration.showNotification('mine');",
  'index.add': "await registration.index.add({ id: 'i', title: 't', description: 'd', url: '/' });",
  'what only asks, or takes back': `
    const { navigationPreload, pushManager, sync, periodicSync, backgroundFetch, cookies, index, paymentManager } = registration;
    await Promise.allSettled([
      registration.getNotifications(),
      navigationPreload.getState(), navigationPreload.disable(),
      pushManager.getSubscription(), pushManager.permissionState({ userVisibleOnly: true }),
      sync.getTags(), periodicSync.getTags(), periodicSync.unregister('p'),
      backgroundFetch.get('b'), backgroundFetch.getIds(),
      cookies.getSubscriptions(), cookies.unsubscribe([{ name: 'a' }]),
      index.getAll(), index.delete('i'),
    ]);`,
  'paymentManager.enableDelegations':
    "await registration.paymentManager.enableDelegations(['shippingAddress']);",
  'active.postMessage, small ones': 'for (let i = 0; i < 200000; i += 1) registration.active.postMessage(i);',
  'active.postMessage, without end':
    'const go = () => { for (let i = 0; i < 1000; i += 1) registration.active.postMessage(i); setTimeout(go); }; go();',
  'active.postMessage, large ones':
    'const large = new Uint8Array(10e6); for (let i = 0; i < 50; i += 1) registration.active.postMessage(large);',
  'active.postMessage, a port of its own': `const { port1, port2 } = new MessageChannel();
     const bytes = new TextEncoder().encode('<h1>Mine</h1>');
     port1.onmessage = ({ data }) => port1.postMessage({ type: 'part', id: data.id, ticket: 'mine', bytes });
     port1.postMessage({ type: 'release-files', run: 'mine', product: 'taker', sizes: new Map([['index.html', bytes.length]]) });
     registration.active.postMessage({ type: 'port-offer', begins: true }, [port2]);
     globalThis.kept = port1;`,
  'a flood of requests': "for (let i = 0; i < 5000; i += 1) fetch('/taker.js?' + i).catch(() => {});",
  'requests without end':
    "let sent = 0; const go = () => { for (let i = 0; i < 100; i += 1, sent += 1) fetch('/taker.js?' + i).catch(() => {}); setTimeout(go); }; go(); while (sent < 5_000) await new Promise(requestAnimationFrame);",
  'onupdatefound and the like':
    'registration.onupdatefound = workers.oncontrollerchange = workers.onmessage = () => { for (;;); };',
};

export const TAKEOVERS: readonly Takeover[] = [
  ...Object.entries(SCRIPTS).map(([name, address]) => ({
    name: `register(): ${name}`,
    code: `await workers.register(${address}, { scope: '/', updateViaCache: 'none' });`,
  })),
  ...SCOPES.map((scope) => ({
    name: `register(): the scope ${scope}`,
    code: `await workers.register(script, { scope: '${scope}', updateViaCache: 'none' });`,
  })),
  ...Object.entries(OPTIONS).map(([name, options]) => ({
    name: `register(): ${name}`,
    code: `await workers.register(script, ${options});`,
  })),
  ...Object.entries(METHODS).map(([name, code]) => ({ name, code })),
];

/** A release that waits to be told what to do. */
export const TAKER: Readonly<Record<string, string>> = {
  'index.html': `<!doctype html><title>Taker</title><h1>Taking</h1><iframe srcdoc="<p>bare"></iframe><script src="/taker.js"></script>`,
  'taker.js': `
    const loaded = new Promise((resolve) => addEventListener('load', resolve));
    globalThis.attempt = async (code) => {
      await loaded;
      const bare = document.querySelector('iframe').contentWindow;
      const workers = bare.navigator.serviceWorker;
      const registration = await workers.getRegistration('/');
      if (!registration) return 'no way in';
      const AsyncFunction = (async () => {}).constructor;
      const run = new AsyncFunction('bare', 'workers', 'registration', 'script', 'top0', code);
      const answer = run(bare, workers, registration, '/.fieldfare/service-worker.js', window);
      const patience = new Promise((resolve) => setTimeout(resolve, 3_000, 'without an answer'));
      return Promise.race([answer.then(() => 'done', (error) => error.name), patience]);
    };`,
  'own-worker.js': 'addEventListener("fetch", () => {});',
};
