import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const fromRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the kiosk page takes from React, and where Preact has it. */
const PREACT: Readonly<Record<string, string>> = {
  react: 'preact/hooks',
  'react-dom/client': '\0preact-root',
  'react/jsx-runtime': 'preact/jsx-runtime',
};

/** The kiosk page's few elements run on Preact, which spares each device some 60 kB of script (docs/adr/0010). */
function preactOnTheKiosk(): Plugin {
  const kiosk = [fromRoot('src/kiosk.tsx'), fromRoot('src/ui/kiosk/')];
  return {
    name: 'preact-on-the-kiosk',
    apply: 'build',
    enforce: 'pre',
    resolveId(source, importer) {
      const twin = PREACT[source];
      if (twin === undefined || !kiosk.some((path) => importer?.startsWith(path))) return null;
      return twin.startsWith('\0') ? twin : this.resolve(twin, importer, { skipSelf: true });
    },
    load: (id) =>
      id === PREACT['react-dom/client']
        ? `import { render } from 'preact';
           export const createRoot = (container) => ({ render: (element) => render(element, container) });`
        : null,
  };
}

function webTorrentVersion(): string {
  return JSON.parse(readFileSync(fromRoot('node_modules/webtorrent/package.json'), 'utf8')).version;
}

/** What libraries bring along for old runtimes and every browser has, or for what we never ask of them: 40 kB gz a page. */
const SMALLER: Readonly<Record<string, string>> = {
  debug: `const off = () => {}; off.enabled = false; export default () => off;`,
  // streamx decodes with it where a stream is asked for text.
  'text-decoder': `module.exports = class {
    constructor(encoding = 'utf-8') { this.decoder = new TextDecoder(encoding); }
    push(data) { return typeof data === 'string' ? data : this.decoder.decode(data, { stream: true }); }
    flush() { return this.decoder.decode(); }
  };`,
  // WebTorrent names the files of a torrent with it; ours are found by their place in the bundle.
  path: `const join = (...parts) => parts.filter(Boolean).join('/').replace(/\\/+/g, '/');
  export default { sep: '/', join };`,
  // It names each file's media type by its extension; ours are named by the app origin, which serves them.
  'mime/lite.js': `export default { getType: () => null };`,
  // Where a torrent keeps its pieces when it is given no store; ours are given one (src/adapters/webtorrent).
  'fs-chunk-store': `export default class { constructor() { throw new Error('torrents are given their store'); } }`,
  // Trackers are off, and torrents are made by our own code.
  'bittorrent-tracker': `export class Client { constructor() { throw new Error('there are no trackers here'); } }`,
  'create-torrent': `const refuse = () => { throw new Error('torrents are made by src/adapters/webtorrent/metainfo.ts'); };
  export const parseInput = refuse;
  export default refuse;`,
  // Torrents are given as metainfo (src/adapters/webtorrent/engine.ts). The engine names each one by a link too, which nobody reads.
  'magnet-uri': `export const encode = () => '';
  export default () => { throw new Error('torrents are given as metainfo'); };`,
};

/** The same for files of WebTorrent's own, as its modules name them: it serves nothing over HTTP here and gets nothing from there. */
const SMALLER_IN_WEBTORRENT: Readonly<Record<string, string>> = {
  './lib/server.js': `export class BrowserServer { constructor() { throw new Error('releases are served by the app origin'); } }
  export const NodeServer = BrowserServer;`,
  './webconn.js': `export default class { constructor() { throw new Error('there are no web seeds here'); } }`,
  // The whole of its package.json for one line.
  './version.cjs': `module.exports = ${JSON.stringify(webTorrentVersion())};`,
};

/** The development server cannot replace modules within dependencies, so it takes WebTorrent's bundle for browsers. */
function bundledWebTorrent(): Plugin {
  return {
    name: 'bundled-webtorrent',
    apply: 'serve',
    config: () => ({ resolve: { alias: { webtorrent: 'webtorrent/dist/webtorrent.min.js' } } }),
  };
}

function leaveOutWhatBrowsersHave(): Plugin {
  const mark = '\0smaller:';
  const smaller: Readonly<Record<string, string>> = {
    ...SMALLER,
    ...Object.fromEntries(
      Object.entries(SMALLER_IN_WEBTORRENT).map(([source, code]) => [`webtorrent/${source}`, code]),
    ),
  };
  return {
    name: 'leave-out-what-browsers-have',
    config: () => ({
      // WebTorrent's own bundle carries second copies of streamx and simple-peer, and more that we never call.
      resolve: { alias: { webtorrent: 'webtorrent/index.js' } },
      define: {
        global: 'globalThis',
        // What these modules ask a Node process for is here by other names, or asked after first.
        process: 'globalThis',
        'process.browser': 'true',
        'process.nextTick': 'globalThis.queueMicrotask',
      },
    }),
    apply: 'build',
    enforce: 'pre',
    resolveId: (source, importer) => {
      if (source in SMALLER) return `${mark}${source}`;
      const ofWebTorrent = importer?.includes('/node_modules/webtorrent/') && source in SMALLER_IN_WEBTORRENT;
      return ofWebTorrent ? `${mark}webtorrent/${source}` : null;
    },
    load: (id) => (id.startsWith(mark) ? smaller[id.slice(mark.length)] : null),
  };
}

/** The shell: the operator's dashboard and the kiosk page, one service worker for both. */
export default defineConfig({
  resolve: {
    alias: {
      // The bare entry reaches for Node's globals.
      'simple-peer': '@thaunknown/simple-peer/lite.js',
    },
  },
  build: {
    outDir: 'dist/shell',
    emptyOutDir: true,
    target: 'es2023',
    // Chromium, Firefox from 115 and Safari from 17 preload modules by themselves; others load them a little later.
    modulePreload: { polyfill: false },
    // What the size budgets are read from.
    manifest: true,
    rolldownOptions: {
      input: { index: fromRoot('index.html'), kiosk: fromRoot('kiosk.html') },
    },
  },
  server: {
    // `npm start` beside `npm run dev` gives the pages their signaling; releases run under `npm start` only, because
    // the app origin lets no other shell frame it.
    proxy: {
      '/fieldfare.json': 'http://localhost:4400',
      '/signaling': { target: 'ws://localhost:4400', ws: true },
    },
  },
  plugins: [
    preactOnTheKiosk(),
    leaveOutWhatBrowsersHave(),
    bundledWebTorrent(),
    react(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/service-worker',
      filename: 'service-worker.ts',
      injectRegister: false,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,css,svg,png,webmanifest,wasm,woff2}'],
        // The torrent engine alone is over workbox's default of 2 MiB when it is not minified; a lost file would
        // break the offline start without a word, so allow more rather than leave one out.
        maximumFileSizeToCacheInBytes: 8 * 1024 * 1024,
      },
    }),
  ],
});
