import { lookup } from 'node:dns'
import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

const WAITS_MS = 3_000
const MOST_BYTES = 64 * 1024

/** What no app of somebody else has its keys at: special-purpose addresses (RFC 6890), both families. */
const PRIVATE = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4')
// Of IPv6 only global unicast is public, and of it not what carries IPv4 inside or is for documentation.
const GLOBAL = new BlockList()
GLOBAL.addSubnet('2000::', 3, 'ipv6')
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6')

export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !PRIVATE.check(address, 'ipv4')
  return family === 6 && GLOBAL.check(address, 'ipv6') && !PRIVATE.check(address, 'ipv6')
}

export const isLoopbackAddress = (address: string): boolean => address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address)

/** Whether keys may lie there: https, or http on this machine. Addresses are checked when they are known. */
export function isJwksAddress(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false
  if (url.protocol === 'https:') return true
  return url.protocol === 'http:' && (url.hostname === 'localhost' || isLoopbackAddress(bare(url.hostname)))
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')

/** Whether an address is of this machine: a server that is reached by it serves nobody else. */
export function isOnThisMachine(url: string): boolean {
  const host = bare(new URL(url).hostname)
  return host === 'localhost' || isLoopbackAddress(host)
}

/**
 * Fetches a client's keys: three seconds, 64 KiB, no redirects, and no address inside this network (this machine's own
 * only where `loopback` says so). The address that was checked is the one that is connected to.
 */
export function createFetchJwks(loopback: boolean) {
  const allowed = (address: string) => isPublicAddress(address) || (loopback && isLoopbackAddress(address))

  const checkedLookup: LookupFunction = (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, [])
      const good = addresses.filter((one) => allowed(one.address))
      if (good.length === 0) return done(new Error('the address is not a public one'), [])
      if ((options as { all?: boolean }).all === true) return done(null, good)
      return done(null, good[0]?.address as string, good[0]?.family)
    })
  }

  return function fetchJwks(address: string | URL | Request): Promise<Response> {
    const url = new URL(address instanceof Request ? address.url : address)
    const literal = isIP(bare(url.hostname)) !== 0
    if (!isJwksAddress(url.href) || (literal && !allowed(bare(url.hostname))))
      return Promise.reject(new Error('the address of the keys is not one this server asks'))
    const request = url.protocol === 'https:' ? requestTls : requestPlain
    return new Promise((resolve, reject) => {
      const options = {
        lookup: checkedLookup,
        signal: AbortSignal.timeout(WAITS_MS),
        headers: { accept: 'application/json' },
      }
      const sent = request(url, options, (response) => {
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > MOST_BYTES) sent.destroy(new Error('the keys are too large'))
          else chunks.push(chunk)
        })
        response.on('error', reject)
        response.on('end', () => {
          const status = response.statusCode ?? 0
          if (status !== 200) return reject(new Error(`the address of the keys answers ${status}`))
          // Without its cache headers: how long keys are believed is ours to say.
          resolve(new Response(Buffer.concat(chunks), { status }))
        })
      })
      sent.on('error', reject)
      sent.end()
    })
  }
}
