import { type CSSVariablesResolver, createTheme, DEFAULT_THEME, type MantineColorsTuple } from '@mantine/core'

const petrol: MantineColorsTuple = [
  '#e9f5f5',
  '#d3e8e9',
  '#a6d2d3',
  '#77bcbe',
  '#4fa9ac',
  '#35979b',
  '#1f878b',
  '#0f777b',
  '#05686c',
  '#00555a',
]

/** Mantine's `dark`, cooler: text first, ground last. The fifth draws the edges of fields, as the fifth grey does by day. */
const slate: MantineColorsTuple = [
  '#dde4e7',
  '#b9c4c9',
  '#8f9ca2',
  '#66747b',
  '#6b7a81',
  '#374247',
  '#262f33',
  '#1c2326',
  '#161c1e',
  '#101517',
]

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol, dark: slate, gray: DEFAULT_THEME.colors.gray.with(4, '#87959b') as unknown as MantineColorsTuple },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: FONT,
  headings: { fontFamily: FONT, fontWeight: '650' },
})

/** Mantine's own greys and reds are too faint for WCAG 2.2 AA, as text and as the edges of fields. */
export const contrast: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#4b575e',
    '--mantine-color-error': '#b42318',
    '--page-ground': '#f3f6f6',
    '--page-line': '#d5dddf',
    '--page-hero': '#e9f5f5',
    '--page-hero-line': '#a6d2d3',
    '--page-trouble': '#fdeceb',
  },
  dark: {
    '--mantine-color-dimmed': '#aab6bb',
    '--mantine-color-error': '#ff9a8f',
    '--page-ground': '#131719',
    '--page-line': '#374247',
    '--page-hero': '#1b2c2f',
    '--page-hero-line': '#2d4a4e',
    '--page-trouble': '#3b2120',
  },
})
