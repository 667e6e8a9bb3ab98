import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Makes one plain file of a Node program and gives its path. It runs a fifth faster than through tsx, which gives each closure its
 * name when it is made, and that is what a node is made of.
 */
export async function built(source, name) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const outDir = `${root}node_modules/.cache/built/${name}`;
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: source,
      outDir,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: `${name}.js` } },
    },
  });
  return `${outDir}/${name}.js`;
}
