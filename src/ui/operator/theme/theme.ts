import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent: a slate blue, from 50 to 900. Shade 7 and darker carry white text at 4.5:1 (WCAG 2.2, 1.4.3). */
const slate: MantineColorsTuple = [
  '#eef4fb',
  '#dbe6f3',
  '#b5cce6',
  '#8cb0da',
  '#75a3d3',
  '#538cc9',
  '#4684c7',
  '#3470ae',
  '#2c659e',
  '#1a578d',
];

/** The one grey scale of the dark scheme, light to dark; the light scheme takes Mantine's, which has the same hue. */
const dark: MantineColorsTuple = [
  '#e3e6ea',
  '#c3c9d0',
  '#a1a8b3',
  '#6f7883',
  '#3d444d',
  '#2b3037',
  '#22272d',
  '#1b1f24',
  '#15181c',
  '#101316',
];

export const theme = createTheme({
  primaryColor: 'slate',
  primaryShade: { light: 8, dark: 7 },
  colors: { slate, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", monospace',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
});
