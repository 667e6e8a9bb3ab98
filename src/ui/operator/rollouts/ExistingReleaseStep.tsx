import { NativeSelect } from '@mantine/core';
import type { ReleaseId } from '../../../core/wire/encoding/ids.ts';
import type { ReleaseRow } from '../../../store/model.ts';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { countOf, formatBytes } from '../../components/format.ts';
import { Section } from '../frame/Page.tsx';
import { itemsOf } from '../permissions/permission-words.ts';
import { describeHealth } from '../releases/describe-release.ts';

export function ExistingReleaseStep(props: {
  readonly releases: readonly ReleaseRow[];
  readonly chosen: ReleaseRow | undefined;
  readonly onChange: (id: ReleaseId) => void;
}) {
  const { releases, chosen } = props;
  return (
    <Section title="1. Release">
      {releases.length === 0 ? (
        <EmptyNote title="Nothing has been published yet">
          Choose a folder from this computer instead.
        </EmptyNote>
      ) : (
        <>
          <NativeSelect
            label="Published release"
            value={chosen?.id ?? ''}
            data={[
              { value: '', label: 'Choose one', disabled: true },
              ...releases.map((release) => ({
                value: release.id,
                label: `${release.product} ${release.label}`,
              })),
            ]}
            onChange={(event) => {
              const release = releases.find((each) => each.id === event.currentTarget.value);
              if (release !== undefined) props.onChange(release.id);
            }}
          />
          {chosen === undefined ? null : (
            <p className="ff-quiet ff-break">
              {countOf(chosen.files.length, 'file')}, {formatBytes(chosen.sizeBytes)}, signed by{' '}
              {chosen.authorName}. {describeHealth(chosen.health)}. It{' '}
              {itemsOf(chosen.permissions)
                .map(({ words }) => words)
                .join(', ') || 'asks for nothing'}
              .
            </p>
          )}
        </>
      )}
    </Section>
  );
}
