import type { ExplainRow, TreeRow, ValueRow } from '../../../store/ledger-model.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { EmptyNote } from '../../components/EmptyNote.tsx';
import { countOf, formatInstant } from '../../components/format.ts';
import { ancestorsOf, ledgerAddress, nameOf } from './paths.ts';

interface PathValueProps {
  readonly path: string;
  readonly at: string | undefined;
  readonly value: ValueRow | undefined;
  readonly children: readonly TreeRow[];
  /** Entries about the path, of now. */
  readonly entries: readonly ExplainRow[];
  /** The nearest path above it that is there. */
  readonly nearest: string;
}

/** The value at a path with who set it, or what to do where there is none. */
export function PathValue(props: PathValueProps) {
  const { value } = props;
  if (value === undefined) return <NoValue {...props} />;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section aria-label="Value" tabIndex={0} className="ff-value">
        <pre className="ff-code" data-testid="path-value">
          {value.text}
        </pre>
      </section>
      <dl className="ff-facts">
        <div>
          <dt>Set by</dt>
          <dd data-testid="set-by">{value.author}</dd>
        </div>
        <div>
          <dt>When</dt>
          <dd>
            {formatInstant(value.timeMs)} <span className="ff-quiet">by the author's clock</span>
          </dd>
        </div>
        <div>
          <dt>Entry</dt>
          <dd className="ff-stack">
            <span className="ff-code">{value.entry}</span>
            <div>
              <CopyButton text={value.entry} label="Copy id" />
            </div>
          </dd>
        </div>
      </dl>
    </>
  );
}

function NoValue(props: PathValueProps) {
  const { path, at, children, entries, nearest } = props;
  const toNearest = <a href={`#${ledgerAddress({ path: nearest, at })}`}>Go up to {nearest}</a>;
  if (children.length > 0) {
    return (
      <p className="ff-quiet">
        A folder with {countOf(children.length, 'name')} in it and no value of its own. Choose a name in the
        tree.
      </p>
    );
  }
  if (path === '/') {
    return (
      <EmptyNote title="No path has a value yet" action={<a href="#/pair">Pair the first device</a>}>
        Admitting a device, publishing a release or setting config writes the first one.
      </EmptyNote>
    );
  }
  if (at !== undefined) {
    return (
      <EmptyNote title="Nothing was here at this moment" action={toNearest}>
        Choose a later moment, or go back to now.
      </EmptyNote>
    );
  }
  const [last] = entries;
  if (last !== undefined) {
    return (
      <EmptyNote title="Nothing is here now" action={toNearest}>
        It was here: {last.author} wrote the entry that decides ({last.action}, {formatInstant(last.timeMs)}{' '}
        by their clock). Travel to an earlier moment to see what it held.
      </EmptyNote>
    );
  }
  return (
    <EmptyNote title="No entry names this path" action={toNearest}>
      Check the spelling, capitals included. An entry that has not reached this node yet appears here as soon
      as it does.
    </EmptyNote>
  );
}

/** Links to every path above, then the name itself. */
export function PathTrail(props: { readonly path: string; readonly at: string | undefined }) {
  const above = ancestorsOf(props.path);
  return (
    <nav aria-label="Path" className="ff-trail ff-code">
      {above.map((path) => (
        <span key={path}>
          <a href={`#${ledgerAddress({ path, at: props.at })}`}>{nameOf(path)}</a>
          {path === '/' ? ' ' : ' / '}
        </span>
      ))}
      <span aria-current="location">{nameOf(props.path)}</span>
    </nav>
  );
}
