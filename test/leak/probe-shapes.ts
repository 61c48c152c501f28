import { MRN } from './resources.ts'
import type { Json, Request } from './speak.ts'

/** A record that is asked about: `id` is there and hidden, or was never there. */
export type Target = { readonly type: string; readonly id: string; readonly resource: Json }
export type Probe = { readonly name: string; readonly kind: string; readonly request: (target: Target) => Request }

const PATCH = { 'content-type': 'application/json-patch+json' }
const MATCH = { 'if-match': 'W/"1"' }
const bundle = (type: string, method: string, url: string, resource?: Json, more: object = {}) => ({
  resourceType: 'Bundle',
  type,
  entry: [{ ...(resource !== undefined && { resource }), request: { method, url, ...more } }],
})
const at = ({ type, id }: Target) => `/${type}/${id}`
const where = ({ type, id }: Target) => `/${type}?identifier=${encodeURIComponent(`${MRN}|${id}`)}`
const condition = ({ id }: Target) => `identifier=${MRN}|${id}`
/** A body that names nothing of the record it would replace but its id: about a patient the asker may know. */
const unidentified = ({ identifier: _, ...rest }: Json): Json => rest

/** What one may try to learn whether a record is there. Writes come last: what they change is put right after each. */
export const PROBES: readonly Probe[] = [
  probe('read', 'read', (target) => ({ method: 'GET', path: at(target) })),
  probe('HEAD', 'read', (target) => ({ method: 'HEAD', path: at(target) })),
  probe('read if changed', 'If-None-Match', (target) => ({
    method: 'GET',
    path: at(target),
    headers: { 'if-none-match': 'W/"1"' },
  })),
  probe('read if newer', 'If-Modified-Since', (target) => ({
    method: 'GET',
    path: at(target),
    headers: { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' },
  })),
  probe('vread', 'vread', (target) => ({ method: 'GET', path: `${at(target)}/_history/1` })),
  probe('vread of no version', 'vread', (target) => ({ method: 'GET', path: `${at(target)}/_history/99` })),
  probe('history', 'history-instance', (target) => ({ method: 'GET', path: `${at(target)}/_history` })),
  probe('history since', 'history-instance', (target) => ({
    method: 'GET',
    path: `${at(target)}/_history?_since=2020-01-01T00:00:00Z&_count=1`,
  })),
  probe('search by id', '_id', (target) => ({ method: 'GET', path: `/${target.type}?_id=${target.id}` })),
  probe('count by id', '_summary=count', (target) => ({
    method: 'GET',
    path: `/${target.type}?_id=${target.id}&_summary=count`,
  })),
  probe('search by identifier', 'identifier', (target) => ({ method: 'GET', path: where(target) })),
  probe('everything', '$everything', (target) => ({ method: 'GET', path: `${at(target)}/$everything` })),
  probe('access report', 'access report', (target) => ({ method: 'GET', path: `${at(target)}/$access-report` })),
  probe('what refers to it', 'reference', (target) => ({
    method: 'GET',
    path: `/Provenance?target=${target.type}/${target.id}`,
  })),
  probe('read in a batch', 'batch', (target) => ({
    method: 'POST',
    path: '/',
    body: bundle('batch', 'GET', at(target).slice(1)),
  })),
  probe('read in a transaction', 'transaction', (target) => ({
    method: 'POST',
    path: '/',
    body: bundle('transaction', 'GET', at(target).slice(1)),
  })),
  probe('patch', 'patch', (target) => ({ method: 'PATCH', path: at(target), headers: PATCH, body: [] })),
  probe('patch of a version', 'patch', (target) => ({
    method: 'PATCH',
    path: at(target),
    headers: { ...PATCH, ...MATCH },
    body: [],
  })),
  probe('update of a version', 'If-Match', (target) => ({
    method: 'PUT',
    path: at(target),
    headers: MATCH,
    body: target.resource,
  })),
  probe('update', 'create-by-PUT', (target) => ({
    method: 'PUT',
    path: at(target),
    body: unidentified(target.resource),
  })),
  probe('create where nothing is', 'create-by-PUT', (target) => ({
    method: 'PUT',
    path: at(target),
    headers: { 'if-none-match': '*' },
    body: unidentified(target.resource),
  })),
  probe('update in a batch', 'create-by-PUT', (target) => ({
    method: 'POST',
    path: '/',
    body: bundle('batch', 'PUT', at(target).slice(1), unidentified(target.resource)),
  })),
  probe('create if none is there', 'If-None-Exist', (target) => ({
    method: 'POST',
    path: `/${target.type}`,
    headers: { 'if-none-exist': condition(target) },
    body: without(unidentified(target.resource)),
  })),
  probe('create in a transaction if none is there', 'If-None-Exist', (target) => ({
    method: 'POST',
    path: '/',
    body: bundle('transaction', 'POST', target.type, without(unidentified(target.resource)), {
      ifNoneExist: condition(target),
    }),
  })),
  probe('update where', 'conditional update', (target) => ({
    method: 'PUT',
    path: where(target),
    body: without(unidentified(target.resource)),
  })),
  probe('a reference by condition', 'reference check', (target) => ({
    method: 'POST',
    path: '/',
    body: bundle('transaction', 'POST', 'Basic', {
      resourceType: 'Basic',
      code: { text: 'x' },
      author: { reference: `${target.type}?${condition(target)}` },
    }),
  })),
  probe('a reference to it', 'reference check', (target) => ({
    method: 'POST',
    path: '/List',
    body: {
      resourceType: 'List',
      status: 'current',
      mode: 'working',
      subject: target.resource.subject,
      entry: [{ item: { reference: `${target.type}/${target.id}` } }],
    },
  })),
  probe('delete where', 'conditional delete', (target) => ({ method: 'DELETE', path: where(target) })),
  probe('delete of a version', 'If-Match', (target) => ({ method: 'DELETE', path: at(target), headers: MATCH })),
  probe('delete in a batch', 'batch', (target) => ({
    method: 'POST',
    path: '/',
    body: bundle('batch', 'DELETE', at(target).slice(1)),
  })),
  probe('delete', 'delete', (target) => ({ method: 'DELETE', path: at(target) })),
]

function probe(name: string, kind: string, request: Probe['request']): Probe {
  return { name, kind, request }
}

function without({ id: _, ...rest }: Json): Json {
  return rest
}
