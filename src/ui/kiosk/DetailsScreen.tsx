import type { NodeRuntime } from '../../runtime/node-runtime.ts';
import { kioskDetails } from '../../store/kiosk-details.ts';
import type { KioskModel } from '../../store/kiosk-model.ts';
import { takeFocus } from './take-focus.ts';
import './details.css';

/** What this screen is and how it gets on, for a person who stands before it; the app runs on below. */
export default function DetailsScreen(props: {
  readonly model: KioskModel;
  readonly runtime: NodeRuntime | undefined;
}) {
  const { model, runtime } = props;
  const details =
    model.type === 'joined' && runtime !== undefined ? kioskDetails(model, runtime, Date.now()) : undefined;
  return (
    <main className="kiosk kiosk-doctor" data-details tabIndex={-1} ref={takeFocus}>
      <div className="kiosk-doctor-page">
        <h1>Details of this screen</h1>
        {details === undefined ? (
          <p className="kiosk-text">It has no fleet yet.</p>
        ) : (
          <>
            <dl className="kiosk-details">
              {details.facts.map(({ name, value }) => (
                <div key={name} data-fact={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
            {details.reason !== '' && (
              <>
                <h2>Why the last update did not stay</h2>
                <pre data-reason>{details.reason}</pre>
              </>
            )}
          </>
        )}
        <p className="kiosk-doctor-ways">
          <a href="#/doctor">Check the connection</a>
          <a href="#/">Back to the screen</a>
        </p>
      </div>
    </main>
  );
}
