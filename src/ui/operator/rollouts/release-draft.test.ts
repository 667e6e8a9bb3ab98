import { describe, expect, it } from 'vitest';
import { EMPTY_DRAFT, problemWithVersion, suggestDraft } from './release-draft.ts';

const report = {
  files: [],
  permissions: undefined,
  fileCount: 1,
  sizeBytes: 1,
  suggestedProduct: 'menu',
  suggestedVersion: undefined,
  leftOut: [],
  startable: [],
  problems: [],
};

describe('a release before it is signed', () => {
  it('takes what the folder says and keeps what was typed', () => {
    const held = EMPTY_DRAFT;
    expect(suggestDraft(report, { ...held, product: 'old', version: '3.0.0' }, held)).toMatchObject({
      product: 'old',
      version: '3.0.0',
    });
    const earlier = { ...held, product: 'old', version: '3.0.0' };
    expect(suggestDraft(report, earlier, earlier)).toMatchObject({ product: 'menu', version: '3.0.0' });
  });

  it('sees that a version is taken in its own product only', () => {
    const releases = [{ product: 'menu', version: '1.0.0' }];
    expect(problemWithVersion({ product: ' menu', version: '1.0.0 ' }, releases)).toContain(
      'published already',
    );
    expect(problemWithVersion({ product: 'till', version: '1.0.0' }, releases)).toBe('');
  });
});
