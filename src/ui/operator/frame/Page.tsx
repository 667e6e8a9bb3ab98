import { useEffect, useRef } from 'react';
import '../../components/status.css';

let firstPageShown = false;

/**
 * A page: its title in the window, its heading focused when one came from another page, so that a screen reader says
 * where it is. The first page after a load leaves focus where the browser put it.
 */
export function Page(props: {
  readonly name: string;
  readonly title: string;
  readonly note?: React.ReactNode;
  readonly actions?: React.ReactNode;
  readonly children: React.ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · Fieldfare`;
  }, [props.title]);
  useEffect(() => {
    const inside = heading.current?.closest('main')?.contains(document.activeElement) ?? false;
    if (firstPageShown && !inside) heading.current?.focus({ preventScroll: true });
    firstPageShown = true;
  }, []);
  return (
    <div className="ff-page" data-testid={`page-${props.name}`}>
      <div className="ff-page-head">
        <div className="ff-page-title">
          <h1 ref={heading} tabIndex={-1}>
            {props.title}
          </h1>
          {props.note === undefined ? null : <div className="ff-quiet">{props.note}</div>}
        </div>
        <div className="ff-row">{props.actions}</div>
      </div>
      {props.children}
    </div>
  );
}

export function Section(props: {
  readonly title: string;
  readonly aside?: React.ReactNode;
  readonly children: React.ReactNode;
}) {
  return (
    <section className="ff-card">
      <div className="ff-card-head">
        <h2>{props.title}</h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}
