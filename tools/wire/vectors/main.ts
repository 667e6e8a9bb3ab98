import { writeFile } from 'node:fs/promises';
import { makeVectors } from './vectors.ts';

if (process.argv.includes('--help')) {
  console.log(`Usage: npm run vectors

Writes the golden files in vectors/ anew. Only a change of the wire format changes them: look at the difference before you
commit it, since nodes of the old format will not understand those of the new.`);
} else {
  for (const [name, content] of Object.entries(await makeVectors())) {
    await writeFile(
      new URL(`../../../vectors/${name}`, import.meta.url),
      `${JSON.stringify(content, undefined, 1)}\n`,
    );
    console.log(`vectors/${name}`);
  }
}
