import {
  IconActivity,
  IconAdjustments,
  IconBinaryTree,
  IconDeviceDesktop,
  IconHome,
  IconPackage,
  IconRocket,
  IconSettings,
  IconStethoscope,
  IconTopologyStar3,
} from '@tabler/icons-react';
import { lazy } from 'react';

/** Main pages in the order of the navigation; `key` follows "g" on the keyboard. */
export const NAVIGATION = [
  { path: '/', title: 'Overview', icon: IconHome, key: 'o' },
  { path: '/devices', title: 'Devices', icon: IconDeviceDesktop, key: 'd' },
  { path: '/releases', title: 'Releases', icon: IconPackage, key: 'r' },
  { path: '/rollouts', title: 'Rollouts', icon: IconRocket, key: 'u' },
  { path: '/mesh', title: 'Mesh', icon: IconTopologyStar3, key: 'm' },
  { path: '/doctor', title: 'Doctor', icon: IconStethoscope, key: 'h' },
  { path: '/config', title: 'Config', icon: IconAdjustments, key: 'c' },
  { path: '/ledger', title: 'Ledger', icon: IconBinaryTree, key: 'l' },
  { path: '/activity', title: 'Activity', icon: IconActivity, key: 'a' },
  { path: '/settings', title: 'Settings', icon: IconSettings, key: 's' },
] as const;

/** What can be done from anywhere. */
export const ACTIONS = [
  { path: '/pair', title: 'Pair a device', key: 'p' },
  { path: '/rollouts/new', title: 'New rollout', key: 'n' },
] as const;

/** Each page loads when it is first opened; the order is the order of matching. */
export const ROUTES = [
  { path: '/', page: lazy(() => import('./overview/OverviewPage.tsx')) },
  { path: '/devices', page: lazy(() => import('./devices/DevicesPage.tsx')) },
  { path: '/devices/:id', page: lazy(() => import('./devices/DevicePage.tsx')) },
  { path: '/pair', page: lazy(() => import('./devices/PairPage.tsx')) },
  { path: '/releases', page: lazy(() => import('./releases/ReleasesPage.tsx')) },
  { path: '/releases/:id', page: lazy(() => import('./releases/ReleasePage.tsx')) },
  { path: '/rollouts', page: lazy(() => import('./rollouts/RolloutsPage.tsx')) },
  { path: '/rollouts/new', page: lazy(() => import('./rollouts/NewRolloutPage.tsx')) },
  { path: '/rollouts/:id', page: lazy(() => import('./rollouts/RolloutPage.tsx')) },
  { path: '/mesh', page: lazy(() => import('./mesh/MeshPage.tsx')) },
  { path: '/mesh/site', page: lazy(() => import('./mesh/SitePage.tsx')) },
  { path: '/doctor', page: lazy(() => import('./doctor/DoctorPage.tsx')) },
  { path: '/config', page: lazy(() => import('./config/ConfigPage.tsx')) },
  { path: '/ledger', page: lazy(() => import('./ledger/LedgerPage.tsx')) },
  { path: '/activity', page: lazy(() => import('./activity/ActivityPage.tsx')) },
  { path: '/settings', page: lazy(() => import('./settings/SettingsPage.tsx')) },
] as const;
