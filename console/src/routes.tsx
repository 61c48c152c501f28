import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { sessionQuery } from './api/session.ts'
import { NotFound } from './parts/not-found.tsx'
import { PageTrouble } from './parts/page-trouble.tsx'
import { nextPath } from './screens/sign-in/next-path.ts'
import { isWhy, type Why } from './screens/sign-in/texts.ts'
import { SignedIn } from './signed-in.tsx'

type Context = { queries: QueryClient }
type SignInSearch = { next?: string; why?: Why; shared?: true }

const root = createRootRouteWithContext<Context>()({ component: Outlet })

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/account', replace: true })
  },
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ next, why, shared }: Record<string, unknown>): SignInSearch => ({
    ...(typeof next === 'string' ? { next } : {}),
    ...(isWhy(why) ? { why } : {}),
    ...(shared === true ? { shared } : {}),
  }),
  beforeLoad: async ({ context, search }) => {
    const { session } = await context.queries.ensureQueryData(sessionQuery)
    if (session !== null) throw redirect({ href: nextPath(search.next, window.location.origin), replace: true })
  },
  component: lazyRouteComponent(() => import('./screens/sign-in/sign-in.tsx'), 'SignIn'),
})

const enrol = createRoute({
  getParentRoute: () => root,
  path: '/enrol',
  component: lazyRouteComponent(() => import('./screens/enrol/enrol.tsx'), 'Enrol'),
})

const recovery = createRoute({
  getParentRoute: () => root,
  path: '/recovery',
  component: lazyRouteComponent(() => import('./screens/recovery/recovery.tsx'), 'Recovery'),
})

const interaction = createRoute({
  getParentRoute: () => root,
  path: '/interaction/$uid',
  component: lazyRouteComponent(() => import('./screens/interaction/interaction.tsx'), 'Interaction'),
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const { session } = await context.queries.ensureQueryData(sessionQuery)
    if (session === null) throw redirect({ to: '/sign-in', search: { next: location.href }, replace: true })
  },
  component: SignedIn,
})

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('./screens/account/account.tsx'), 'Account'),
})

const tree = root.addChildren([start, signIn, enrol, recovery, interaction, signedIn.addChildren([account])])

export const createPages = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queries },
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageTrouble,
    scrollRestoration: false,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>
  }
}
