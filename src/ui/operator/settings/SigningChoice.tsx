import { Checkbox, Radio } from '@mantine/core';
import { useState } from 'react';
import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import type { Signing } from '../../../store/commands/authority.ts';
import { useFleet, useOpenSession } from '../FleetContext.tsx';

export interface SigningForm {
  readonly signing: Signing;
  /** Others must sign what this browser signs first. */
  readonly isProposal: boolean;
  /** Why it cannot be signed so; empty when it can. */
  readonly refusal: string;
  readonly element: React.ReactNode;
}

/** Which keys of the root sign, this browser's always among them. */
export function useRootSigners(): {
  readonly signers: readonly NodeId[];
  readonly refusal: string;
  readonly element: React.ReactNode;
} {
  const root = useFleet((model) => model.root);
  const { self } = useOpenSession();
  const [silent, setSilent] = useState<ReadonlySet<string>>(new Set());
  const signers = root.keys.filter(({ id }) => id === self || !silent.has(id));
  const toggle = (id: string) => {
    const next = new Set(silent);
    if (!next.delete(id)) next.add(id);
    setSilent(next);
  };
  return {
    signers: signers.map(({ id }) => id),
    refusal: signers.length < root.threshold ? `The root needs ${root.threshold} of its keys to sign.` : '',
    element: (
      <fieldset className="ff-plain-fieldset ff-stack">
        <legend>Who signs this</legend>
        {root.keys.map((key) => (
          <Checkbox
            key={key.id}
            label={`${key.name} signs`}
            checked={key.id === self || !silent.has(key.id)}
            disabled={key.id === self}
            onChange={() => toggle(key.id)}
          />
        ))}
        <p className="ff-quiet">All who are ticked must sign; the root asks for {root.threshold}.</p>
      </fieldset>
    ),
  };
}

/** Whether this browser signs alone or proposes in the root's name; asked only where it holds one of several root keys. */
export function useSigningChoice(): SigningForm {
  const root = useFleet((model) => model.root);
  const { self } = useOpenSession();
  const [asRoot, setAsRoot] = useState(false);
  const { signers, refusal, element } = useRootSigners();
  const offered = root.threshold > 1 && root.keys.some(({ id }) => id === self);
  if (!offered || !asRoot)
    return {
      signing: { type: 'alone' },
      isProposal: false,
      refusal: '',
      element: offered ? <Choice asRoot={false} onChange={setAsRoot} /> : null,
    };
  return {
    signing: { type: 'as-root', signers },
    isProposal: true,
    refusal,
    element: (
      <>
        <Choice asRoot onChange={setAsRoot} />
        {element}
      </>
    ),
  };
}

function Choice(props: { readonly asRoot: boolean; readonly onChange: (asRoot: boolean) => void }) {
  return (
    <Radio.Group
      label="In whose name"
      value={props.asRoot ? 'root' : 'alone'}
      onChange={(value) => props.onChange(value === 'root')}
    >
      <div className="ff-stack">
        <Radio value="alone" label="This browser’s own rights, at once" />
        <Radio value="root" label="The root, by a proposal that other root keys sign" />
      </div>
    </Radio.Group>
  );
}
