import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ConfigScope } from '../../../core/config/config.ts';
import { dataProblem } from '../../../core/config/product-data.ts';
import { stripProblem } from '../../../core/config/strip.ts';
import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { ExportButtons } from '../../components/ExportButtons.tsx';
import { countOf } from '../../components/format.ts';
import { useFleet } from '../FleetContext.tsx';
import { usePageParams } from '../frame/hash-location.ts';
import { Page, Section } from '../frame/Page.tsx';
import { ledgerAddress } from '../ledger/paths.ts';
import { useLedger } from '../ledger/useLedger.ts';
import { useTableState } from '../useTableState.ts';
import { ConfigText } from './ConfigText.tsx';
import './config.css';
import { type ConfigKeyRow, listConfigKeys } from './config-keys.ts';
import { DeviceConfig } from './DeviceConfig.tsx';
import { RemoveKeyDialog } from './RemoveKeyDialog.tsx';
import { changeColumn, writtenColumns } from './row-columns.tsx';
import { ServicesSection } from './ServicesSection.tsx';
import { SetConfigForm } from './SetConfigForm.tsx';
import { describeScope } from './scope-words.ts';
import { useDeviceNames } from './useDeviceNames.ts';

const SCOPE_FILTERS: readonly { readonly value: '' | ConfigScope['type']; readonly label: string }[] = [
  { value: '', label: 'All scopes' },
  { value: 'fleet', label: 'The whole fleet' },
  { value: 'site', label: 'Sites' },
  { value: 'label', label: 'Labels' },
  { value: 'device', label: 'Devices' },
];

export default function ConfigPage() {
  const ledger = useLedger();
  const keys = useMemo(() => listConfigKeys(ledger), [ledger]);
  const [edited, setEdited] = useState<ConfigKeyRow>();
  const [removed, setRemoved] = useState<ConfigKeyRow>();
  return (
    <Page
      name="config"
      title="Config"
      note="What running releases are told, and kiosks of what they show over them. The nearest scope wins: device, then label, then site, then fleet."
    >
      <Section title="Keys" aside={<span className="ff-quiet">{countOf(keys.length, 'key')}</span>}>
        <Keys keys={keys} onEdit={setEdited} onRemove={setRemoved} />
      </Section>
      <div className="ff-two">
        <Section
          title={edited === undefined ? 'Set a key' : `Change "${edited.key}"`}
          aside={
            edited === undefined ? undefined : (
              <Button size="compact-sm" variant="subtle" onClick={() => setEdited(undefined)}>
                Set another key instead
              </Button>
            )
          }
        >
          <SetConfigForm
            key={edited?.path ?? ''}
            edited={edited}
            keys={keys}
            onDone={() => setEdited(undefined)}
          />
        </Section>
        <Section title="What a device gets">
          <OneDevice />
        </Section>
      </div>
      <ServicesSection />
      {removed === undefined ? null : (
        <RemoveKeyDialog key={removed.path} row={removed} onClose={() => setRemoved(undefined)} />
      )}
    </Page>
  );
}

