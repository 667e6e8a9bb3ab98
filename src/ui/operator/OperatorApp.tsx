import './theme/mantine.css';
import './theme/operator.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { Router } from 'wouter';
import type { StoreApi } from 'zustand/vanilla';
import type { Commands } from '../../store/commands.ts';
import type { FleetModel } from '../../store/model.ts';
import { FleetProvider, useFleet } from './FleetContext.tsx';
import { useHashPath, useHashQuery } from './frame/hash-location.ts';
import { Shell } from './frame/Shell.tsx';
import { FirstRun } from './start/FirstRun.tsx';
import { theme } from './theme/theme.ts';

/** The operator's dashboard. It reads `store`, asks `commands`, and keeps its routes in the address's fragment. */
export function OperatorApp(props: { readonly store: StoreApi<FleetModel>; readonly commands: Commands }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <FleetProvider value={props}>
        <Router hook={useHashPath} searchHook={useHashQuery}>
          <Session />
        </Router>
      </FleetProvider>
      <Notifications position="bottom-right" limit={4} containerWidth={400} />
    </MantineProvider>
  );
}

function Session() {
  const session = useFleet((model) => model.session);
  switch (session.type) {
    case 'opening':
      return (
        <main className="ff-alone" aria-busy="true" data-testid="page-opening">
          <h1>Fieldfare</h1>
          <p className="ff-quiet">Opening what this browser keeps of the fleet.</p>
        </main>
      );
    case 'refused':
      return (
        <main className="ff-alone" data-testid="page-refused">
          <h1>Fieldfare cannot go on here</h1>
          <p>{session.reason}</p>
          <p>{session.remedy}</p>
        </main>
      );
    case 'no-fleet':
      return <FirstRun />;
    case 'open':
      return <Shell />;
  }
}
