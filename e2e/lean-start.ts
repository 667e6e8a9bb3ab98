/**
 * Playwright's own list (`disabledFeatures` of its chromiumSwitches.ts, 1.65), since a second list replaces the first, and the list below
 * an address bar: without that each window costs one renderer less, and 0.7 CPU seconds (Chromium 156).
 */
const DISABLED_FEATURES = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

/** For tests that open many contexts in a browser of Playwright's. */
export const LEAN_START = `--disable-features=${DISABLED_FEATURES.join()}`;
