import type { FolderReport } from '../../../store/commands/releases.ts';
import type { HealthRule, ReleaseRow } from '../../../store/model.ts';

/** What a person says about a release before it is signed. */
export interface ReleaseDraft {
  readonly product: string;
  readonly version: string;
  readonly health: HealthRule;
}

/**
 * Works for every web app as it is, so nobody has to change code for a first rollout. Ten seconds is a guess: longer
 * catches slow crashes, shorter frees a site sooner.
 */
const DEFAULT_HEALTH: HealthRule = { type: 'quiet', forMs: 10_000 };

export const EMPTY_DRAFT: ReleaseDraft = { product: '', version: '', health: DEFAULT_HEALTH };

/** Fills in what the folder says of itself; keeps what it does not say, and what was typed since the folder was chosen. */
export function suggestDraft(
  report: FolderReport,
  held: ReleaseDraft,
  whenChosen: ReleaseDraft,
): ReleaseDraft {
  const { suggestedProduct, suggestedVersion } = report;
  return {
    ...held,
    product: held.product === whenChosen.product ? (suggestedProduct ?? held.product) : held.product,
    version: held.version === whenChosen.version ? (suggestedVersion ?? held.version) : held.version,
  };
}

/** Empty when the version may be new. The node checks again when it signs. */
export function problemWithVersion(
  draft: Pick<ReleaseDraft, 'product' | 'version'>,
  releases: readonly Pick<ReleaseRow, 'product' | 'version'>[],
): string {
  const product = draft.product.trim();
  const version = draft.version.trim();
  const taken = releases.some((release) => release.product === product && release.version === version);
  return taken
    ? `${product} ${version} is published already. Raise the version; to roll out what was published, choose it at the top of this page.`
    : '';
}

export function problemWithDraft(draft: ReleaseDraft, releases: readonly ReleaseRow[]): string {
  if (draft.product.trim() === '' || draft.version.trim() === '') return 'Give product and version.';
  const timeMs = draft.health.type === 'call' ? draft.health.withinMs : draft.health.forMs;
  if (!(timeMs >= 1_000)) return 'Give the health rule at least one second.';
  return problemWithVersion(draft, releases);
}
