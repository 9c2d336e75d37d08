import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  anyAction,
  anyDataChange,
  anyDecision,
  anyLogin,
  anyPolicyChange,
  anyTrialChange,
} from '../../../../../tests/support/any-record.ts'
import type { AuditRecord } from '../../audit-record.ts'
import type { LoginRecord } from '../../login-record.ts'
import { recordIn } from '../../record-in.ts'
import { toOcsf } from './to-ocsf.ts'

const read = (name: string) => JSON.parse(readFileSync(new URL(`schemas/${name}.schema.json`, import.meta.url), 'utf8'))
const ajv = new Ajv({ strict: true, strictRequired: false })
const validators = Object.fromEntries(
  (['web-resources-activity', 'authentication', 'entity-management', 'base-event'] as const).map((name) => [
    name,
    ajv.compile(read(name)),
  ]),
)

function check(name: string, record: object): Readonly<Record<string, unknown>> {
  const event = JSON.parse(JSON.stringify(toOcsf(recordIn(JSON.stringify(record)))))
  const validate = validators[name]
  expect(validate?.(event), `${JSON.stringify(validate?.errors)}\n${JSON.stringify(event)}`).toBe(true)
  return event
}

/** All values that are no containers, as texts. */
function leaves(value: unknown): readonly string[] {
  if (value === null) return []
  return typeof value === 'object' ? Object.values(value).flatMap(leaves) : [String(value)]
}

describe('every record validates, and loses nothing', () => {
  const kinds: readonly (readonly [string, fc.Arbitrary<object>])[] = [
    ['web-resources-activity', anyDecision],
    ['authentication', anyLogin],
    ['entity-management', anyAction],
    ['entity-management', anyPolicyChange],
    ['entity-management', anyTrialChange],
    ['entity-management', anyDataChange],
    [
      'base-event',
      fc.record({
        version: fc.constant(1),
        kind: fc.constantFrom('activation', 'new'),
        time: fc.constant('2026-03-02T09:00:00.000Z'),
        what: fc.string(),
      }),
    ],
  ]
  test.each(kinds)('%s', (name, any) => {
    fc.assert(
      fc.property(any, (record) => {
        const event = check(name, record)
        const { time, kind, ...others } = record as { readonly time: string; readonly kind?: string }
        expect(event.time).toBe(Date.parse(time))
        const there = new Set(leaves(event))
        expect(
          leaves(others).filter((leaf) => !there.has(leaf)),
          JSON.stringify(record),
        ).toEqual([])
      }),
      { numRuns: process.env.IAP_FULL === '1' ? 500 : 200, seed: 7 },
    )
  })
})

const decision: AuditRecord = {
  version: 3,
  time: '2026-03-02T09:00:00.120Z',
  requestId: '0d9c3c0e-6f0f-4f5f-9a35-5a3a5e3c8a52',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  source: '10.1.2.3',
  caller: { identity: 'staff', subject: 'ann', credential: 'n4bQgYhMfWWaL-qgxVrQFa' },
  method: 'GET',
  host: 'orders.shop.example',
  path: '/orders/7',
  rawPath: '/orders/7',
  query: false,
  route: 'orders.read',
  service: 'orders',
  labels: ['pii'],
  effect: 'deny',
  status: 403,
  code: 'denied',
  detail: null,
  rules: ['not_on_holiday'],
  reason: 'You are on holiday.',
  errors: [],
  challenge: null,
  obligations: { headers: [], limits: [] },
  shadow: [],
  revision: `sha256:${'0'.repeat(64)}`,
  sequence: 12,
  data: {},
  upstream: null,
  complete: true,
  responseBytes: 0,
  durations: { decision: 0.08, upstream: null, total: 0.31 },
  strippedHeaders: [],
}

