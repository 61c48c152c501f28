import './styles.ts'
import { type MantineColorSchemeManager, MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client.ts'
import { createPages } from './routes.tsx'
import { takeLinkToken } from './screens/enrol/link-token.ts'
import { contrast, theme } from './theme.ts'

declare global {
  /** Read by the part of Mantine that keeps the page behind a dialog from scrolling (get-nonce). */
  var __webpack_nonce__: string | undefined
}

takeLinkToken(window.location, window.history)

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
globalThis.__webpack_nonce__ = nonce

/** The system's colours, and nothing kept in the browser. */
const noStorage: MantineColorSchemeManager = {
  get: (otherwise) => otherwise,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
}

// A page brought back from the browser's memory after sign-out must not show what it showed before.
addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload()
})

const queries = createQueryClient()
const pages = createPages(queries)

createRoot(document.getElementById('page') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={contrast}
        defaultColorScheme="auto"
        colorSchemeManager={noStorage}
        getStyleNonce={() => nonce}
      >
        <RouterProvider router={pages} />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
)
