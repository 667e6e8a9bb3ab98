import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const SUFFIX = '?script';

/**
 * `import text from './x.ts?script'` gives the text of x.ts built to one classic script: how the worker carries the
 * scripts that it serves.
 */
export function embedScript(): Plugin {
  return {
    name: 'fieldfare-embed-script',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!source.endsWith(SUFFIX)) return undefined;
      const resolved = await this.resolve(source.slice(0, -SUFFIX.length), importer, { skipSelf: true });
      return resolved ? `\0${resolved.id}${SUFFIX}` : undefined;
    },
    async load(id) {
      if (!id.startsWith('\0') || !id.endsWith(SUFFIX)) return undefined;
      const entry = id.slice(1, -SUFFIX.length);
      this.addWatchFile(entry);
      return `export default ${JSON.stringify(await classicScript(entry))};`;
    },
  };
}

async function classicScript(entry: string): Promise<string> {
  const outputs = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    root: fileURLToPath(new URL('.', import.meta.url)),
    build: {
      write: false,
      target: 'es2023',
      lib: { entry, formats: ['iife'], name: 'fieldfare', fileName: () => 'script.js' },
    },
  });
  for (const { output } of Array.isArray(outputs) ? outputs : 'output' in outputs ? [outputs] : [])
    for (const file of output) if (file.type === 'chunk') return file.code;
  throw new Error(`${entry} built to no script: it must be an entry with code of its own`);
}
