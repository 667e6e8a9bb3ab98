import { Button, TextInput } from '@mantine/core';
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { EntryId } from '../../../core/wire/encoding/ids.ts';
import type { LedgerReader } from '../../../store/ledger-model.ts';
import { countOf } from '../../components/format.ts';
import { useOpenSession } from '../FleetContext.tsx';
import { navigate, usePageParams } from '../frame/hash-location.ts';
import { Page, Section } from '../frame/Page.tsx';
import './ledger.css';
import { PathHistory } from './PathHistory.tsx';
import { PathTree } from './PathTree.tsx';
import { PathTrail, PathValue } from './PathValue.tsx';
import { ancestorsOf, ledgerAddress, readTypedPath } from './paths.ts';
import { TimeTravel } from './TimeTravel.tsx';
import { NAMES_AT_ONCE, visibleLines } from './tree-rows.ts';
import { useKnownNames } from './useKnownNames.ts';
import { useLedger } from './useLedger.ts';
import { WhyThisWins } from './WhyThisWins.tsx';

export default function LedgerPage() {
  const ledger = useLedger();
  const [params] = usePageParams();
  const path = readTypedPath(params.get('path') ?? '/');
  const asked = (params.get('at') ?? undefined) as EntryId | undefined;
  const moments = useMemo(() => ledger.moments(), [ledger]);
  const known = asked !== undefined && moments.some(({ entry }) => entry === asked);
  // The slider moves at once; a past ledger is folded when the browser has time.
  const at = useDeferredValue(known ? asked : undefined);
  const travel = useCallback(
    (to: EntryId | undefined) => navigate(ledgerAddress({ path, at: to }), { replace: true }),
    [path],
  );
  const travelAndLook = useCallback(
    (to: EntryId) => {
      travel(to);
      window.scrollTo(0, 0);
    },
    [travel],
  );
  const choose = (to: string) => navigate(ledgerAddress({ path: to, at: asked }));
  return (
    <Page
      name="ledger"
      title="Ledger"
      note="Everything that was signed in this fleet, as far as it has reached this node."
    >
      <TimeTravel moments={moments} at={asked} onTravel={travel} />
      <div className="ff-ledger" data-past={at !== undefined}>
        <Section title={at === undefined ? 'Tree' : 'Tree, as it was'}>
          <GoToPath key={path} path={path} onGo={choose} />
          <Tree ledger={ledger} at={at} path={path} onChoose={choose} />
        </Section>
        <PathDetails ledger={ledger} at={at} path={path} />
      </div>
      <Section
        title={path === '/' ? 'History' : 'History of this path and below'}
        aside={
          <span className="ff-quiet">
            newest first, from the last {countOf(moments.length, 'entry', 'entries')} of the ledger
          </span>
        }
      >
        <PathHistory key={path} path={path} moments={moments} onTravel={travelAndLook} />
      </Section>
    </Page>
  );
}

interface Place {
  readonly ledger: LedgerReader;
  readonly at: EntryId | undefined;
  readonly path: string;
}

function Tree(props: Place & { readonly onChoose: (path: string) => void }) {
  const { ledger, at, path } = props;
  const { fleetName } = useOpenSession();
  const knownNames = useKnownNames();
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(() => new Set(['/', ...ancestorsOf(path)]));
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(() => setExpanded((before) => new Set([...before, ...ancestorsOf(path)])), [path]);
  const lines = useMemo(() => {
    const children = (folder: string) => ledger.children(folder, at);
    const hasChildren = children('/').length > 0;
    const root = { name: fleetName, path: '/', hasValue: false, hasChildren, setBy: '', action: '' };
    return visibleLines({ root, children, expanded, shown });
  }, [ledger, at, expanded, shown, fleetName]);
  return (
    <PathTree
      lines={lines}
      chosen={path}
      knownNames={knownNames}
      onChoose={props.onChoose}
      onExpand={(folder, open) => {
        const next = new Set(expanded);
        if (open) next.add(folder);
        else next.delete(folder);
        setExpanded(next);
      }}
      onMore={(folder) =>
        setShown(new Map(shown).set(folder, (shown.get(folder) ?? NAMES_AT_ONCE) + NAMES_AT_ONCE))
      }
    />
  );
}

function GoToPath(props: { readonly path: string; readonly onGo: (path: string) => void }) {
  const [typed, setTyped] = useState(props.path);
  return (
    <form
      className="ff-go-to"
      aria-label="Go to a path"
      onSubmit={(event) => {
        event.preventDefault();
        props.onGo(readTypedPath(typed));
      }}
    >
      <TextInput
        type="search"
        label="Path"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        Go
      </Button>
    </form>
  );
}

function PathDetails(props: Place) {
  const { ledger, at, path } = props;
  const read = useMemo(() => {
    const there = (each: string) =>
      each === '/' || ledger.value(each, at) !== undefined || ledger.children(each, at).length > 0;
    return {
      value: ledger.value(path, at),
      children: ledger.children(path, at),
      entries: ledger.explain(path),
      nearest: ancestorsOf(path).findLast(there) ?? '/',
    };
  }, [ledger, at, path]);
  return (
    <div className="ff-stack">
      <Section
        title={at === undefined ? 'Value' : 'Value, as it was'}
        aside={<PathTrail path={path} at={at} />}
      >
        <PathValue path={path} at={at} {...read} />
      </Section>
      {read.entries.length === 0 ? null : (
        <Section
          title="Why this version wins"
          aside={at === undefined ? undefined : <span className="ff-quiet">judged by what is known now</span>}
        >
          <WhyThisWins key={path} path={path} rows={read.entries} />
        </Section>
      )}
    </div>
  );
}
