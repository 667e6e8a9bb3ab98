import { Checkbox, Group, NativeSelect, Radio, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ConfigScope } from '../../../core/config/config.ts';
import {
  permissionsKey,
  readPermissionRule,
  readPermissionsKey,
} from '../../../core/config/permission-rule.ts';
import type { CborValue } from '../../../core/wire/encoding/cbor.ts';
import { POWERS } from '../../../core/wire/entry/permissions.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import type { ConfigKeyRow } from '../config/config-keys.ts';
import { useCommands, useFleet, useRefusal } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { notifyDone } from '../frame/notify.ts';
import { POWER_WORDS } from './permission-words.ts';
import './permissions.css';
import {
  type AddressDraft,
  draftOf,
  OPEN_DRAFT,
  problemWithRule,
  type RuleDraft,
  valueOfDraft,
} from './rule-draft.ts';

const ALL = '';

/** Signs a rule: a new one for the fleet or a site, or another in place of one that is there, of whatever scope. */
export function PermissionRuleDialog(props: {
  readonly row: ConfigKeyRow | undefined;
  readonly keys: readonly ConfigKeyRow[];
  readonly onClose: () => void;
}) {
  const { row } = props;
  const commands = useCommands();
  const notAllowed = useRefusal('configure');
  const releases = useFleet((model) => model.releases);
  const sites = useFleet((model) => model.sites);
  const products = useMemo(() => [...new Set(releases.map(({ product }) => product))], [releases]);
  const [product, setProduct] = useState(
    row === undefined ? ALL : (readPermissionsKey(row.key)?.product ?? ALL),
  );
  const [site, setSite] = useState(ALL);
  const [draft, setDraft] = useState<RuleDraft>(() => startOf(row));
  const scope: ConfigScope = row?.scope ?? (site === ALL ? { type: 'fleet' } : { type: 'site', site });
  const key = permissionsKey(product === ALL ? undefined : product);
  const problem = problemWithRule(draft);
  const form = useCommandForm(
    () => commands.config.set({ scope, key, value: valueOfDraft(draft) }),
    () => {
      notifyDone(
        'The rule is set',
        'Signed. Running releases that it concerns are opened anew when it reaches their device.',
      );
      props.onClose();
    },
  );
  const taken =
    row === undefined &&
    props.keys.some((other) => other.key === key && JSON.stringify(other.scope) === JSON.stringify(scope));
  const refusal =
    notAllowed ||
    (taken ? 'There is a rule for these: change it instead.' : '') ||
    (problem === '' ? '' : 'Mend the addresses.');
  return (
    <ModalDialog title={row === undefined ? 'Add a rule' : 'Change a rule'} onClose={props.onClose}>
      <form className="ff-stack" aria-label="Rule of permissions" onSubmit={form.submit}>
        {row === undefined ? (
          <div className="ff-two">
            <NativeSelect
              label="Product"
              data={[{ value: ALL, label: 'All products' }, ...products]}
              value={product}
              onChange={(event) => setProduct(event.currentTarget.value)}
            />
            <NativeSelect
              label="For"
              data={[
                { value: ALL, label: 'The whole fleet' },
                ...sites.map(({ name }) => ({ value: name, label: `Site ${name}` })),
              ]}
              value={site}
              onChange={(event) => setSite(event.currentTarget.value)}
            />
          </div>
        ) : null}
        <AddressFields
          label="It may reach"
          draft={draft.reach}
          example="https://api.example.com"
          onChange={(reach) => setDraft({ ...draft, reach })}
        />
        <AddressFields
          label="It may open pages in a window of"
          draft={draft.popups}
          example="https://pay.example.com"
          onChange={(popups) => setDraft({ ...draft, popups })}
        />
        <Checkbox.Group
          label="Where it asks for it, a release"
          value={[...draft.powers]}
          onChange={(chosen) =>
            setDraft({ ...draft, powers: POWERS.filter((power) => chosen.includes(power)) })
          }
        >
          <div className="ff-powers">
            {POWERS.map((power) => (
              <Checkbox key={power} value={power} label={POWER_WORDS[power]} />
            ))}
          </div>
        </Checkbox.Group>
        {problem === '' ? null : <p className="ff-problem ff-break">{problem}</p>}
        <p className="ff-quiet">
          A rule grants nothing by itself. Where several concern a device and a product, all of them hold.
        </p>
        <FormEnd form={form} label="Sign rule" busyLabel="Signing" refusal={refusal} />
      </form>
    </ModalDialog>
  );
}

function AddressFields(props: {
  readonly label: string;
  readonly draft: AddressDraft;
  readonly example: string;
  readonly onChange: (draft: AddressDraft) => void;
}) {
  const { draft } = props;
  return (
    <>
      <Radio.Group
        label={props.label}
        value={draft.type}
        onChange={(type) => props.onChange({ ...draft, type: type as AddressDraft['type'] })}
      >
        <Group mt={8} gap={8} className="ff-choices">
          <Radio value="any" label="whatever it asks for" />
          <Radio value="named" label="these, where it asks for them" />
          <Radio value="none" label="nothing" />
        </Group>
      </Radio.Group>
      {draft.type === 'named' ? (
        <Textarea
          aria-label={`${props.label}, one address a line`}
          placeholder={props.example}
          rows={3}
          spellCheck={false}
          classNames={{ input: 'ff-code' }}
          value={draft.typed}
          onChange={(event) => props.onChange({ ...draft, typed: event.currentTarget.value })}
        />
      ) : null}
    </>
  );
}

/** What stands there; a rule that cannot be read is begun anew. */
function startOf(row: ConfigKeyRow | undefined): RuleDraft {
  if (row === undefined) return OPEN_DRAFT;
  try {
    return draftOf(readPermissionRule(JSON.parse(row.text) as CborValue));
  } catch {
    return OPEN_DRAFT;
  }
}
