import { EmptyNote } from '../components/EmptyNote.tsx';
import { useHashPath } from './hash-location.ts';
import { Page } from './Page.tsx';

/** An address that names nothing that this node knows. */
export function MissingPage(props: { readonly what?: string }) {
  const [path] = useHashPath();
  if (path.startsWith('/join/')) {
    return (
      <Page name="join" title="This browser is in a fleet already">
        <EmptyNote
          title="One browser profile, one fleet"
          action={<a href="#/settings">Open Settings to leave this fleet</a>}
        >
          To join with this link, open it in another browser profile, or leave this fleet first.
        </EmptyNote>
      </Page>
    );
  }
  return (
    <Page name="missing" title="Nothing here">
      <EmptyNote
        title={`No ${props.what ?? 'page'} has this address`}
        action={<a href="#/">Go to the overview</a>}
      >
        {props.what === undefined
          ? 'The link may be cut short.'
          : `This node may not have heard of the ${props.what} yet; it appears here as soon as it does.`}
      </EmptyNote>
    </Page>
  );
}
