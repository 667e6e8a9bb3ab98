import type { ReleaseId } from '../../../core/wire/encoding/ids.ts';
import type { PlannedStep } from '../../../store/commands/rollouts.ts';
import type { DeviceRow, ReleaseRow } from '../../../store/model.ts';
import { countOf } from '../../components/format.ts';

type Named = Pick<ReleaseRow, 'id' | 'product' | 'label'>;

/** "menu 1.0.0"; of a release that does not count here `fallback`. */
export function nameOfRelease(releases: readonly Named[], id: ReleaseId, fallback = 'a release'): string {
  const release = releases.find((row) => row.id === id);
  return release === undefined ? fallback : `${release.product} ${release.label}`;
}

/** "Go back to 1.0.0", on the page of something that runs `now`; another product is named too. */
export function goBackLabel(
  to: Named | undefined,
  now: readonly ReleaseId[],
  releases: readonly Named[],
): string {
  if (to === undefined) return 'Go back';
  const other = releases.some(({ id, product }) => now.includes(id) && product !== to.product);
  return `Go back to ${other ? `${to.product} ${to.label}` : to.label}`;
}

/** What a step will do, as the sentence that follows a button or begins a line. */
export function sentenceOf({ course, release }: PlannedStep, name: string, devices: number): string {
  const to = countOf(devices, 'device');
  if (course === undefined) return `${name} does not count any more, so it cannot be rolled out`;
  if (course.type === 'publish-again')
    return `publishes the files of ${name} again as release ${course.counter} and rolls it out to ${to}`;
  return course.release === release
    ? `rolls ${name} out to ${to}`
    : `rolls out release ${course.counter}, which has the files of ${name}, to ${to}`;
}

/** "menu 1.0.0 as release 7 to 12 devices", for the bar that counts a start down. */
export function titleOf(steps: readonly PlannedStep[], nameOf: (release: ReleaseId) => string): string {
  const byRelease = new Map<string, { text: string; devices: number }>();
  for (const { release, course, devices } of steps) {
    const text = `${nameOf(release)}${course?.type === 'publish-again' ? ` as release ${course.counter}` : ''}`;
    const before = byRelease.get(text)?.devices ?? 0;
    byRelease.set(text, { text, devices: before + devices.length });
  }
  return [...byRelease.values()]
    .map(({ text, devices }) => `${text} to ${countOf(devices, 'device')}`)
    .join(', ');
}

/** What those devices do that are not there; empty when all are. */
export function awayWords(devices: readonly Pick<DeviceRow, 'presence'>[]): string {
  const away = devices.filter(({ presence }) => presence !== 'present').length;
  if (away === 0) return '';
  return away === 1
    ? '1 of them is not there now: it follows when it is back.'
    : `${away.toLocaleString('en')} of them are not there now: they follow when they are back.`;
}

/** Who is there and runs the same files, for whoever lacks them. */
export function holdersOf(
  release: ReleaseRow,
  releases: readonly ReleaseRow[],
  devices: readonly DeviceRow[],
): readonly DeviceRow[] {
  const same = new Set(releases.filter(({ bundle }) => bundle === release.bundle).map(({ id }) => id));
  return devices.filter(
    ({ presence, running }) => presence === 'present' && running !== undefined && same.has(running.release),
  );
}

const NAMED = 3;

/** "Till 2, Till 3 and 4 more". */
export function someNames(rows: readonly { readonly name: string }[]): string {
  const names = rows.slice(0, NAMED).map(({ name }) => name);
  const more = rows.length - names.length;
  if (more > 0) return `${names.join(', ')} and ${more.toLocaleString('en')} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
