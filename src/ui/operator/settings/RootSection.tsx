import { Button } from '@mantine/core';
import { useState } from 'react';
import { CopyButton } from '../../components/CopyButton.tsx';
import { shortId } from '../../components/format.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { QrCode } from '../../components/QrCode.tsx';
import { useFleet, useOpenSession } from '../FleetContext.tsx';
import { CosignProposal } from './CosignProposal.tsx';
import { GrantByRoot } from './GrantByRoot.tsx';
import { ProposeRoot } from './ProposeRoot.tsx';
import './authority.css';

/** Who holds the root, what is wrong with it, and the ways to change it. */
export function RootSection() {
  const root = useFleet((model) => model.root);
  const people = useFleet((model) => model.people);
  const { self } = useOpenSession();
  const [open, setOpen] = useState<'propose' | 'grant' | 'cosign' | 'key' | undefined>();
  const close = () => setOpen(undefined);
  const grantAlone = people.filter(
    ({ kind, mayGrant, standing }) => kind === 'person' && mayGrant && standing === 'counts',
  );
  return (
    <div className="ff-stack">
      {root.forkedAt === undefined ? null : (
        <p role="alert" className="ff-problem">
          Two roots of version {root.forkedAt} stand against each other. Nothing that rests on either counts,
          and no further root can follow. Find out which key holders signed both.
        </p>
      )}
      {root.quarantined.map(({ author, proof }) => (
        <p key={author.id} className="ff-problem" data-testid="quarantined">
          {author.name} signed two entries with one number, so from there on nothing by this key counts.
          Either the key was copied, or its browser was set back. The proof: entries{' '}
          <span className="ff-code ff-break">{proof[0]}</span> and{' '}
          <span className="ff-code ff-break">{proof[1]}</span>.
        </p>
      ))}
      <p data-testid="root-facts" data-version={root.version} data-threshold={root.threshold}>
        Version {root.version}: {root.threshold} of {root.keys.length}{' '}
        {root.keys.length === 1 ? 'key' : 'keys'} must sign for the root.
      </p>
      <ul className="ff-list" aria-label="Root keys">
        {root.keys.map((key) => (
          <li key={key.id} className="ff-row">
            {key.name}
            {key.self ? ' (this browser)' : ''}
            <span className="ff-code ff-quiet" title={key.id}>
              {shortId(key.id)}
            </span>
          </li>
        ))}
      </ul>
      {root.threshold > 1 && grantAlone.length > 0 ? (
        <p className="ff-note">
          Splitting the root takes back no grant:{' '}
          {[...new Set(grantAlone.map(({ name }) => name))].join(', ')} may still pass on their own rights
          alone.
        </p>
      ) : null}
      <div className="ff-row">
        <Button variant="default" onClick={() => setOpen('propose')} disabled={root.forkedAt !== undefined}>
          Change root keys
        </Button>
        {root.threshold > 1 && root.keys.some(({ id }) => id === self) ? (
          <Button variant="default" onClick={() => setOpen('grant')} disabled={root.forkedAt !== undefined}>
            Grant in the root’s name
          </Button>
        ) : null}
        <Button variant="default" onClick={() => setOpen('cosign')} disabled={root.forkedAt !== undefined}>
          Sign a proposal
        </Button>
        <Button variant="default" onClick={() => setOpen('key')}>
          Show this key
        </Button>
      </div>
      {open === 'propose' ? <ProposeRoot onClose={close} /> : null}
      {open === 'grant' ? <GrantByRoot onClose={close} /> : null}
      {open === 'cosign' ? <CosignProposal onClose={close} /> : null}
      {open === 'key' ? (
        <ModalDialog title="The key of this browser" onClose={close}>
          <div className="ff-shared-link">
            <QrCode text={self} label="QR code of this key" sizePx={192} />
            <div className="ff-stack">
              <p className="ff-quiet">
                Give it to whoever proposes a root with you in it. It is no secret; say it over a channel on
                which they know that it is you.
              </p>
              <output className="ff-code ff-break" data-testid="own-key">
                {self}
              </output>
              <div>
                <CopyButton text={self} label="Copy key" />
              </div>
            </div>
          </div>
        </ModalDialog>
      ) : null}
    </div>
  );
}
