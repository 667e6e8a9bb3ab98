import { watchOf } from '../../../store/watch.ts';
import { useNow } from '../../components/useNow.ts';
import { useFleet } from '../FleetContext.tsx';
import { siteAddress, watchedWords } from '../mesh/site-words.ts';

/** Since when the site of this page is watched, and why. */
export function WatchedNote(props: { readonly site: string }) {
  const watch = useFleet((model) => model.watch);
  const nowMs = useNow();
  if (watchOf(watch, props.site) === undefined) return null;
  return (
    <p className="ff-quiet" data-testid="watched-note">
      Watching <a href={siteAddress(props.site)}>{props.site || 'No site'}</a>{' '}
      {watchedWords(watch, props.site, nowMs)}.
    </p>
  );
}
