import { readFileSync } from 'node:fs';

/** Vite's manifest of the shell: which chunk imports which. */
const chunks = JSON.parse(readFileSync('dist/shell/.vite/manifest.json', 'utf8'));

/** Every chunk that `entry` needs at once, or with `lazy` everything it may ever load. */
function reach(entry, lazy) {
  const seen = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = chunks[key];
    for (const next of [...(chunk.imports ?? []), ...(lazy ? (chunk.dynamicImports ?? []) : [])]) visit(next);
  };
  visit(entry);
  return [...seen].map((key) => chunks[key]);
}

const script = (entry, lazy) => reach(entry, lazy).map(({ file }) => `dist/shell/${file}`);
const styles = (entry) =>
  [...new Set(reach(entry, false).flatMap(({ css = [] }) => css))].map((file) => `dist/shell/${file}`);

const dashboardStyles = styles('index.html');

export default [
  { name: 'kiosk page, first script', path: script('kiosk.html', false), limit: '150 kB', gzip: true },
  { name: 'kiosk page, all script', path: script('kiosk.html', true), limit: '190 kB', gzip: true },
  { name: 'dashboard, first script', path: script('index.html', false), limit: '250 kB', gzip: true },
  ...(dashboardStyles.length === 0
    ? []
    : [{ name: 'dashboard, first styles', path: dashboardStyles, limit: '35 kB', gzip: true }]),
];
