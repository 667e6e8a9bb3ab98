import type { PublishProgress as Progress } from '../../../store/commands/releases.ts';
import { BytesLine } from '../../components/BytesLine.tsx';

const STAGES: readonly { readonly stage: Progress['stage']; readonly label: string }[] = [
  { stage: 'storing', label: 'Storing' },
  { stage: 'cutting', label: 'Pieces' },
  { stage: 'signing', label: 'Signing' },
];

/** How far publishing is, stage by stage. */
export function PublishProgress(props: { readonly progress: Progress }) {
  const { stage, doneBytes, sizeBytes } = props.progress;
  const at = STAGES.findIndex((each) => each.stage === stage);
  return (
    <ol className="ff-stages" data-testid="publish-progress" data-stage={stage} data-done-bytes={doneBytes}>
      {STAGES.map((each, index) => (
        <li key={each.stage} className="ff-stage">
          <span>{each.label}</span>
          {index === at && sizeBytes > 0 ? (
            <BytesLine label={each.label} doneBytes={doneBytes} sizeBytes={sizeBytes} />
          ) : (
            <>
              <progress value={index < at ? 1 : 0} max={1} aria-label={each.label} />
              <span className="ff-quiet">{index < at ? 'done' : index === at ? 'underway' : 'waiting'}</span>
            </>
          )}
        </li>
      ))}
    </ol>
  );
}
