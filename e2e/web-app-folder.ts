import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What an operator rolls out in the tests: a web app small enough to be read at a glance. */
export interface WebApp {
  readonly version: string;
  /** Runs in the page after the heading, which shows the version. Absent: it says that it is healthy. */
  readonly script?: string;
  /** Further files by path, or other contents of index.html, app.js or package.json. Undefined leaves one out. */
  readonly files?: Readonly<Record<string, string | Uint8Array | undefined>>;
}

/** Product of every app that is written here, from its package.json. */
const PRODUCT = 'menu';

/** Writes the app to `folder` as a build would leave it. */
export async function writeWebApp(folder: string, app: WebApp): Promise<string> {
  const files: WebApp['files'] = {
    'index.html': `<!doctype html><meta charset="utf-8"><title>Menu</title><h1>menu ${app.version}</h1><script src="app.js"></script>`,
    'app.js': app.script ?? 'fieldfare.healthy();',
    'package.json': JSON.stringify({ name: PRODUCT, version: app.version }),
    ...app.files,
  };
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) continue;
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content);
  }
  return folder;
}
