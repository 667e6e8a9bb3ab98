import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import type { TableState } from '../../components/table-state.ts';
import { useRefusal } from '../FleetContext.tsx';
import { Section } from '../frame/Page.tsx';
import { ledgerAddress } from '../ledger/paths.ts';
import { useLedger } from '../ledger/useLedger.ts';
import { RemoveServiceDialog } from './RemoveServiceDialog.tsx';
import { changeColumn, writtenColumns } from './row-columns.tsx';
import { ServiceDialog } from './ServiceDialog.tsx';
import { listServices, type ServiceRow } from './service-rows.ts';

type Dialog =
  | { readonly type: 'set'; readonly service: ServiceRow | undefined }
  | { readonly type: 'remove'; readonly service: ServiceRow };

/** The fleet's service directory: what releases find by name. */
export function ServicesSection() {
  const ledger = useLedger();
  const services = useMemo(() => listServices(ledger), [ledger]);
  const notAllowed = useRefusal('configure');
  const [dialog, setDialog] = useState<Dialog>();
  const [state, setState] = useState<TableState>({ sortKey: 'name', descending: false, page: 1 });
  const columns = useMemo(() => columnsFor(setDialog), []);
  const close = () => setDialog(undefined);
  const names = services.map(({ name }) => name);
  return (
    <Section
      title="Services"
      aside={
        <Button
          size="compact-sm"
          variant="default"
          disabled={notAllowed !== ''}
          title={notAllowed}
          onClick={() => setDialog({ type: 'set', service: undefined })}
        >
          Add a service
        </Button>
      }
    >
      <DataTable
        label="Services"
        columns={columns}
        rows={services}
        rowKey={(row) => row.path}
        rowName={(row) => row.name}
        rowAttributes={(row) => ({ 'data-testid': 'service-row', 'data-name': row.name })}
        state={state}
        onState={(changes) => setState({ ...state, ...changes })}
        empty={
          <EmptyNote title="No service is named yet">
            Name a printer or a till server once, and every release finds its address as fieldfare.services.
          </EmptyNote>
        }
      />
      {dialog?.type === 'set' ? (
        <ServiceDialog service={dialog.service} names={names} onClose={close} />
      ) : null}
      {dialog?.type === 'remove' ? <RemoveServiceDialog service={dialog.service} onClose={close} /> : null}
    </Section>
  );
}

function columnsFor(open: (dialog: Dialog) => void): readonly Column<ServiceRow>[] {
  return [
    {
      key: 'name',
      title: 'Name',
      card: 'title',
      sortBy: (row) => row.name,
      cell: (row) => <a href={`#${ledgerAddress({ path: row.path })}`}>{row.name}</a>,
    },
    {
      key: 'address',
      title: 'Address',
      card: 'wide',
      sortBy: (row) => row.address,
      cell: (row) =>
        row.address === '' ? (
          <span className="ff-problem">No service: releases are not told of it</span>
        ) : (
          <span className="ff-code ff-break">{row.address}</span>
        ),
    },
    { key: 'note', title: 'Note', card: 'wide', cell: (row) => <span className="ff-break">{row.note}</span> },
    ...writtenColumns<ServiceRow>(),
    changeColumn({
      nameOf: (row) => `service ${row.name}`,
      onChange: (service) => open({ type: 'set', service }),
      onRemove: (service) => open({ type: 'remove', service }),
    }),
  ];
}
