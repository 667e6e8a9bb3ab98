import { useMemo, useState } from 'react';
import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import type { ConfigRow } from '../../../store/ledger-model.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import type { TableState } from '../../components/table-state.ts';
import { ledgerAddress } from '../ledger/paths.ts';
import { useLedger } from '../ledger/useLedger.ts';
import { ConfigText } from './ConfigText.tsx';
import { readConfigPath } from './config-keys.ts';
import './config.css';
import { describeScope } from './scope-words.ts';

const COLUMNS: readonly Column<ConfigRow>[] = [
  {
    key: 'key',
    title: 'Key',
    card: 'title',
    sortBy: (row) => row.key,
    cell: (row) => <span className="ff-break">{row.key}</span>,
  },
  { key: 'value', title: 'Value', card: 'wide', cell: (row) => <ConfigText json={row.text} /> },
  {
    key: 'from',
    title: 'Comes from',
    sortBy: (row) => row.path,
    cell: (row) => <a href={`#${ledgerAddress({ path: row.path })}`}>{originOf(row.path)}</a>,
  },
];

/** The merged config of one device, each key with the scope that it comes from. */
export function DeviceConfig(props: { readonly device: NodeId; readonly name: string }) {
  const ledger = useLedger();
  const [state, setState] = useState<TableState>({ sortKey: 'key', descending: false, page: 1 });
  const rows = useMemo(() => ledger.config(props.device), [ledger, props.device]);
  return (
    <DataTable
      label={`Config of ${props.name}`}
      columns={COLUMNS}
      rows={rows}
      rowKey={(row) => row.key}
      rowName={(row) => row.key}
      rowAttributes={(row) => ({ 'data-testid': 'device-config-row', 'data-key': row.key })}
      state={state}
      onState={(changes) => setState({ ...state, ...changes })}
      empty={
        <EmptyNote title="It gets no config" action={<a href="#/config">Set a key</a>}>
          No key is set for the whole fleet, its site, its labels or itself.
        </EmptyNote>
      }
    />
  );
}

function originOf(path: string): string {
  const scope = readConfigPath(path)?.scope;
  if (scope === undefined) return path;
  return scope.type === 'device' ? 'this device' : describeScope(scope, () => undefined);
}
