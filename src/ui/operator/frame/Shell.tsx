import { ActionIcon, Button, Kbd, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMenu2, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Route, Switch } from 'wouter';
import { useOpenSession } from '../FleetContext.tsx';
import { NAVIGATION, ROUTES } from '../routes.tsx';
import { useHashPath } from './hash-location.ts';
import { MissingPage } from './MissingPage.tsx';
import { PendingStartBar } from './PendingStartBar.tsx';
import { useShortcuts } from './useShortcuts.ts';

const Palette = lazy(() => import('./Palette.tsx'));
const ShortcutSheet = lazy(() => import('./ShortcutSheet.tsx'));

type Open = 'none' | 'palette' | 'shortcuts';

/** Header, navigation and the page of the address. */
export function Shell() {
  const [open, setOpen] = useState<Open>('none');
  const [navOpen, setNavOpen] = useState(false);
  const [path] = useHashPath();
  useShortcuts({ openPalette: () => setOpen('palette'), openSheet: () => setOpen('shortcuts') });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu and starts at its top
  useEffect(() => {
    setNavOpen(false);
    window.scrollTo(0, 0);
  }, [path]);
  return (
    <div className="ff-shell">
      <button type="button" className="ff-skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the page
      </button>
      <Header
        navOpen={navOpen}
        toggleNav={() => setNavOpen(!navOpen)}
        openPalette={() => setOpen('palette')}
      />
      <nav className="ff-nav" id="navigation" data-open={navOpen} aria-label="Pages">
        {NAVIGATION.map((item) => {
          const active = item.path === '/' ? path === '/' : path.startsWith(item.path);
          return (
            <a
              key={item.path}
              href={`#${item.path}`}
              className="ff-nav-link"
              {...(active ? { 'aria-current': 'page' as const } : {})}
            >
              <item.icon size={18} stroke={1.75} aria-hidden="true" />
              {item.title}
            </a>
          );
        })}
      </nav>
      <main className="ff-main" id="main" tabIndex={-1}>
        <Suspense fallback={<div className="ff-page" aria-busy="true" />}>
          <Switch>
            {ROUTES.map((route) => (
              <Route key={route.path} path={route.path}>
                <route.page key={path} />
              </Route>
            ))}
            <Route>
              <MissingPage />
            </Route>
          </Switch>
        </Suspense>
      </main>
      <PendingStartBar />
      <Suspense fallback={null}>
        {open === 'palette' ? <Palette onClose={() => setOpen('none')} /> : null}
        {open === 'shortcuts' ? <ShortcutSheet onClose={() => setOpen('none')} /> : null}
      </Suspense>
    </div>
  );
}

function Header(props: {
  readonly navOpen: boolean;
  readonly toggleNav: () => void;
  readonly openPalette: () => void;
}) {
  const session = useOpenSession();
  return (
    <header className="ff-header">
      <ActionIcon
        className="ff-nav-toggle"
        variant="subtle"
        color="gray"
        size="lg"
        aria-label="Pages"
        aria-expanded={props.navOpen}
        aria-controls="navigation"
        onClick={props.toggleNav}
      >
        <IconMenu2 size={20} />
      </ActionIcon>
      <a className="ff-brand" href="#/">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path
            d="M3 17c5 0 7-3 9-7 1.5-3 4-5 8-5-1 1-1 2-1 3 0 7-5 12-12 12 1-1 1-2 0-3z"
            fill="currentColor"
          />
        </svg>
        <span>{session.fleetName}</span>
      </a>
      <SignalingState />
      <Button
        className="ff-find"
        variant="default"
        size="xs"
        leftSection={<IconSearch size={14} />}
        onClick={props.openPalette}
      >
        <span className="ff-find-text">Find anything</span>
        <Kbd size="xs" ml={8} className="ff-wide-only" aria-hidden="true">
          Ctrl K
        </Kbd>
      </Button>
      <SchemeSwitch />
    </header>
  );
}

/** Only first contact needs signaling, so its loss is told quietly. */
function SignalingState() {
  const { signaling } = useOpenSession();
  const joined = signaling.filter((row) => row.state === 'joined').length;
  if (signaling.length === 0 || joined > 0) return null;
  return (
    <a className="ff-quiet ff-wide-only" href="#/settings">
      No signaling server: links stay, newcomers cannot find this node
    </a>
  );
}

const SCHEMES = [
  { value: 'auto', title: 'as the system', icon: IconDeviceDesktop },
  { value: 'light', title: 'light', icon: IconSun },
  { value: 'dark', title: 'dark', icon: IconMoon },
] as const;

function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const at = SCHEMES.findIndex((scheme) => scheme.value === colorScheme);
  const now = SCHEMES[at] ?? SCHEMES[0];
  const next = SCHEMES[(at + 1) % SCHEMES.length] ?? SCHEMES[0];
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Colours: ${now.title}. Change to ${next.title}`}
      title={`Colours: ${now.title}`}
      onClick={() => setColorScheme(next.value)}
    >
      <now.icon size={18} stroke={1.75} />
    </ActionIcon>
  );
}
