import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { NearbyAnswer, NearbyServer } from '../../../core/wire/contact/nearby-server.ts';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { useCommands, useOpenSession } from '../FleetContext.tsx';
import { UseServerDialog } from './UseServerDialog.tsx';

/** What the server that this page came from hears on its network; looked for when the page opens, and when a person asks again. */
export function NearbyServers() {
  const commands = useCommands();
  const { signaling } = useOpenSession();
  const [answer, setAnswer] = useState<NearbyAnswer | undefined>();
  const [asked, setAsked] = useState(0);
  const [chosen, setChosen] = useState<NearbyServer | undefined>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a further look is a change of `asked` and nothing else
  useEffect(() => {
    let shown = true;
    setAnswer(undefined);
    void commands.mesh.nearbyServers().then((next) => {
      if (shown) setAnswer(next);
    });
    return () => {
      shown = false;
    };
  }, [commands, asked]);
  const used = new Set(signaling.map(({ url }) => url));
  return (
    <section className="ff-stack" aria-labelledby="nearby-servers" data-testid="nearby-servers">
      <div className="ff-row">
        <h3 id="nearby-servers" className="ff-grow">
          Servers on this network
        </h3>
        <Button
          size="compact-sm"
          variant="default"
          disabled={answer === undefined}
          onClick={() => setAsked(asked + 1)}
        >
          Look again
        </Button>
      </div>
      <div role="status">
        {answer === undefined ? (
          <p className="ff-quiet">Listening for four seconds.</p>
        ) : (
          <Nothing answer={answer} />
        )}
      </div>
      {answer?.type === 'found' && answer.servers.length > 0 ? (
        <ul className="ff-list">
          {answer.servers.map((server) => (
            <li
              key={server.name}
              className="ff-row"
              data-testid="nearby-server"
              data-signaling={server.signaling ?? ''}
            >
              <div className="ff-grow">
                <div>{server.name}</div>
                <div className="ff-code ff-break">{server.signaling ?? server.pages?.url}</div>
              </div>
              {server.signaling === undefined ? (
                <span className="ff-quiet">pages only</span>
              ) : used.has(server.signaling) ? (
                <span className="ff-quiet">in use here</span>
              ) : (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Use it: ${server.name}`}
                  onClick={() => setChosen(server)}
                >
                  Use it
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {chosen === undefined ? null : <UseServerDialog server={chosen} onClose={() => setChosen(undefined)} />}
    </section>
  );
}

function Nothing(props: { readonly answer: NearbyAnswer }) {
  const { answer } = props;
  switch (answer.type) {
    case 'found':
      return answer.servers.length > 0 ? (
        <p className="ff-quiet">
          What announces itself on the network of the server that this page came from. Anybody there can
          announce.
        </p>
      ) : (
        <EmptyNote title="No server announces itself">
          One does that was started with `npm start -- --lan`, on the network of the server that this page
          came from. Networks for guests often keep machines from hearing each other.
        </EmptyNote>
      );
    case 'not-offered':
      return (
        <EmptyNote title="Nobody listens for you">
          The server that this page came from does not look for others. `npm start` serves pages that do, and
          `npm run node -- --find` lists the same in a terminal.
        </EmptyNote>
      );
    case 'unreachable':
      return (
        <EmptyNote title="Not known">
          The server that this page came from cannot be reached now, and a page cannot listen to the network
          itself. The fleet goes on without it.
        </EmptyNote>
      );
    case 'failed':
      return (
        <EmptyNote title="Not known">The server that this page came from says: {answer.reason}</EmptyNote>
      );
  }
}