function Keys(props: {
  readonly keys: readonly ConfigKeyRow[];
  readonly onEdit: (row: ConfigKeyRow) => void;
  readonly onRemove: (row: ConfigKeyRow) => void;
}) {
  const { keys, onEdit, onRemove } = props;
  const deviceName = useDeviceNames();
  const [params, setParams] = usePageParams();
  const [state, setState] = useTableState({ sortKey: 'key', descending: false });
  const text = params.get('q') ?? '';
  const scope = params.get('scope') ?? '';
  const columns = useMemo(() => columnsFor({ deviceName, onEdit, onRemove }), [deviceName, onEdit, onRemove]);
  const shown = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return keys.filter((row) => {
      if (scope !== '' && row.scope.type !== scope) return false;
      const all = `${row.key} ${row.text} ${describeScope(row.scope, deviceName)}`.toLowerCase();
      return words.every((word) => all.includes(word));
    });
  }, [keys, text, scope, deviceName]);
  if (keys.length === 0) {
    return (
      <EmptyNote title="No key is set yet">
        Set one below. A release reads it as fieldfare.config, and hears of every change while it runs.
      </EmptyNote>
    );
  }
  return (
    <>
      <search className="ff-filters">
        <TextInput
          type="search"
          label="Filter"
          placeholder="Key, value or scope"
          value={text}
          onChange={(event) => setParams({ q: event.currentTarget.value, page: '' })}
        />
        <NativeSelect
          label="Scope"
          data={SCOPE_FILTERS}
          value={scope}
          onChange={(event) => setParams({ scope: event.currentTarget.value, page: '' })}
        />
        <ExportButtons
          name="config"
          rows={() =>
            shown.map((row) => ({
              key: row.key,
              value: row.text,
              scope: describeScope(row.scope, deviceName),
              path: row.path,
              setBy: row.author,
              setAt: new Date(row.timeMs).toISOString(),
            }))
          }
        />
      </search>
      <DataTable
        label="Config keys"
        columns={columns}
        rows={shown}
        rowKey={(row) => row.path}
        rowName={(row) => row.key}
        rowAttributes={(row) => ({
          'data-testid': 'config-row',
          'data-key': row.key,
          'data-scope': row.scope.type,
        })}
        state={state}
        onState={setState}
        empty={
          <EmptyNote
            title="No key matches"
            action={
              <Button variant="default" onClick={() => setParams({ q: '', scope: '', page: '' })}>
                Clear filters
              </Button>
            }
          >
            Change the text or the scope.
          </EmptyNote>
        }
      />
    </>
  );
}

function columnsFor(deps: {
  readonly deviceName: (id: NodeId) => string | undefined;
  readonly onEdit: (row: ConfigKeyRow) => void;
  readonly onRemove: (row: ConfigKeyRow) => void;
}): readonly Column<ConfigKeyRow>[] {
  const scopeOf = (row: ConfigKeyRow) => describeScope(row.scope, deps.deviceName);
  return [
    {
      key: 'key',
      title: 'Key',
      card: 'title',
      sortBy: (row) => row.key,
      cell: (row) => <a href={`#${ledgerAddress({ path: row.path })}`}>{row.key}</a>,
    },
    { key: 'value', title: 'Value', card: 'wide', cell: (row) => <Value row={row} /> },
    { key: 'scope', title: 'For', sortBy: scopeOf, cell: scopeOf },
    ...writtenColumns<ConfigKeyRow>(),
    changeColumn({
      nameOf: (row) => `${row.key} for ${scopeOf(row)}`,
      onChange: deps.onEdit,
      onRemove: deps.onRemove,
    }),
  ];
}

function Value({ row }: { readonly row: ConfigKeyRow }) {
  const value = JSON.parse(row.text);
  const problem = stripProblem(row.key, value) || dataProblem(row.key, value);
  return (
    <>
      <ConfigText json={row.text} />
      {problem === '' ? null : <div className="ff-problem">{problem}</div>}
    </>
  );
}

function OneDevice() {
  const devices = useFleet((model) => model.devices);
  const [params, setParams] = usePageParams();
  const id = params.get('device') ?? '';
  const device = devices.find((row) => row.id === id);
  const options = useMemo(
    () =>
      devices
        .map((row) => ({ value: row.id as string, label: `${row.name}, ${row.site}` }))
        .sort((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true })),
    [devices],
  );
  if (devices.length === 0) {
    return (
      <EmptyNote title="There is no device yet" action={<a href="#/pair">Pair the first device</a>}>
        What is set for the fleet waits for it.
      </EmptyNote>
    );
  }
  return (
    <>
      <NativeSelect
        label="Device"
        data={[{ value: '', label: 'Choose a device' }, ...options]}
        value={device === undefined ? '' : id}
        onChange={(event) => setParams({ device: event.currentTarget.value })}
      />
      {device === undefined ? (
        <p className="ff-quiet">
          {id === ''
            ? 'Choose a device to see its keys, merged, each with where it comes from.'
            : 'The device in this address is not known here yet. Choose another one.'}
        </p>
      ) : (
        <>
          <DeviceConfig device={device.id} name={device.name} />
          <p>
            <a href={`#/devices/${device.id}`}>Go to {device.name}</a>
          </p>
        </>
      )}
    </>
  );
}
