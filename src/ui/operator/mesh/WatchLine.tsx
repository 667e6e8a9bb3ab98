import { Button } from '@mantine/core';
import { useState } from 'react';
import { useFleet } from '../FleetContext.tsx';
import { watchSentence } from './site-words.ts';
import { WatchDialog } from './WatchDialog.tsx';

/** What this browser watches, and the way to change it. */
export function WatchLine() {
  const watch = useFleet((model) => model.watch);
  const siteCount = useFleet((model) => model.sites.length);
  const [choosing, setChoosing] = useState(false);
  return (
    <div className="ff-row" data-testid="watch-line" data-watching={watch.inForce.type}>
      <span>{watchSentence(watch, siteCount)}</span>
      <Button size="compact-sm" variant="default" onClick={() => setChoosing(true)}>
        Choose sites to watch
      </Button>
      {choosing ? <WatchDialog onClose={() => setChoosing(false)} /> : null}
    </div>
  );
}
