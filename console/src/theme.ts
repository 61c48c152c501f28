import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

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

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: FONT,
  headings: { fontFamily: FONT, fontWeight: '650' },
})

/** Mantine's own greys and reds for text are too faint for WCAG 2.2 AA. */
export const contrast: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#4b575e',
    '--mantine-color-error': '#b42318',
    '--mantine-color-body': '#ffffff',
    '--page-ground': '#f3f6f6',
    '--page-line': '#d5dddf',
  },
  dark: {
    '--mantine-color-dimmed': '#aab6bb',
    '--mantine-color-error': '#ff9a8f',
    '--mantine-color-body': '#1c2225',
    '--mantine-color-default': '#22292d',
    '--mantine-color-default-hover': '#2a3237',
    '--page-ground': '#131719',
    '--page-line': '#364046',
  },
})
