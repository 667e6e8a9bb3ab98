import type { DeviceRow } from '../../../store/model.ts';
import { formatBytes, formatPercent } from '../../components/format.ts';

/** Where a device is going, and how many bytes of it are there. Progress is told only while it is present. */
export function DeviceTarget(props: {
  readonly device: Pick<DeviceRow, 'target' | 'progress' | 'presence'>;
}) {
  const { target, progress, presence } = props.device;
  if (target === undefined) return <span className="ff-quiet">none</span>;
  return (
    <>
      {target.version}
      {progress === undefined || presence !== 'present' ? null : <ByteProgress progress={progress} />}
    </>
  );
}

export function ByteProgress(props: { readonly progress: NonNullable<DeviceRow['progress']> }) {
  const { bytesHere, sizeBytes } = props.progress;
  return (
    <div className="ff-bytes">
      <progress value={bytesHere} max={Math.max(1, sizeBytes)} aria-label="Bytes fetched" />
      <span className="ff-quiet" title={`${formatBytes(bytesHere)} of ${formatBytes(sizeBytes)}`}>
        {formatPercent(bytesHere, sizeBytes)}
      </span>
    </div>
  );
}
