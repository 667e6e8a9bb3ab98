import { useState } from 'react';
import { FetchProgress } from './FetchProgress.tsx';
import { type JoinedModel, wordsForLoss, wordsForScreen } from './joined-words.ts';
import { SignalLine } from './SignalLine.tsx';

/** Fills the screen of a device that runs no app. */
export function JoinedScreen(props: { readonly model: JoinedModel; readonly leave: () => void }) {
  const { model } = props;
  const words = wordsForScreen(model);
  return (
    <div className="kiosk-joined" data-tone={words.tone}>
      <h1>{words.title}</h1>
      <p className="kiosk-text">{words.text}</p>
      {model.lostEntries > 0 && <p className="kiosk-remedy">{wordsForLoss(model)}</p>}
      {model.stage === 'fetching' && model.progress && <FetchProgress {...model.progress} />}
      <dl className="kiosk-facts">
        <Fact name="Screen" value={model.deviceName} />
        <Fact name="Site" value={model.site} />
        <Fact name="Fleet" value={model.fleetName} />
      </dl>
      <SignalLine state={reach(model)} text={reachWords(model)} />
      {model.links === 0 && <a href="#/doctor">Check the connection</a>}
      {!model.admitted && <PairAnew leave={props.leave} />}
    </div>
  );
}

/** Nobody has admitted this screen, so it has nothing to lose but the invitation: it is asked once more, and no more. */
function PairAnew(props: { readonly leave: () => void }) {
  const [asked, setAsked] = useState(false);
  return (
    <button
      type="button"
      className="kiosk-button"
      data-leave={asked ? 'asked' : 'offered'}
      onClick={() => (asked ? props.leave() : setAsked(true))}
    >
      {asked ? 'Forget this fleet and show a pairing code' : 'Pair this screen anew'}
    </button>
  );
}

function Fact(props: { readonly name: string; readonly value: string | undefined }) {
  if (props.value === undefined || props.value === '') return null;
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

/** A device with neighbours needs no server; one without looks for them through it. */
function reach(model: JoinedModel): JoinedModel['signaling'] {
  if (model.links > 0) return 'joined';
  return model.signaling === 'lost' ? 'lost' : 'dialing';
}

function reachWords(model: JoinedModel): string {
  if (model.links > 0)
    return model.links === 1 ? 'Linked to 1 neighbour' : `Linked to ${model.links} neighbours`;
  return model.signaling === 'lost'
    ? 'No neighbour in reach, and no signaling server. Check the network of this device; it keeps trying.'
    : 'Looking for neighbours';
}
