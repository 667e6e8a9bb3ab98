import { copyFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, defineConfig, type InlineConfig } from 'vite';
import { embedScript } from './src/app-origin/embed-script.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SCRIPTS = ['bridge', 'service-worker'] as const;
const OUT_DIR = fromRoot('dist/app-origin/.fieldfare');

/**
 * One classic script with no imports left: a service worker of the app origin must not depend on module workers. The
 * script that pages of a release get is built into the worker's.
 */
function classicScript(name: (typeof SCRIPTS)[number], emptyOutDir: boolean): InlineConfig {
  return {
    publicDir: false,
    plugins: [embedScript()],
    build: {
      outDir: OUT_DIR,
      emptyOutDir,
      target: 'es2023',
      modulePreload: false,
      lib: {
        entry: fromRoot(`src/app-origin/${name}.ts`),
        formats: ['iife'],
        name: 'fieldfare',
        fileName: () => `${name}.js`,
      },
    },
  };
}

/** `vite build` builds one output a run with this format, so the first script carries the others along. */
export default defineConfig({
  ...classicScript(SCRIPTS[0], true),
  plugins: [
    embedScript(),
    {
      name: 'fieldfare-app-origin',
      apply: 'build',
      async closeBundle() {
        for (const name of SCRIPTS.slice(1))
          await build({ ...classicScript(name, false), configFile: false });
        await copyFile(fromRoot('src/app-origin/bridge.html'), `${OUT_DIR}/bridge.html`);
      },
    },
  ],
});
