import type { KioskModel } from '../../store/kiosk-model.ts';
import { DetailsCorner } from './DetailsCorner.tsx';
import { JoinedScreen } from './JoinedScreen.tsx';
import { PairingScreen } from './PairingScreen.tsx';
import { UpdateStrip } from './UpdateStrip.tsx';
import './kiosk.css';

/**
 * The kiosk's own face. A running release fills the element `#release`, which kiosk.html has
 * before this page; the page then lies over it, clear and open to touch.
 */
export function KioskPage(props: {
  readonly model: KioskModel;
  /** Forgets the fleet, for a screen that no operator has admitted. */
  readonly leave: () => void;
}) {
  const { model } = props;
  const joined = model.type === 'joined' ? model : undefined;
  // On trial, a device's first release is on the screen before it counts as the running one.
  const over = joined !== undefined && (joined.running !== undefined || joined.stage === 'probation');
  return (
    <main
      className={over ? 'kiosk kiosk-over' : 'kiosk'}
      data-kiosk={model.type}
      data-admitted={joined?.admitted}
      data-stage={joined?.stage}
      data-version={joined?.running?.version}
      data-target={joined?.target?.version}
      data-links={joined?.links}
      data-lost-entries={joined?.lostEntries}
      data-signaling={'signaling' in model ? model.signaling : undefined}
      data-code={model.type === 'pairing' ? model.code : undefined}
    >
      {over ? <UpdateStrip model={joined} /> : <Screen {...props} />}
      {joined !== undefined && <DetailsCorner />}
    </main>
  );
}

function Screen(props: Parameters<typeof KioskPage>[0]) {
  const { model } = props;
  switch (model.type) {
    case 'opening':
      return (
        <div className="kiosk-joined">
          <h1>Opening</h1>
          <p className="kiosk-text">Reading what this screen keeps.</p>
        </div>
      );
    case 'refused':
      return (
        <div className="kiosk-joined" data-tone="trouble" role="alert">
          <h1>This screen cannot start</h1>
          <p className="kiosk-text">{model.reason}</p>
          <p className="kiosk-remedy">{model.remedy}</p>
        </div>
      );
    case 'pairing':
      return <PairingScreen model={model} />;
    case 'joined':
      return <JoinedScreen model={model} leave={props.leave} />;
  }
}
