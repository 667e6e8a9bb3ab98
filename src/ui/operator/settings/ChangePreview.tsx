import type { AuthorityPreview, EntryRow } from '../../../store/authority-model.ts';
import { Ago } from '../../components/Ago.tsx';
import { countOf } from '../../components/format.ts';

const SHOWN = 20;

/** From so many entries and paths on, a change is confirmed by typing. A guess: what fits on the screen is read, more is not. */
export const MANY_CHANGES = 5;

export function sizeOf(preview: AuthorityPreview): number {
  return preview.stopCounting.length + preview.countAgain.length + preview.paths.length;
}

/** What a signature would change, computed from this browser's own ledger. */
export function ChangePreview(props: { readonly preview: AuthorityPreview }) {
  const { stopCounting, countAgain, paths, openInvitations } = props.preview;
  return (
    <div className="ff-stack" data-testid="change-preview">
      <h3>What changes</h3>
      {sizeOf(props.preview) === 0 ? (
        <p>Nothing that is known here changes. What the key signs from now on will not count.</p>
      ) : null}
      <Entries title="would no longer count" rows={stopCounting} />
      <Entries title="would count again" rows={countAgain} />
      {paths.length === 0 ? null : (
        <div className="ff-stack">
          <h3>{countOf(paths.length, 'path')} would change</h3>
          <ul className="ff-list">
            {paths.slice(0, SHOWN).map(({ path, before, after }) => (
              <li key={path}>
                <span className="ff-code ff-break">{path}</span>{' '}
                <span className="ff-quiet">
                  {before || 'nothing'} → {after || 'nothing'}
                </span>
              </li>
            ))}
          </ul>
          <More count={paths.length} />
        </div>
      )}
      {openInvitations.length === 0 ? null : (
        <p className="ff-note">
          {countOf(openInvitations.length, 'invitation or backup', 'invitations and backups')} that this key
          made can still be taken up: {openInvitations.map(({ name }) => name).join(', ')}. Revoke them too,
          in the table of people.
        </p>
      )}
    </div>
  );
}

function Entries(props: { readonly title: string; readonly rows: readonly EntryRow[] }) {
  if (props.rows.length === 0) return null;
  return (
    <div className="ff-stack">
      <h3>
        {countOf(props.rows.length, 'entry', 'entries')} {props.title}
      </h3>
      <ul className="ff-list">
        {props.rows.slice(0, SHOWN).map((row) => (
          <li key={row.entry}>
            {row.authorName}: {row.action} <span className="ff-code ff-break">{row.path}</span>{' '}
            <span className="ff-quiet">
              <Ago atMs={row.timeMs} />
            </span>
          </li>
        ))}
      </ul>
      <More count={props.rows.length} />
    </div>
  );
}

function More(props: { readonly count: number }) {
  return props.count > SHOWN ? <p className="ff-quiet">and {props.count - SHOWN} more</p> : null;
}
