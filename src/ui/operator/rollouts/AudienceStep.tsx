import { Checkbox, Group, Radio, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { DeviceRow } from '../../../store/model.ts';
import { countOf } from '../../components/format.ts';
import { filterDevices, sitesOf } from '../devices/device-filter.ts';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { Section } from '../frame/Page.tsx';
import { countVersions } from '../overview/count-versions.ts';
import { type Audience, toSelector } from './audience.ts';
import { takesLateComers } from './describe-selector.ts';

const CHOICES: readonly { readonly value: Audience['type']; readonly label: string }[] = [
  { value: 'all', label: 'All devices' },
  { value: 'sites', label: 'Sites' },
  { value: 'labels', label: 'Labels' },
  { value: 'devices', label: 'Chosen devices' },
];

export function AudienceStep(props: {
  readonly number: number;
  readonly audience: Audience;
  readonly onChange: (audience: Audience) => void;
}) {
  const { audience, onChange } = props;
  const devices = useFleet((model) => model.devices);
  return (
    <Section title={`${props.number}. Who gets it`}>
      <Radio.Group
        aria-label="Who gets it"
        value={audience.type}
        onChange={(type) =>
          onChange({ ...audience, type: CHOICES.find((each) => each.value === type)?.value ?? 'all' })
        }
      >
        <Group gap={24}>
          {CHOICES.map((choice) => (
            <Radio key={choice.value} value={choice.value} label={choice.label} />
          ))}
        </Group>
      </Radio.Group>
      {audience.type === 'sites' ? (
        <fieldset className="ff-checks" aria-label="Sites">
          {sitesOf(devices).map((site) => (
            <Checkbox
              key={site}
              label={site}
              checked={audience.sites.has(site)}
              onChange={() => onChange({ ...audience, sites: toggled(audience.sites, site) })}
            />
          ))}
        </fieldset>
      ) : null}
      {audience.type === 'labels' ? (
        <TextInput
          label="Labels that a device must have"
          placeholder="screen=portrait, floor=2"
          value={audience.labelText}
          onChange={(event) => onChange({ ...audience, labelText: event.currentTarget.value })}
        />
      ) : null}
      {audience.type === 'devices' ? (
        <DevicePicker
          devices={devices}
          chosen={audience.devices}
          onChange={(chosen) => onChange({ ...audience, devices: chosen })}
        />
      ) : null}
      <Preview audience={audience} devices={devices} />
    </Section>
  );
}

function toggled(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}

/** Enough to see without a scroll of its own; the filter finds the rest. */
const SHOWN_DEVICES = 30;

function DevicePicker(props: {
  readonly devices: readonly DeviceRow[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}) {
  const [text, setText] = useState('');
  const found = useMemo(
    () => filterDevices(props.devices, { text, site: '', state: '', version: '', reason: '' }),
    [props.devices, text],
  );
  const shown = found.slice(0, SHOWN_DEVICES);
  return (
    <>
      <TextInput
        type="search"
        label="Find devices"
        placeholder="Name, site, label or version"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <fieldset className="ff-checks" aria-label="Devices">
        {shown.map((device) => (
          <Checkbox
            key={device.id}
            label={`${device.name}, ${device.site}`}
            checked={props.chosen.has(device.id)}
            onChange={() => props.onChange(toggled(props.chosen, device.id))}
          />
        ))}
      </fieldset>
      {found.length > shown.length ? (
        <p className="ff-quiet">
          {countOf(found.length - shown.length, 'more device')} not shown. Narrow the text to see them.
        </p>
      ) : null}
    </>
  );
}

function Preview(props: { readonly audience: Audience; readonly devices: readonly DeviceRow[] }) {
  const { audience, devices } = props;
  const commands = useCommands();
  const read = useMemo(() => toSelector(audience), [audience]);
  const matched = useMemo(() => {
    if (read.type === 'incomplete') return [];
    const ids = new Set<string>(commands.rollouts.preview(read.select));
    return devices.filter((device) => ids.has(device.id));
  }, [read, devices, commands]);
  if (read.type === 'incomplete') return <p className="ff-quiet">{read.problem}</p>;
  const versions = countVersions(matched);
  return (
    <div role="status" data-testid="audience-count" data-matched={matched.length}>
      <strong>{countOf(matched.length, 'device')} now.</strong>{' '}
      {takesLateComers(read.select)
        ? 'Devices that match later join by themselves.'
        : 'The list is fixed: no device joins later.'}
      {versions.length === 0 ? null : (
        <div className="ff-quiet">
          They run {versions.map((version) => `${version.name} (${version.count})`).join(', ')}.
        </div>
      )}
    </div>
  );
}
