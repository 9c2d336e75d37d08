import { generateSigningKey, type PackInput, packBundle, standaloneValidators } from '../../compiler/bundle/index.ts'
import type { Test } from '../../language/checker/model.ts'
import type { Model } from '../../language/index.ts'

/**
 * A decision module written by hand as the compiler would, so that tests of loading do not wait for it: `staff` with the role `reader` may
 * read `/orders/{id}`; a header `x-tenant` of `evil` is forbidden; `/healthz` is open.
 */
export function tinyPolicy(group = 'readers'): string {
  return `'use strict'

const steps$up = [true]

const rule$health = abi.permit('health')
const rule$no_evil = abi.forbid('no_evil', { because: 'Not for you.' })
const rule$reads = abi.permit('reads')

// identity staff
function facts$staff(claims, data, auth) {
  const caller = {
    $sub: abi.string(abi.member(claims, 'sub')),
    groups: abi.set(abi.member(claims, 'groups'), abi.string),
  }
  const roles = [0]
  const facts = { identity: 0, roles, caller, auth }
  if (caller.groups.has('${group}')) roles[0] |= 1
  return facts
}

// shop.health: GET, HEAD /healthz
function decide$shop$health(facts, request) {
  return 4
}

function judge$health(trace, facts, request) {
  trace.judge(rule$health)
}

// shop.read: GET, HEAD /orders/{id}
function decide$shop$read(facts, request) {
  if (request.headers.get('x-tenant') === 'evil') return 2
  if (facts.identity < 0) return 3
  const roles0 = facts.roles[0]
  if ((roles0 & 1) !== 0) return 1
  return 0
}

function judge$no_evil(trace, facts, request) {
  trace.judge(rule$no_evil, [request.headers.get('x-tenant') === 'evil'])
}

function judge$reads(trace, facts, request) {
  if ((facts.roles[0] & 1) !== 0) trace.judge(rule$reads)
}

return abi.policy({
  abi: 3,
  outcomes: [
    { effect: 'deny', rule: null, reason: 'default' },
    { effect: 'permit', rule: 'reads', reason: null },
    { effect: 'deny', rule: 'no_evil', reason: 'Not for you.' },
    { effect: 'unauthenticated', rule: null, reason: null },
    { effect: 'permit', rule: 'health', reason: null },
  ],
  identities: [{ name: 'staff', methods: ['jwt'], stepsUp: true, data: [], facts: abi.decoder(facts$staff) }],
  data: [],
  routes: [
    {
      name: 'shop.health',
      service: 'shop',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'healthz' }],
      params: [],
      hosts: ['shop.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: [],
      early: null,
      decide: decide$shop$health,
      obligations: null,
      trace: abi.tracing(steps$up, {
        signIn: false,
        body: false,
        anonymous: { permits: [judge$health] },
        authenticated: { permits: [judge$health] },
      }),
    },
    {
      name: 'shop.read',
      service: 'shop',
      labels: ['pii'],
      methods: ['GET', 'HEAD'],
      segments: [
        { kind: 'literal', text: 'orders' },
        { kind: 'param', type: 'string', prefix: '', suffix: '' },
      ],
      params: ['id'],
      hosts: ['shop.example'],
      headers: ['x-tenant'],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: [],
      early: null,
      decide: decide$shop$read,
      obligations: null,
      trace: abi.tracing(steps$up, {
        signIn: true,
        body: false,
        anonymous: { forbids: [judge$no_evil] },
        authenticated: { forbids: [judge$no_evil], permits: [judge$reads] },
      }),
    },
  ],
})
`
}

export const tinySchemas: PackInput['compiled']['schemas'] = {
  claims: {
    staff: {
      type: 'object',
      properties: { sub: { type: 'string' }, groups: { type: 'array', items: { type: 'string' } } },
      required: ['sub', 'groups'],
    },
  },
  data: {},
  bodies: {},
}

export const tinyModel = {
  identities: [{ name: 'staff', methods: ['jwt'] }],
  services: [{ name: 'shop', hosts: [{ text: 'shop.example' }] }],
  data: [],
  rules: [],
  tests: [],
  routes: [],
} as unknown as Model

/** `/healthz` is open. */
export const tinyTest = {
  ...{ name: 'open', method: 'GET', url: 'https://shop.example/healthz' },
  ...{ caller: null, authenticated: null, body: null, headers: [], data: {}, missing: [], mtls: null, at: null, from: null },
  expect: { effect: 'permit', by: null, status: null, headers: [], limit: null, shadow: null },
} as unknown as Test

export const tinySigner = generateSigningKey()

/** What `packBundle` takes, signed by `tinySigner`. */
export function tinyInput(changes: Partial<PackInput> = {}): PackInput {
  const compiled = { policy: tinyPolicy(), needs: ['identity:jwt'], schemas: tinySchemas }
  return {
    compiled,
    validators: standaloneValidators(tinySchemas),
    model: tinyModel,
    sources: [
      { name: 'orders.iap', text: 'permit reads on shop.read to reader\n' },
      { name: 'people/identity.iap', text: '// Überall\n' },
    ],
    sequence: 1,
    check: { warnings: 0 },
    tests: { passed: 3, failed: 0 },
    signers: [tinySigner],
    ...changes,
  }
}

export function tinyBundle(changes: Partial<PackInput> = {}): Promise<Uint8Array> {
  return packBundle(tinyInput(changes))
}
