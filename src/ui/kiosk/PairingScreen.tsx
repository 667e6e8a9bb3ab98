import type { KioskModel } from '../../store/kiosk-model.ts';
import type { RoomState } from '../../store/model.ts';
import { PairingSquare } from './PairingSquare.tsx';
import { SignalLine } from './SignalLine.tsx';

const SIGNALING_WORDS: Readonly<Record<RoomState['state'], string>> = {
  joined: 'Ready to be paired',
  dialing: 'Looking for the pairing server. The code works once it is found.',
  lost: 'The pairing server cannot be reached. Check the network of this device; it keeps trying.',
};

export function PairingScreen(props: { readonly model: Extract<KioskModel, { type: 'pairing' }> }) {
  const { code, link, signaling, problem } = props.model;
  return (
    <div className="kiosk-pairing">
      <div className="kiosk-pairing-words">
        <h1>Add this screen to a fleet</h1>
        <p className="kiosk-text">
          {link === undefined
            ? 'On the Fieldfare dashboard open Devices, choose Pair a device, and type this code.'
            : 'Scan the square with a phone, or open Devices on the Fieldfare dashboard, choose Pair a device, and type this code.'}
        </p>
        <p className="kiosk-code" data-waiting={code === undefined}>
          <span>{code?.slice(0, 3) ?? '···'}</span> <span>{code?.slice(3) ?? '···'}</span>
        </p>
        <SignalLine state={signaling} text={SIGNALING_WORDS[signaling]} />
        {signaling === 'lost' && <a href="#/doctor">Check the connection</a>}
        {problem !== '' && (
          <p className="kiosk-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
      {link !== undefined && <PairingSquare link={link} />}
    </div>
  );
}
