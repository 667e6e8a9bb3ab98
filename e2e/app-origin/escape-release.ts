/** A release that tries every way out that we know. It tells the shell what came of each. */
export function escapeRelease(foreignPort: number): ReadonlyMap<string, string> {
  const foreign = `http://127.0.0.1:${foreignPort}`;
  const page = `<!doctype html><html><head><title>Escape</title>
<link rel="preconnect" href="${foreign}/"><link rel="dns-prefetch" href="${foreign}/">
<link rel="prefetch" href="${foreign}/prefetch"><link rel="modulepreload" href="${foreign}/modulepreload">
<link rel="stylesheet" href="${foreign}/stylesheet"><link rel="icon" href="${foreign}/icon">
<script type="speculationrules">{"prefetch":[{"source":"list","urls":["${foreign}/speculated"],"eagerness":"immediate"}],
"prerender":[{"source":"list","urls":["${foreign}/prerendered"],"eagerness":"immediate"}]}</script>
<style>@import url("${foreign}/import"); body { background: url("${foreign}/background") }
@font-face { font-family: f; src: url("${foreign}/font") }</style>
<script src="${foreign}/script"></script></head>
<body style="font-family: f"><img src="${foreign}/img"><iframe src="${foreign}/frame"></iframe>
<object data="${foreign}/object"></object><video src="${foreign}/video"></video>
<a id="ping" href="#here" ping="${foreign}/ping">ping</a>
<iframe name="sink"></iframe><form id="form" action="${foreign}/form" method="post" target="sink"></form>
<script src="/escape.js"></script></body></html>`;
  const script = `
const foreign = '${foreign}';
const settle = (work) =>
  Promise.resolve().then(work).then((value) => 'done: ' + String(value), (error) => 'refused: ' + error.name);
const opened = (target, good, bad) => new Promise((resolve, reject) => {
  target.addEventListener(good, () => resolve(good));
  target.addEventListener(bad, () => reject(new TypeError(bad)));
});
/** A page without the client script in it, with all that the browser gives. */
const blank = document.body.appendChild(document.createElement('iframe')).contentWindow;
/** A page of the release that is no document of HTML, so it has no client script either, but an address of the origin. */
const plain = document.body.appendChild(document.createElement('iframe'));
plain.src = '/data/hello.txt';
const tries = {
  plainPage: () => new Promise((resolve) => { plain.onload = () => resolve(plain.contentWindow.document.body.textContent); }),
  fetch: () => fetch(foreign + '/fetch', { mode: 'no-cors' }),
  xhr: () => { const x = new XMLHttpRequest(); x.open('GET', foreign + '/xhr'); x.send(); return opened(x, 'load', 'error'); },
  webSocket: () => opened(new WebSocket('ws://127.0.0.1:${foreignPort}/'), 'open', 'error'),
  eventSource: () => opened(new EventSource(foreign + '/events'), 'open', 'error'),
  webTransport: () => new blank.WebTransport('https://127.0.0.1:${foreignPort}/').ready,
  image: () => { const i = new Image(); i.src = foreign + '/image'; return opened(i, 'load', 'error'); },
  beacon: () => navigator.sendBeacon(foreign + '/beacon', 'x') ? 'queued' : 'not queued',
  ping: () => document.querySelector('#ping').click(),
  form: () => document.querySelector('#form').submit(),
  blankFetch: () => blank.fetch(foreign + '/blank-fetch', { mode: 'no-cors' }),
  worker: () => new Promise((resolve) => {
    const source = 'fetch("' + foreign + '/worker", {mode: "no-cors"}).then(() => postMessage("done"), () => postMessage("refused"))';
    new Worker(URL.createObjectURL(new Blob([source]))).onmessage = ({ data }) => resolve(data);
  }),
  ownServiceWorkerGone: () => !('serviceWorker' in navigator) && window.RTCPeerConnection === undefined && window.SharedWorker === undefined,
  shellDocument: () => parent.document.title,
  bridgeDocument: () => [...Array(parent.length).keys()].map((at) => parent[at]).filter((frame) => frame !== window).map((frame) => frame.document.title).join(),
  shellStorage: () => parent.indexedDB.open('keys'),
  ownStorage: async () => (await indexedDB.databases()).map(({ name }) => name).join(),
  topNavigation: () => { top.location.href = foreign + '/top'; },
  popup: () => window.open(foreign + '/popup') === null,
  shipped: async () => (await fetch('/data/hello.txt')).text(),
  missing: async () => (await fetch('/data/none.txt')).status,
  posted: async () => (await fetch('/data/hello.txt', { method: 'POST' })).status,
  range: async () => (await fetch('/data/hello.txt', { headers: { range: 'bytes=1-3' } })).text(),
  // For these the shell may take the release down.
  framedBridge: () => new Promise((resolve) => {
    const bridge = document.body.appendChild(document.createElement('iframe'));
    bridge.onload = () => resolve(bridge.contentDocument === null ? 'not to be reached' : bridge.contentDocument.title);
    bridge.src = '/.fieldfare/bridge.html';
  }),
  serviceWorker: () => plain.contentWindow.navigator.serviceWorker.register('/own-worker.js'),
  narrowServiceWorker: () => plain.contentWindow.navigator.serviceWorker.register('/.fieldfare/service-worker.js', { scope: '/part/' }),
  clientAsServiceWorker: () => plain.contentWindow.navigator.serviceWorker.register('/.fieldfare/client.js', { scope: '/.fieldfare/' }),
};
const tell = (attempt, outcome) => parent.postMessage({ attempt, outcome }, '*');
tell('allowedFeatures', document.featurePolicy.allowedFeatures().join());
(async () => {
  for (const [name, attempt] of Object.entries(tries)) tell(name, await settle(attempt));
})();
`;
  return new Map([
    ['index.html', page],
    ['escape.js', script],
    ['own-worker.js', 'addEventListener("fetch", () => {});'],
    ['data/hello.txt', 'hello'],
  ]);
}

/** A release that opens WebRTC from a page without the client script in it, towards a foreign server. */
export function dialingRelease(foreignPort: number): string {
  return `<!doctype html><h1>Dialing</h1><script>
const blank = document.body.appendChild(document.createElement('iframe')).contentWindow;
const urls = ['stun:127.0.0.1:${foreignPort}', 'turn:127.0.0.1:${foreignPort}?transport=tcp', 'turn:127.0.0.1:${foreignPort}'];
addEventListener('load', () => setTimeout(async () => {
  const peer = new blank.RTCPeerConnection({ iceServers: [{ urls, username: 'a', credential: 'b' }] });
  peer.createDataChannel('out');
  await peer.setLocalDescription();
}, 1_000));
</script>`;
}
