import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ConfigScope } from '../../../core/config/config.ts';
import { STRIP_KEY, stripProblem } from '../../../core/config/strip.ts';
import type { CborValue } from '../../../core/wire/encoding/cbor.ts';
import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import type { DeviceRow } from '../../../store/model.ts';
import { countOf } from '../../components/format.ts';
import { useCommands, useFleet, useRefusal } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { notifyDone } from '../frame/notify.ts';
import type { ConfigKeyRow } from './config-keys.ts';
import { editConfigValue, readConfigValue, type ValueKind } from './config-value.ts';
import { describeScope, selectorOf } from './scope-words.ts';
import { useDeviceNames } from './useDeviceNames.ts';

type ScopeType = ConfigScope['type'];

const SCOPE_TYPES: readonly { readonly value: ScopeType; readonly label: string }[] = [
  { value: 'fleet', label: 'The whole fleet' },
  { value: 'site', label: 'A site' },
  { value: 'label', label: 'A label' },
  { value: 'device', label: 'One device' },
];

const VALUE_KINDS: readonly { readonly value: ValueKind; readonly label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'json', label: 'JSON: number, true, false, list or map' },
];

/** Signs a value for one key of one scope. `edited` fills it with a key that is set; remount it for another one. */
export function SetConfigForm(props: {
  readonly edited: ConfigKeyRow | undefined;
  readonly keys: readonly ConfigKeyRow[];
  readonly onDone: () => void;
}) {
  const { edited } = props;
  const commands = useCommands();
  const deviceName = useDeviceNames();
  const start = edited === undefined ? { kind: 'text' as const, typed: '' } : editConfigValue(edited.text);
  const [scopeType, setScopeType] = useState<ScopeType>(edited?.scope.type ?? 'fleet');
  const [target, setTarget] = useState(edited === undefined ? '' : targetOf(edited.scope));
  const [key, setKey] = useState(edited?.key ?? '');
  const [kind, setKind] = useState<ValueKind>(start.kind);
  const [typed, setTyped] = useState(start.typed);
  const valueField = useRef<HTMLTextAreaElement>(null);
  const targets = useTargets(scopeType, edited?.scope);
  const scope = readScope(scopeType, target);
  const reading = readConfigValue(kind, typed);
  const problem =
    reading.type === 'problem' ? reading.problem : stripProblem(key.trim(), reading.value as CborValue);
  const notAllowed = useRefusal('configure');
  useEffect(() => {
    if (edited !== undefined) valueField.current?.focus();
  }, [edited]);

  const form = useCommandForm(
    async () => {
      if (scope === undefined || reading.type === 'problem') return undefined;
      await commands.config.set({ scope, key: key.trim(), value: reading.value });
      return scope;
    },
    (done) => {
      if (done === undefined) return;
      notifyDone(
        `"${key.trim()}" is set for ${describeScope(done, deviceName)}`,
        'Signed. Running releases get it as soon as the entry reaches their device.',
      );
      setKey('');
      setTyped('');
      props.onDone();
    },
  );
  const refusal =
    notAllowed ||
    (scope === undefined ? `Choose the ${scopeType}.` : '') ||
    (key.trim() === '' ? 'Give the key.' : '') ||
    (problem === '' ? '' : 'Mend the value.');
  return (
    <form className="ff-stack" aria-label="Set a key" onSubmit={form.submit}>
      <NativeSelect
        label="For"
        data={SCOPE_TYPES}
        value={scopeType}
        onChange={(event) => {
          const next = SCOPE_TYPES.find(({ value }) => value === event.currentTarget.value);
          setScopeType(next?.value ?? 'fleet');
          setTarget('');
        }}
      />
      {scopeType === 'fleet' ? null : (
        <NativeSelect
          label={{ site: 'Site', label: 'Label', device: 'Device' }[scopeType]}
          data={[
            {
              value: '',
              label: targets.length === 0 ? `No ${scopeType} is known yet` : `Choose a ${scopeType}`,
            },
            ...targets,
          ]}
          value={target}
          onChange={(event) => setTarget(event.currentTarget.value)}
        />
      )}
      <TextInput
        label="Key"
        description={
          key.trim() === STRIP_KEY
            ? 'What a kiosk says over its running app: off, progress (of an update), or all (reasons too).'
            : undefined
        }
        maxLength={80}
        autoComplete="off"
        list="config-keys"
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <datalist id="config-keys">
        {[...new Set([STRIP_KEY, ...props.keys.map((row) => row.key)])].map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <NativeSelect
        label="Written as"
        data={VALUE_KINDS}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value === 'json' ? 'json' : 'text')}
      />
      <Textarea
        ref={valueField}
        label="Value"
        autosize={false}
        rows={4}
        spellCheck={false}
        value={typed}
        error={problem !== '' && typed !== '' ? problem : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Effect scope={scope} name={key.trim()} keys={props.keys} />
      <FormEnd form={form} label="Sign and set" busyLabel="Signing" refusal={refusal} />
    </form>
  );
}

