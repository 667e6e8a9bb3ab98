import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { readPermissionRule, readPermissionsKey } from '../../../core/config/permission-rule.ts';
import type { CborValue } from '../../../core/wire/encoding/cbor.ts';
import { POWERS } from '../../../core/wire/entry/permissions.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import type { TableState } from '../../components/table-state.ts';
import type { ConfigKeyRow } from '../config/config-keys.ts';
import { changeColumn, writtenColumns } from '../config/row-columns.tsx';
import { describeScope } from '../config/scope-words.ts';
import { useDeviceNames } from '../config/useDeviceNames.ts';
import { useRefusal } from '../FleetContext.tsx';
import { Section } from '../frame/Page.tsx';
import { PermissionRuleDialog } from './PermissionRuleDialog.tsx';
import { POWER_WORDS } from './permission-words.ts';

/** The rules of the config that say at most what releases are granted. */
export function PermissionRulesSection(props: {
  readonly keys: readonly ConfigKeyRow[];
  readonly onRemove: (row: ConfigKeyRow) => void;
}) {
  const { keys, onRemove } = props;
  const rules = useMemo(() => keys.filter(({ key }) => readPermissionsKey(key) !== undefined), [keys]);
  const notAllowed = useRefusal('configure');
  const deviceName = useDeviceNames();
  const [edited, setEdited] = useState<ConfigKeyRow | 'new'>();
  const [state, setState] = useState<TableState>({ sortKey: 'product', descending: false, page: 1 });
  const columns = useMemo(
    () => columnsFor({ deviceName, onChange: setEdited, onRemove }),
    [deviceName, onRemove],
  );
  return (
    <Section
      title="What releases are granted"
      aside={
        <Button
          size="compact-sm"
          variant="default"
          disabled={notAllowed !== ''}
          title={notAllowed}
          onClick={() => setEdited('new')}
        >
          Add a rule
        </Button>
      }
    >
      <DataTable
        label="Rules of permissions"
        columns={columns}
        rows={rules}
        rowKey={(row) => row.path}
        rowName={productOf}
        rowAttributes={(row) => ({ 'data-testid': 'permission-rule', 'data-key': row.key })}
        state={state}
        onState={(changes) => setState({ ...state, ...changes })}
        empty={
          <EmptyNote title="No rule is set">
            Devices grant a release what it asks for and what was agreed to at its rollout. A rule withholds
            some of that, for one product or all, in the fleet or at a site.
          </EmptyNote>
        }
      />
      {edited === undefined ? null : (
        <PermissionRuleDialog
          row={edited === 'new' ? undefined : edited}
          keys={rules}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Section>
  );
}

function productOf({ key }: ConfigKeyRow): string {
  return readPermissionsKey(key)?.product ?? 'All products';
}

function columnsFor(deps: {
  readonly deviceName: ReturnType<typeof useDeviceNames>;
  readonly onChange: (row: ConfigKeyRow) => void;
  readonly onRemove: (row: ConfigKeyRow) => void;
}): readonly Column<ConfigKeyRow>[] {
  const scopeOf = (row: ConfigKeyRow) => describeScope(row.scope, deps.deviceName);
  return [
    { key: 'product', title: 'Product', card: 'title', sortBy: productOf, cell: productOf },
    { key: 'scope', title: 'For', sortBy: scopeOf, cell: scopeOf },
    { key: 'rule', title: 'At most', card: 'wide', cell: (row) => <Rule json={row.text} /> },
    ...writtenColumns<ConfigKeyRow>(),
    changeColumn({
      nameOf: (row) => `the rule of ${productOf(row)} for ${scopeOf(row)}`,
      onChange: deps.onChange,
      onRemove: deps.onRemove,
    }),
  ];
}

function Rule(props: { readonly json: string }) {
  const rule = readRule(props.json);
  if (rule === undefined)
    return <span className="ff-problem">It cannot be read, so devices grant nothing under it</span>;
  const { reach, popups, powers } = rule;
  const withheld = POWERS.filter((power) => !powers.includes(power));
  const words = [
    reach === 'any' ? 'reaches what it asks for' : `reaches ${listOf(reach)}`,
    popups === 'any' ? 'opens what pages it asks for' : `opens pages of ${listOf(popups)}`,
    ...(withheld.length === 0 ? ['every power'] : powers.map((power) => POWER_WORDS[power])),
  ];
  return <span className="ff-break">{words.join(', ')}</span>;
}

function listOf(addresses: readonly string[]): string {
  return addresses.length === 0 ? 'nobody' : addresses.join(' ');
}

function readRule(json: string) {
  try {
    return readPermissionRule(JSON.parse(json) as CborValue);
  } catch {
    return undefined;
  }
}
