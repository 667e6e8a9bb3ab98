import { Checkbox } from '@mantine/core';
import type { LeftOut } from '../../../store/commands/releases.ts';
import { countOf, formatBytes } from '../../components/format.ts';

/** Enough names to know what it is about. */
const NAMED = 6;

/** What a folder has that is not published, by name, each with the choice to have it in. */
export function LeftOutChoices(props: {
  readonly leftOut: readonly LeftOut[];
  readonly onToggle: (key: string) => void;
}) {
  const { leftOut } = props;
  if (leftOut.length === 0) return null;
  return (
    <fieldset className="ff-left-out" data-testid="left-out">
      <legend>Left out, unless you tick it</legend>
      {leftOut.map((item) => (
        <Checkbox
          key={item.key}
          label={<span className="ff-break">{labelOf(item)}</span>}
          description={<span className="ff-break">{describe(item)}</span>}
          checked={item.included}
          onChange={() => props.onToggle(item.key)}
        />
      ))}
    </fieldset>
  );
}

const KINDS: Readonly<Record<LeftOut['kind'], string>> = {
  'version-control': 'Version control',
  system: 'Files of the system and of editors',
  'source-maps': 'Source maps',
  secret: 'Keys and passwords',
};

function labelOf({ key, kind, paths, sizeBytes }: LeftOut): string {
  const size = formatBytes(sizeBytes);
  return kind === 'secret' && key !== kind
    ? `${key}, ${size}`
    : `${KINDS[kind]}: ${countOf(paths.length, 'file')}, ${size}`;
}

function describe({ key, kind, paths }: LeftOut): string {
  if (kind === 'secret' && key !== kind)
    return 'Looks like a key or a password. Whoever has a join link of the fleet can read what is published.';
  const more = paths.length - NAMED;
  return `${paths.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`;
}
