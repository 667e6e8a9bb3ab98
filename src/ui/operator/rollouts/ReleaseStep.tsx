import { Checkbox, Group, Radio, TextInput } from '@mantine/core';
import type { ReleaseRow } from '../../../store/model.ts';
import { Section } from '../frame/Page.tsx';
import { problemWithVersion, type ReleaseDraft } from './release-draft.ts';

export function ReleaseStep(props: {
  readonly draft: ReleaseDraft;
  readonly onChange: (draft: ReleaseDraft) => void;
  readonly releases: readonly ReleaseRow[];
}) {
  const { draft, onChange } = props;
  const newest = props.releases.find((release) => release.product === draft.product.trim());
  return (
    <Section title="2. Release">
      <div className="ff-two">
        <TextInput
          label="Product"
          description="Releases of one product replace each other on a device."
          list="known-products"
          maxLength={64}
          value={draft.product}
          onChange={(event) => onChange({ ...draft, product: event.currentTarget.value })}
        />
        <TextInput
          label="Version"
          description={
            newest === undefined ? 'Any text that tells releases apart.' : `Last published: ${newest.version}`
          }
          maxLength={64}
          value={draft.version}
          error={problemWithVersion(draft, props.releases)}
          onChange={(event) => onChange({ ...draft, version: event.currentTarget.value })}
        />
      </div>
      <datalist id="known-products">
        {[...new Set(props.releases.map((release) => release.product))].map((product) => (
          <option key={product} value={product} />
        ))}
      </datalist>
      <HealthFields draft={draft} onChange={onChange} />
      <Checkbox
        label="Its data may stay when a device takes it back"
        description="Tick it when the version before can read what this one stores. Otherwise a device copies the app’s data before it tries this version, and puts it back if that fails."
        checked={draft.dataStays}
        onChange={(event) => onChange({ ...draft, dataStays: event.currentTarget.checked })}
      />
    </Section>
  );
}

function HealthFields(props: {
  readonly draft: ReleaseDraft;
  readonly onChange: (draft: ReleaseDraft) => void;
}) {
  const { draft, onChange } = props;
  const { health } = draft;
  const seconds = (health.type === 'call' ? health.withinMs : health.forMs) / 1_000;
  const set = (type: string, timeMs: number) =>
    onChange({
      ...draft,
      health: type === 'call' ? { type: 'call', withinMs: timeMs } : { type: 'quiet', forMs: timeMs },
    });
  return (
    <div className="ff-two">
      <Radio.Group
        label="A device keeps it when it"
        description="Otherwise the device goes back to what it ran."
        value={health.type}
        onChange={(type) => set(type, seconds * 1_000)}
      >
        <Group mt={8} gap={8} className="ff-choices">
          <Radio value="quiet" label="loads, paints, and throws nothing uncaught for" />
          <Radio value="call" label="calls fieldfare.healthy() within" />
        </Group>
      </Radio.Group>
      <TextInput
        label="Seconds"
        type="number"
        min={1}
        max={600}
        step={1}
        value={Number.isFinite(seconds) && seconds > 0 ? seconds : ''}
        onChange={(event) => set(health.type, Math.round(Number(event.currentTarget.value)) * 1_000)}
      />
    </div>
  );
}