test('a decision is a Web Resources Activity with the profile security_control', () => {
  expect(check('web-resources-activity', decision)).toEqual({
    category_uid: 6,
    category_name: 'Application Activity',
    class_uid: 6001,
    class_name: 'Web Resources Activity',
    activity_id: 2,
    type_uid: 600_102,
    time: 1_772_442_000_120,
    severity_id: 2,
    status_id: 2,
    status_code: 'denied',
    message: 'deny: GET orders.read',
    metadata: {
      version: '1.5.0',
      product: { name: 'iap', vendor_name: 'iap', version: '0.1.0' },
      log_name: 'audit',
      log_version: '3',
      profiles: ['host', 'security_control'],
      uid: '0d9c3c0e-6f0f-4f5f-9a35-5a3a5e3c8a52',
      correlation_uid: '0af7651916cd43dd8448eb211c80319c',
      labels: ['pii'],
    },
    src_endpoint: { ip: '10.1.2.3' },
    dst_endpoint: { hostname: 'orders.shop.example', svc_name: 'orders' },
    actor: { user: { uid: 'ann', domain: 'staff', type_id: 1 }, session: { uid: 'n4bQgYhMfWWaL-qgxVrQFa' } },
    http_request: {
      uid: '0d9c3c0e-6f0f-4f5f-9a35-5a3a5e3c8a52',
      http_method: 'GET',
      url: { hostname: 'orders.shop.example', path: '/orders/7' },
    },
    http_response: { code: 403 },
    web_resources: [{ name: 'orders.read', uid: 'orders.read', type: 'route', data: { path: '/orders/7' } }],
    action: 'Denied',
    action_id: 2,
    disposition: 'Blocked',
    disposition_id: 2,
    policy: { uid: `sha256:${'0'.repeat(64)}`, version: '12' },
    authorizations: [{ decision: 'deny', policy: { name: 'not_on_holiday' } }],
    unmapped: {
      query: false,
      effect: 'deny',
      reason: 'You are on holiday.',
      errors: [],
      challenge: null,
      obligations: { headers: [], limits: [] },
      shadow: [],
      data: {},
      upstream: null,
      complete: true,
      responseBytes: 0,
      durations: { decision: 0.08, upstream: null, total: 0.31 },
      strippedHeaders: [],
    },
  })
})

test.each([
  ['permit', null, 1, 1, 1],
  ['permit', 'upstream-timeout', 1, 1, 2],
  ['deny', 'denied', 2, 2, 2],
  ['challenge', 'step-up', 2, 23, 2],
  ['unauthenticated', 'unauthenticated', 2, 26, 2],
  ['reject', 'request-malformed', 2, 25, 2],
  ['reject', 'internal', 2, 27, 2],
] as const)('%s with %s: action %i, disposition %i, status %i', (effect, code, action_id, disposition_id, status_id) => {
  expect(check('web-resources-activity', { ...decision, effect, code })).toMatchObject({ action_id, disposition_id, status_id })
})

const login: LoginRecord = {
  version: 3,
  kind: 'login',
  time: '2026-03-02T09:00:00.120Z',
  action: 'login',
  outcome: 'failure',
  by: 'person',
  requestId: '0d9c3c0e-6f0f-4f5f-9a35-5a3a5e3c8a52',
  source: '10.1.2.3',
  host: 'orders.shop.example',
  identity: null,
  method: null,
  subject: null,
  session: null,
  code: 'login-state',
  detail: 'no login is under way with this address',
}

test('what was left out but for its hash is a text', () => {
  const hashed = { ...decision, source: { hash: 'abc' }, caller: { ...decision.caller, subject: { hash: 'def' } } }
  expect(check('web-resources-activity', hashed)).toMatchObject({
    src_endpoint: { ip: 'hash:abc' },
    actor: { user: { uid: 'hash:def', domain: 'staff' } },
  })
})

test('a login is an Authentication, also where nobody knows whose', () => {
  expect(check('authentication', login)).toMatchObject({
    activity_id: 1,
    type_uid: 300_201,
    status_id: 2,
    status_code: 'login-state',
    user: { name: 'unknown', type_id: 0 },
    auth_protocol_id: 0,
  })
  const known = {
    ...login,
    action: 'logout',
    outcome: 'success',
    identity: 'staff',
    method: 'saml',
    subject: 'ann',
    session: 's',
    code: null,
  }
  expect(check('authentication', known)).toMatchObject({
    activity_id: 2,
    status_id: 1,
    user: { uid: 'ann', domain: 'staff', type_id: 1 },
    session: { uid: 's' },
    auth_protocol: 'SAML',
    auth_protocol_id: 5,
  })
})

test('a schema refuses an event that lacks what its class requires', () => {
  const { user, ...without } = check('authentication', login)
  expect(validators.authentication?.(without)).toBe(false)
  const { web_resources, ...others } = check('web-resources-activity', decision)
  expect(validators['web-resources-activity']?.(others)).toBe(false)
})

describe('docs/reference/audit-ocsf.md', () => {
  const page = readFileSync(new URL('../../../../../docs/reference/audit-ocsf.md', import.meta.url), 'utf8')
  const rowsOf = (heading: string) => {
    const [, section = ''] = page.split(`\n## ${heading}`)
    return [...(section.split('\n## ')[0] ?? '').matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    )
  }

  test.each([
    ['Decisions', 'audit-record'],
    ['Logins', 'login-record'],
    ['Actions', 'action-record'],
    ['Policies', 'policy-record'],
    ['Data', 'data-record'],
  ])('%s: each member has its row', (heading, name) => {
    const schema = JSON.parse(readFileSync(new URL(`../../${name}.schema.json`, import.meta.url), 'utf8'))
    expect(rowsOf(heading).toSorted()).toEqual(Object.keys(schema.properties).toSorted())
  })
})
