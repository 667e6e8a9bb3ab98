import { describe, expect, it } from 'vitest';
import { problemWithVersion, suggestDraft } from './release-draft.ts';

const report = {
  fileCount: 1,
  sizeBytes: 1,
  suggestedProduct: 'menu',
  suggestedVersion: undefined,
  against: undefined,
  problems: [],
};

describe('a release before it is signed', () => {
  it('takes what the folder says and keeps what was typed', () => {
    const held = suggestDraft(undefined);
    expect(suggestDraft(report, { ...held, product: 'old', version: '3.0.0' })).toMatchObject({
      product: 'menu',
      version: '3.0.0',
    });
  });

  it('sees that a version is taken in its own product only', () => {
    const releases = [{ product: 'menu', version: '1.0.0' }];
    expect(problemWithVersion({ product: ' menu', version: '1.0.0 ' }, releases)).toContain(
      'published already',
    );
    expect(problemWithVersion({ product: 'till', version: '1.0.0' }, releases)).toBe('');
  });
});
