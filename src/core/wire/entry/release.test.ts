import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileHash } from '../encoding/ids.ts';
import { bundleLayout } from './release.ts';

const files = fc.array(
  fc.record({ path: fc.uuid(), content: fc.nat(5) }).map(({ path, content }) => ({
    path,
    hash: `hash ${content}` as FileHash,
    sizeBytes: 100 + content,
  })),
  { maxLength: 30 },
);

describe('a bundle’s layout (B1)', () => {
  test('has each distinct file once, in the order of first mention, without gaps', () => {
    fc.assert(
      fc.property(files, (manifest) => {
        const layout = bundleLayout(manifest);
        expect(layout.map(({ hash }) => hash)).toEqual([...new Set(manifest.map(({ hash }) => hash))]);
        let offset = 0;
        for (const part of layout) {
          expect(part.offset).toBe(offset);
          offset += part.sizeBytes;
        }
      }),
    );
  });
});
