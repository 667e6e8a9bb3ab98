import { formatBytes, formatPercent } from '../components/format.ts';

/** Bytes that are here of bytes that are needed: never ahead of what was counted. */
export function FetchProgress(props: { readonly bytesHere: number; readonly sizeBytes: number }) {
  const { sizeBytes } = props;
  const bytesHere = Math.min(props.bytesHere, sizeBytes);
  const share = sizeBytes > 0 ? bytesHere / sizeBytes : 0;
  return (
    <div className="kiosk-progress">
      <div
        className="kiosk-progress-track"
        role="progressbar"
        aria-label="Bytes of the update that are here"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
      >
        <div className="kiosk-progress-bar" style={{ transform: `scaleX(${share})` }} />
      </div>
      <p className="kiosk-progress-figures">
        <span>{formatPercent(bytesHere, sizeBytes)}</span>
        <span>
          {formatBytes(bytesHere)} of {formatBytes(sizeBytes)}
        </span>
      </p>
    </div>
  );
}
