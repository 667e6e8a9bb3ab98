import { EmptyNote } from '../../components/EmptyNote.tsx';
import { useCommands, useOpenSession } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { navigate, useHashPath } from './hash-location.ts';
import { Page } from './Page.tsx';

/** A join link in a browser that is in a fleet: a further invitation to that one, or to another. */
function JoinAgain() {
  const commands = useCommands();
  const { fleetName } = useOpenSession();
  const form = useCommandForm(
    () => commands.fleet.join(window.location.href, ''),
    () => navigate('/', { replace: true }),
  );
  return (
    <Page name="join" title="This browser is in a fleet already">
      <EmptyNote
        title="One browser profile, one fleet"
        action={<a href="#/settings">Open Settings to leave this fleet</a>}
      >
        To join another fleet with this link, open it in another browser profile, or leave this fleet first.
      </EmptyNote>
      <form className="ff-stack" aria-label="Take up an invitation" onSubmit={form.submit}>
        <p>If it is an invitation to {fleetName}, it gives this browser what it names.</p>
        <FormEnd form={form} label="Take it up here" busyLabel="Reading the link" refusal="" />
      </form>
    </Page>
  );
}

/** An address that names nothing that this node knows. */
export function MissingPage(props: { readonly what?: string }) {
  const [path] = useHashPath();
  if (path.startsWith('/join/')) return <JoinAgain />;
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