/** Whom it reaches, and what it replaces. */
function Effect(props: {
  readonly scope: ConfigScope | undefined;
  readonly name: string;
  readonly keys: readonly ConfigKeyRow[];
}) {
  const commands = useCommands();
  const devices = useFleet((model) => model.devices);
  const { scope, name } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answer changes with the devices
  const count = useMemo(
    () => (scope === undefined ? 0 : commands.rollouts.preview(selectorOf(scope)).length),
    [commands, scope === undefined ? '' : JSON.stringify(scope), devices],
  );
  if (scope === undefined) return null;
  const before = props.keys.find(
    (row) => row.key === name && JSON.stringify(row.scope) === JSON.stringify(scope),
  );
  return (
    <p className="ff-quiet" role="status">
      {countOf(count, 'device')} in this scope now.
      {before === undefined ? '' : ` It replaces ${shorten(before.text)}, set by ${before.author}.`}
    </p>
  );
}

function shorten(json: string): string {
  return json.length > 60 ? `${json.slice(0, 59)}…` : json;
}

/** What there is to choose from, with the edited key's own scope even when no device is there any more. */
function useTargets(
  type: ScopeType,
  edited: ConfigScope | undefined,
): readonly { readonly value: string; readonly label: string }[] {
  const devices = useFleet((model) => model.devices);
  const deviceName = useDeviceNames();
  return useMemo(() => {
    const targets = new Map(scopesAmong(type, devices).map((scope) => [targetOf(scope), scope]));
    if (edited?.type === type) targets.set(targetOf(edited), edited);
    return [...targets]
      .map(([value, scope]) => ({ value, label: describeScope(scope, deviceName).replace(/^\w+ /, '') }))
      .sort((a, b) => (a.label < b.label ? -1 : 1));
  }, [type, devices, deviceName, edited]);
}

function scopesAmong(type: ScopeType, devices: readonly DeviceRow[]): readonly ConfigScope[] {
  switch (type) {
    case 'fleet':
      return [];
    case 'site':
      return devices.map(({ site }) => ({ type, site }));
    case 'label':
      return devices.flatMap(({ labels }) =>
        Object.entries(labels).map(([label, value]) => ({ type, label, value })),
      );
    case 'device':
      return devices.map(({ id }) => ({ type, device: id }));
  }
}

/** A scope's place among those of its type, as the value of an option. */
function targetOf(scope: ConfigScope): string {
  switch (scope.type) {
    case 'fleet':
      return '';
    case 'site':
      return scope.site;
    case 'label':
      return JSON.stringify([scope.label, scope.value]);
    case 'device':
      return scope.device;
  }
}

function readScope(type: ScopeType, target: string): ConfigScope | undefined {
  if (type === 'fleet') return { type };
  if (target === '') return undefined;
  if (type === 'site') return { type, site: target };
  if (type === 'device') return { type, device: target as NodeId };
  const [label, value] = JSON.parse(target) as [string, string];
  return { type, label, value };
}
