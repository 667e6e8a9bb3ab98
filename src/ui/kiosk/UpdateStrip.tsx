import { formatPercent } from '../components/format.ts';
import { type JoinedModel, wordsForStrip } from './joined-words.ts';

/** A thin line over a running app, there only while an update is under way or went wrong. Touches pass through it. */
export function UpdateStrip(props: { readonly model: JoinedModel }) {
  const { model } = props;
  const words = wordsForStrip(model);
  if (!words) return null;
  const progress = model.stage === 'fetching' ? model.progress : undefined;
  const share = progress && progress.sizeBytes > 0 ? Math.min(1, progress.bytesHere / progress.sizeBytes) : 0;
  return (
    <div className="kiosk-strip" role="status" data-tone={words.tone}>
      {progress && <div className="kiosk-strip-bar" style={{ transform: `scaleX(${share})` }} />}
      <p>
        <strong>{words.title}</strong>
        {words.text !== '' && <span>{words.text}</span>}
        {progress && (
          <span className="kiosk-strip-figure">{formatPercent(progress.bytesHere, progress.sizeBytes)}</span>
        )}
      </p>
    </div>
  );
}
