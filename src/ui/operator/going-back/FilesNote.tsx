import { countOf, formatBytes } from '../../components/format.ts';
import { ByteProgress } from '../devices/DeviceTarget.tsx';
import { useFleet } from '../FleetContext.tsx';
import { holdersOf, someNames } from './plan-words.ts';
import type { FilesState } from './useFiles.ts';

/** Whether the files that are published again are here, and who has them where they are not. */
export function FilesNote(props: { readonly files: FilesState }) {
  const { files } = props;
  switch (files.type) {
    case 'checking':
      return <p className="ff-quiet">Looking whether this browser has the files.</p>;
    case 'here':
      return <p className="ff-quiet">This browser has all of the files. Nothing is uploaded again.</p>;
    case 'refused':
      return <p className="ff-problem">{files.problem}</p>;
    case 'missing':
      return (
        <>
          {files.of.map((each) => (
            <Missing key={each.release} {...each} fetching={files.fetching === each.release} />
          ))}
        </>
      );
  }
}

function Missing(
  props: Extract<FilesState, { type: 'missing' }>['of'][number] & { readonly fetching: boolean },
) {
  const releases = useFleet((model) => model.releases);
  const devices = useFleet((model) => model.devices);
  const release = releases.find((row) => row.id === props.release);
  if (release === undefined) return null;
  const holders = holdersOf(release, releases, devices);
  return (
    <div className="ff-note ff-stack" data-testid="missing-files">
      <p>
        This browser lacks {countOf(props.missingFiles, 'file')} of {release.product} {release.label} (
        {formatBytes(props.missingBytes)}).{' '}
        {holders.length > 0
          ? `${someNames(holders)} ${holders.length === 1 ? 'has' : 'have'} them: they are fetched first, and stay here.`
          : `No device that runs it is there now. ${release.authorName} published it: the files come as soon as that browser, or a device that has them, is linked.`}
      </p>
      {props.fetching ? (
        <ByteProgress progress={release.progress ?? { bytesHere: 0, sizeBytes: props.sizeBytes }} />
      ) : null}
    </div>
  );
}
