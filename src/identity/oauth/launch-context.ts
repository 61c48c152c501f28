import type { Grant } from 'oidc-provider'

/** In which patient's chart, and at which visit, an app was started (SMART App Launch 2.2, launch context). */
export type LaunchContext = { readonly patient?: string; readonly encounter?: string }

const TYPE = 'smart-launch'

/** The context is kept in the grant itself, as an authorization detail (RFC 9396), so that it ends with it. */
export function setLaunchContext(grant: Grant, { patient, encounter }: LaunchContext): void {
  if (patient === undefined && encounter === undefined) return
  grant.addRar({ type: TYPE, ...(patient !== undefined && { patient }), ...(encounter !== undefined && { encounter }) })
}

export function launchContextOf(grant: { rar?: readonly object[] | undefined } | undefined): LaunchContext {
  const found = grant?.rar?.find((one) => (one as { type?: string }).type === TYPE) as LaunchContext | undefined
  const { patient, encounter } = found ?? {}
  return { ...(patient !== undefined && { patient }), ...(encounter !== undefined && { encounter }) }
}
