import { growthBetween } from '../../../core/rollout/permission-growth.ts';
import type { DeclaredPermissions } from '../../../core/wire/entry/permissions.ts';
import { StatusMark } from '../../components/StatusMark.tsx';
import { itemsOf } from './permission-words.ts';

/** What a release asks for, line by line, held against the version before where there is one. */
export function PermissionList(props: {
  readonly permissions: DeclaredPermissions;
  readonly before: { readonly label: string; readonly permissions: DeclaredPermissions } | undefined;
}) {
  const { permissions, before } = props;
  if (permissions.unreadable)
    return <p className="ff-problem">What it asks for cannot be read, so devices grant it nothing.</p>;
  const growth = before && growthBetween(before.permissions, permissions);
  const added = new Set(growth === undefined ? [] : itemsOf(growth).map(({ key }) => key));
  const gone = before && growthBetween(permissions, { ...before.permissions, unknown: [] });
  const items = itemsOf(permissions);
  return (
    <>
      {items.length === 0 ? (
        <p className="ff-quiet">Nothing: it shows its own files and reaches nobody.</p>
      ) : (
        <ul className="ff-list">
          {items.map(({ key, words }) => (
            <li key={key} className="ff-row" data-testid="permission" data-added={added.has(key)}>
              <span className="ff-break ff-grow">{capital(words)}</span>
              {added.has(key) ? <StatusMark status={{ tone: 'warning', label: 'New' }} /> : null}
            </li>
          ))}
        </ul>
      )}
      {before === undefined ? null : (
        <p className="ff-quiet ff-break">
          {growth === undefined
            ? `Nothing that ${before.label} did not ask for.`
            : `Marked: what ${before.label} did not ask for.`}
          {gone === undefined
            ? ''
            : ` No longer: ${itemsOf(gone)
                .map(({ words }) => words)
                .join(', ')}.`}
        </p>
      )}
    </>
  );
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
