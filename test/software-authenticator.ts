/** For tests only: an authenticator in software, after WebAuthn Level 3 §6, which can be made to misbehave. */
import { generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import type { Json } from './asking.ts'

export type Misbehaves = {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  /** Does not check who holds it. */
  readonly unverified?: boolean
  readonly counter?: number
  readonly signWith?: KeyObject
}

const b64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: string | Buffer): Buffer => hash('sha256', bytes, 'buffer')

export type SoftwareAuthenticator = ReturnType<typeof createSoftwareAuthenticator>

/** One passkey on one device. `origin` is the page it is used on. */
export function createSoftwareAuthenticator(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let counter = 0

  function clientData(type: string, options: Json, how: Misbehaves): Buffer {
    const said = { type: how.type ?? type, challenge: how.challenge ?? options.challenge, origin: how.origin ?? origin }
    return Buffer.from(JSON.stringify({ ...said, crossOrigin: false }))
  }

  function authenticatorData(rpId: string, how: Misbehaves, attested: Buffer = Buffer.alloc(0)): Buffer {
    const flags = 0x01 | (how.unverified === true ? 0 : 0x04) | (attested.length > 0 ? 0x40 : 0)
    counter += 1
    const head = Buffer.alloc(5)
    head[0] = flags
    head.writeUInt32BE(how.counter ?? counter, 1)
    return Buffer.concat([sha256(how.rpId ?? rpId), head, attested])
  }

  return {
    id: b64(id),
    /** Answers `navigator.credentials.create`, without attestation. */
    create(options: Json, how: Misbehaves = {}): Json {
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      const cose = isoCBOR.encode(
        new Map<number, number | Uint8Array<ArrayBuffer>>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
          [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
        ]),
      )
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose])
      const attestationObject = isoCBOR.encode(
        new Map<string, string | Uint8Array<ArrayBuffer> | Map<string, string>>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', new Uint8Array(authenticatorData(options.rp.id, how, attested))],
        ]),
      )
      const response = {
        clientDataJSON: b64(clientData('webauthn.create', options, how)),
        attestationObject: b64(attestationObject),
        transports: ['internal'],
      }
      return { id: b64(id), rawId: b64(id), type: 'public-key', clientExtensionResults: {}, response }
    },
    /** Answers `navigator.credentials.get`. */
    get(options: Json, how: Misbehaves = {}): Json {
      const data = authenticatorData(options.rpId, how)
      const client = clientData('webauthn.get', options, how)
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), how.signWith ?? privateKey)
      const response = { clientDataJSON: b64(client), authenticatorData: b64(data), signature: b64(signature) }
      return { id: b64(id), rawId: b64(id), type: 'public-key', clientExtensionResults: {}, response }
    },
  }
}
