import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { EntryId } from '../../../core/wire/encoding/ids.ts';
import type { NamedKey } from '../../../store/authority-model.ts';
import type { SigningOutcome } from '../../../store/commands/authority.ts';
import { shortId } from '../../components/format.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands, useFleet, useOpenSession } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { SignedBefore } from './CosignProposal.tsx';
import { ProposalText } from './ProposalText.tsx';
import { readKey } from './read-key.ts';

/** The next root: which keys, how many of them, and who signs it. */
export function ProposeRoot(props: { readonly onClose: () => void }) {
  const commands = useCommands();
  const root = useFleet((model) => model.root);
  const people = useFleet((model) => model.people);
  const { self } = useOpenSession();
  const [extra, setExtra] = useState<readonly NamedKey[]>([]);
  const [typedKey, setTypedKey] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(root.keys.map(({ id }) => id)));
  const [silent, setSilent] = useState<ReadonlySet<string>>(new Set());
  const [threshold, setThreshold] = useState(root.threshold);
  const [outcome, setOutcome] = useState<SigningOutcome | undefined>();
  const [signedBefore, setSignedBefore] = useState<EntryId | undefined>();
  const [destroyed, setDestroyed] = useState(false);
  useEffect(() => {
    commands.authority.signedRoot().then(setSignedBefore, () => {});
  }, [commands]);
  const persons = people.filter(({ kind, standing }) => kind === 'person' && standing === 'counts');
  const known = new Map<string, NamedKey>(
    [...root.keys, ...persons, ...extra].map((key) => [
      key.id,
      { id: key.id, name: key.name, self: key.self },
    ]),
  );
  const keys = [...known.values()].filter(({ id }) => chosen.has(id));
  const involved = [...known.values()].filter(
    ({ id }) => chosen.has(id) || root.keys.some((key) => key.id === id),
  );
  const signers = involved.filter(({ id }) => id === self || !silent.has(id));
  const form = useCommandForm(
    () =>
      commands.authority.proposeRoot({
        keys: keys.map(({ id }) => id),
        threshold: Math.min(threshold, keys.length),
        signers: signers.map(({ id }) => id),
        instead: destroyed ? signedBefore : undefined,
      }),
    setOutcome,
  );
  const typed = readKey(typedKey);
  const toggle = (set: ReadonlySet<string>, id: string) => {
    const next = new Set(set);
    if (!next.delete(id)) next.add(id);
    return next;
  };
  return (
    <ModalDialog title="Change root keys" onClose={props.onClose}>
      {outcome !== undefined ? (
        <ProposalText outcome={outcome} forRoot />
      ) : (
        <form className="ff-stack" aria-label="Change root keys" onSubmit={form.submit}>
          <p className="ff-quiet">
            Root keys grant and take back every right. With several of them, no single stolen or lost browser
            ends the fleet.
          </p>
          <fieldset className="ff-plain-fieldset ff-stack">
            <legend>Keys of the next root</legend>
            {[...known.values()].map((key) => (
              <Checkbox
                key={key.id}
                label={`${key.name}${key.self ? ' (this browser)' : ''}, ${shortId(key.id)}`}
                checked={chosen.has(key.id)}
                onChange={() => setChosen(toggle(chosen, key.id))}
              />
            ))}
          </fieldset>
          <TextInput
            label="Add another key"
            description="As its holder's Settings show it: 43 letters and digits"
            spellCheck={false}
            classNames={{ input: 'ff-code' }}
            value={typedKey}
            error={
              typedKey.trim() !== '' && typed === undefined ? 'This is no key. Copy it again.' : undefined
            }
            onChange={(event) => {
              const key = readKey(event.currentTarget.value);
              if (key === undefined) return setTypedKey(event.currentTarget.value);
              setExtra([...extra, { id: key, name: 'Added key', self: key === self }]);
              setChosen(new Set([...chosen, key]));
              setTypedKey('');
            }}
          />
          <NativeSelect
            label="How many must sign for the root"
            value={String(Math.min(threshold, Math.max(1, keys.length)))}
            data={Array.from({ length: Math.max(1, keys.length) }, (_, index) => ({
              value: String(index + 1),
              label: `${index + 1} of ${keys.length}`,
            }))}
            onChange={(event) => setThreshold(Number(event.currentTarget.value))}
          />
          <fieldset className="ff-plain-fieldset ff-stack">
            <legend>Who signs this change</legend>
            {involved.map((key) => (
              <Checkbox
                key={key.id}
                label={`${key.name} signs`}
                checked={key.id === self || !silent.has(key.id)}
                disabled={key.id === self}
                onChange={() => setSilent(toggle(silent, key.id))}
              />
            ))}
            <p className="ff-quiet">
              All who are ticked must sign. A new key that signs has proved that somebody holds it.
            </p>
          </fieldset>
          {signedBefore === undefined ? null : (
            <SignedBefore id={signedBefore} destroyed={destroyed} onChange={setDestroyed} />
          )}
          <FormEnd
            form={form}
            label={signers.length > 1 ? 'Sign and make proposal' : 'Sign new root'}
            busyLabel="Signing"
            refusal={
              keys.length === 0
                ? 'Choose at least one key.'
                : signedBefore !== undefined && !destroyed
                  ? 'Another proposal of this version was signed here.'
                  : ''
            }
          />
        </form>
      )}
    </ModalDialog>
  );
}
