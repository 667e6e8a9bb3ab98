import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { EntryRow } from '../../../store/authority-model.ts';
import type { SigningOutcome } from '../../../store/commands/authority.ts';
import { Ago } from '../../components/Ago.tsx';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { countOf } from '../../components/format.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import type { TableState } from '../../components/table-state.ts';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { notifyDone } from '../frame/notify.ts';
import { ChangePreview } from './ChangePreview.tsx';
import { ProposalText } from './ProposalText.tsx';
import { useSigningChoice } from './SigningChoice.tsx';
import { usePreview } from './usePreview.ts';

const COLUMNS: readonly Column<EntryRow>[] = [
  { key: 'path', title: 'Path', card: 'title', cell: (row) => <span className="ff-code">{row.path}</span> },
  { key: 'action', title: 'Action', sortBy: (row) => row.action, cell: (row) => row.action },
  { key: 'author', title: 'Signed by', sortBy: (row) => row.authorName, cell: (row) => row.authorName },
  { key: 'reason', title: 'Why it does not count', card: 'wide', cell: (row) => row.reason },
  { key: 'time', title: 'When', sortBy: (row) => row.timeMs, cell: (row) => <Ago atMs={row.timeMs} /> },
];

/** Entries that are in the log and do not count, and the way to bring named ones back. */
export function VoidedEntries() {
  const commands = useCommands();
  const revision = useFleet((model) => model.ledgerRevision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the reader answers anew when the ledger has changed
  const rows = useMemo(() => commands.authority.read().voided(), [commands, revision]);
  const [state, setState] = useState<TableState>({ sortKey: 'time', descending: true, page: 1 });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState(false);
  const picked = rows.filter(({ entry }) => chosen.has(entry));
  return (
    <div className="ff-stack">
      <DataTable
        label="Entries that do not count"
        columns={COLUMNS}
        rows={rows}
        rowKey={(row) => row.entry}
        rowName={(row) => `${row.action} ${row.path}`}
        rowAttributes={(row) => ({ 'data-testid': 'voided-entry', 'data-path': row.path })}
        state={state}
        onState={(changes) => setState({ ...state, ...changes })}
        selection={{ chosen, onChange: setChosen }}
        empty={<p className="ff-quiet">Every entry that this browser knows counts.</p>}
      />
      {rows.length === 0 ? null : (
        <div>
          <Button variant="default" disabled={picked.length === 0} onClick={() => setAsking(true)}>
            Bring back {picked.length === 0 ? 'chosen entries' : countOf(picked.length, 'entry', 'entries')}
          </Button>
        </div>
      )}
      {asking ? (
        <AckDialog
          rows={picked}
          onClose={() => setAsking(false)}
          onDone={() => {
            setChosen(new Set());
            setAsking(false);
          }}
        />
      ) : null}
    </div>
  );
}

function AckDialog(props: {
  readonly rows: readonly EntryRow[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const commands = useCommands();
  const entries = props.rows.map(({ entry }) => entry);
  const { signing, ...choice } = useSigningChoice();
  const [outcome, setOutcome] = useState<SigningOutcome | undefined>();
  const preview = usePreview(
    `${entries.join(' ')} ${signing.type === 'as-root' ? signing.signers.join() : ''}`,
    choice.refusal === '' ? () => commands.authority.previewAck({ entries, signing }) : undefined,
  );
  const form = useCommandForm(
    () => commands.authority.ack({ entries, signing }),
    (done) => {
      if (done.type === 'proposed') return setOutcome(done);
      notifyDone('Brought back', `${countOf(entries.length, 'entry counts', 'entries count')} again.`);
      props.onDone();
    },
  );
  const refusal =
    choice.refusal !== ''
      ? choice.refusal
      : preview.type === 'refused'
        ? preview.problem
        : preview.type === 'none'
          ? 'Computing what changes.'
          : '';
  const title = `Bring back ${countOf(entries.length, 'entry', 'entries')}`;
  if (outcome !== undefined)
    return (
      <ModalDialog title={title} onClose={props.onClose}>
        <ProposalText outcome={outcome} forRoot={false} />
      </ModalDialog>
    );
  return (
    <ModalDialog title={title} onClose={props.onClose}>
      <form className="ff-stack" aria-label="Bring entries back" onSubmit={form.submit}>
        <p>They will count whatever their key did before or does later. Look at each before you sign.</p>
        {choice.element}
        {preview.type === 'shown' ? <ChangePreview preview={preview.preview} /> : null}
        <FormEnd
          form={form}
          label={choice.isProposal ? 'Sign and make proposal' : 'Sign'}
          busyLabel="Signing"
          refusal={refusal}
        />
      </form>
    </ModalDialog>
  );
}
