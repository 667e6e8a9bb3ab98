import { describe, expect, it } from 'vitest';
import type { NodeId, ReleaseId } from '../../../core/wire/encoding/ids.ts';
import type { PlannedStep } from '../../../store/commands/rollouts.ts';
import type { DeviceRow, ReleaseRow } from '../../../store/model.ts';
import { awayWords, goBackLabel, holdersOf, sentenceOf, someNames, titleOf } from './plan-words.ts';

const step = (course: PlannedStep['course'], devices = 1): PlannedStep => ({
  release: 'one' as ReleaseId,
  select: {},
  devices: Array.from({ length: devices }, (_, index) => `device ${index}` as NodeId),
  course,
});
const again = { type: 'publish-again', counter: 7 } as const;

describe('a button that goes back', () => {
  const named = (id: string, product: string, label: string) => ({ id: id as ReleaseId, product, label });
  const [one, two, other] = [
    named('1', 'menu', '1.0.0'),
    named('2', 'menu', '2.0.0'),
    named('3', 'ads', '1.0.0'),
  ];
  const label = (to: typeof one | undefined, now: typeof one) => goBackLabel(to, [now.id], [one, two, other]);

  it('says the version, and the product where it is another one', () => {
    expect(label(one, two)).toBe('Go back to 1.0.0');
    expect(label(other, two)).toBe('Go back to ads 1.0.0');
    expect(label(undefined, two)).toBe('Go back');
  });
});

describe('what a step will do', () => {
  it('is said before it is done, with the number that it takes', () => {
    expect(sentenceOf(step(again), 'menu 1.0.0', 12)).toBe(
      'publishes the files of menu 1.0.0 again as release 7 and rolls it out to 12 devices',
    );
  });

  it('is a plain rollout where every device takes the release', () => {
    const course = { type: 'roll-out', release: 'one' as ReleaseId, counter: 1 } as const;
    expect(sentenceOf(step(course), 'menu 1.0.0', 1)).toBe('rolls menu 1.0.0 out to 1 device');
  });

  it('names the later release of the same files where there is one', () => {
    const course = { type: 'roll-out', release: 'three' as ReleaseId, counter: 3 } as const;
    expect(sentenceOf(step(course), 'menu 1.0.0', 2)).toBe(
      'rolls out release 3, which has the files of menu 1.0.0, to 2 devices',
    );
  });

  it('is nothing for a release that does not count', () => {
    expect(sentenceOf(step(undefined), 'menu 1.0.0', 2)).toContain('cannot be rolled out');
  });

  it('is told in one line for lists of devices of one release', () => {
    expect(titleOf([step(again, 1000), step(again, 2)], () => 'menu 1.0.0')).toBe(
      'menu 1.0.0 as release 7 to 1,002 devices',
    );
  });
});

describe('devices that are not there', () => {
  it('follow when they are back, and nothing is said where all are there', () => {
    const [here, away] = [{ presence: 'present' }, { presence: 'away' }] as const;
    expect(awayWords([here])).toBe('');
    expect(awayWords([here, away])).toBe('1 of them is not there now: it follows when it is back.');
    expect(awayWords([away, { presence: 'unknown' }])).toContain('2 of them are');
  });
});

describe('who has the files', () => {
  it('is who is there and runs a release of the same files', () => {
    const releases = [
      { id: 'one', bundle: 'a' },
      { id: 'two', bundle: 'b' },
      { id: 'three', bundle: 'a' },
    ] as unknown as readonly ReleaseRow[];
    const device = (name: string, release: string, presence = 'present') =>
      ({ name, presence, running: { release } }) as unknown as DeviceRow;
    const devices = [device('till', 'three'), device('menu', 'two'), device('door', 'one', 'away')];
    expect(holdersOf(releases[0]!, releases, devices).map(({ name }) => name)).toEqual(['till']);
  });

  it('is named, the first three', () => {
    const rows = (...names: string[]) => names.map((name) => ({ name }));
    expect(someNames(rows('a'))).toBe('a');
    expect(someNames(rows('a', 'b'))).toBe('a and b');
    expect(someNames(rows('a', 'b', 'c', 'd', 'e'))).toBe('a, b, c and 2 more');
  });
});
