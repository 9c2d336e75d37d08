'use strict'

const keys$1 = abi.keys([['q']])
const record$2 = (json) => {
  const value = abi.closed(json, keys$1)
  return { q: abi.string(abi.member(value, 'q')) }
}
const keys$3 = abi.keys([['sku'], ['count']])
const record$4 = (json) => {
  const value = abi.closed(json, keys$3)
  return {
    sku: abi.string(abi.member(value, 'sku')),
    $count: abi.integer(abi.member(value, 'count')),
  }
}
const keys$5 = abi.keys([['city']])
const record$6 = (json) => {
  const value = abi.closed(json, keys$5)
  return { city: abi.string(abi.member(value, 'city')) }
}
const keys$7 = abi.keys([['items'], ['ship_to'], ['on']])
const record$8 = (json) => {
  const value = abi.closed(json, keys$7)
  return {
    items: abi.list(abi.few(abi.member(value, 'items'), 1000), record$4),
    ship_to: abi.optional(abi.member(value, 'ship_to'), record$6),
    on: abi.optional(abi.member(value, 'on'), abi.timestamp),
  }
}
const set$9 = abi.setOf(['EUR', 'USD'])
const record$10 = (json) => {
  const value = abi.record(json)
  return {
    amount: abi.integer(abi.member(value, 'amount')),
    currency: abi.literal(abi.member(value, 'currency'), set$9),
    reason: abi.optional(abi.member(value, 'reason'), abi.string),
  }
}
// whether a caller of an identity can be challenged
const steps$up = [true]

const rule$free = abi.permit('free')
const rule$get = abi.permit('get', { written: ['policy.iap', 'when 18:42-18:55'] })
const rule$order = abi.permit('order', { written: ['policy.iap', 'when 15:42-15:127'] })
const rule$refund = abi.permit('refund', { written: ['policy.iap', 'when 14:42-14:86'] })
const rule$tags = abi.permit('tags', { written: ['policy.iap', 'when 16:42-16:89'] })

// identity user
function facts$user(claims, data, auth) {
  const caller = { $sub: abi.string(abi.member(claims, 'sub')) }
  const roles = []
  const facts = { identity: 0, roles, caller, auth }
  return facts
}

// api.free: POST /free
function decide$api$free(facts, request) {
  if (facts.identity < 0) return 4
  // permit free
  return 3
}

function judge$free(trace, facts, request) {
  trace.judge(rule$free)
}

const trace$api$free = abi.tracing(steps$up, { signIn: true, body: false, anonymous: {}, authenticated: { permits: [judge$free] } })

// api.get: GET, HEAD /get
function early$api$get(facts, request) {
  if (facts.identity < 0) return 4
  // permit get
  return -1
}

// api.get: GET, HEAD /get
function decide$api$get(facts, request) {
  if (facts.identity < 0) return 4
  // permit get
  if (request.body.q === 'x') return 5
  return 1
}

function judge$get(trace, facts, request) {
  trace.judge(rule$get, [request.body === undefined ? 'open' : request.body.q === 'x'])
}

const trace$api$get = abi.tracing(steps$up, { signIn: true, body: true, anonymous: {}, authenticated: { rules: [judge$get] } })

// api.order: POST, PUT /order
function early$api$order(facts, request) {
  if (facts.identity < 0) return 4
  // permit order
  return -1
}

function all$1(elements) {
  for (const item of elements) {
    if (!(item.$count > 0)) return false
  }
  return true
}

// api.order: POST, PUT /order
function decide$api$order(facts, request) {
  if (facts.identity < 0) return 4
  let found
  // permit order
  if (
    (((found = request.body.ship_to ?? null) === null ? null : found.city) ?? 'here') === 'here' &&
    all$1(request.body.items)
  ) return 6
  return 1
}

function judge$order(trace, facts, request) {
  let found
  trace.judge(rule$order, [
    request.body === undefined ? 'open' : all$1(request.body.items) && (((found = request.body.ship_to ?? null) === null ? null : found.city) ?? 'here') === 'here',
  ])
}

const trace$api$order = abi.tracing(steps$up, { signIn: true, body: true, anonymous: {}, authenticated: { rules: [judge$order] } })

// api.refund: POST /refund
function early$api$refund(facts, request) {
  if (facts.identity < 0) return 4
  // permit refund
  return -1
}

// api.refund: POST /refund
function decide$api$refund(facts, request) {
  if (facts.identity < 0) return 4
  // permit refund
  if (request.body.amount <= 100 && request.body.currency === 'EUR') return 7
  return 1
}

function judge$refund(trace, facts, request) {
  trace.judge(rule$refund, [
    request.body === undefined ? 'open' : request.body.amount <= 100 && request.body.currency === 'EUR',
  ])
}

const trace$api$refund = abi.tracing(steps$up, { signIn: true, body: true, anonymous: {}, authenticated: { rules: [judge$refund] } })

// api.tags: POST /tags
function early$api$tags(facts, request) {
  if (facts.identity < 0) return 4
  // permit tags
  return -1
}

// api.tags: POST /tags
function decide$api$tags(facts, request) {
  if (facts.identity < 0) return 4
  // permit tags
  if (request.body.length === 2 && (request.body[0] ?? '') === 'a') return 8
  return 1
}

function judge$tags(trace, facts, request) {
  trace.judge(rule$tags, [
    request.body === undefined ? 'open' : request.body.length === 2 && (request.body[0] ?? '') === 'a',
  ])
}

const trace$api$tags = abi.tracing(steps$up, { signIn: true, body: true, anonymous: {}, authenticated: { rules: [judge$tags] } })

return abi.policy({
  abi: 3,
  outcomes: [
    { effect: 'deny', rule: null, reason: 'no-route' }, // 0
    { effect: 'deny', rule: null, reason: 'default' }, // 1
    { effect: 'deny', rule: null, reason: 'data' }, // 2
    { effect: 'permit', rule: 'free', reason: null }, // 3
    { effect: 'unauthenticated', rule: null, reason: null }, // 4
    { effect: 'permit', rule: 'get', reason: null }, // 5
    { effect: 'permit', rule: 'order', reason: null }, // 6
    { effect: 'permit', rule: 'refund', reason: null }, // 7
    { effect: 'permit', rule: 'tags', reason: null }, // 8
  ],
  identities: [
    { name: 'user', methods: ['jwt'], stepsUp: true, data: [], facts: abi.decoder(facts$user) },
  ],
  data: [],
  routes: [
    {
      name: 'api.free',
      service: 'api',
      labels: [],
      methods: ['POST'],
      segments: [{ kind: 'literal', text: 'free' }],
      params: [],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: [],
      early: null,
      ofCaller: true,
      decide: decide$api$free,
      obligations: null,
      trace: trace$api$free,
    },
    {
      name: 'api.get',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'get' }],
      params: [],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: { read: abi.reading(record$2) },
      ownHeaders: [],
      early: early$api$get,
      decide: decide$api$get,
      obligations: null,
      trace: trace$api$get,
    },
    {
      name: 'api.order',
      service: 'api',
      labels: [],
      methods: ['POST', 'PUT'],
      segments: [{ kind: 'literal', text: 'order' }],
      params: [],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: { read: abi.reading(record$8) },
      ownHeaders: [],
      early: early$api$order,
      decide: decide$api$order,
      obligations: null,
      trace: trace$api$order,
    },
    {
      name: 'api.refund',
      service: 'api',
      labels: [],
      methods: ['POST'],
      segments: [{ kind: 'literal', text: 'refund' }],
      params: [],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: { read: abi.reading(record$10) },
      ownHeaders: [],
      early: early$api$refund,
      decide: decide$api$refund,
      obligations: null,
      trace: trace$api$refund,
    },
    {
      name: 'api.tags',
      service: 'api',
      labels: [],
      methods: ['POST'],
      segments: [{ kind: 'literal', text: 'tags' }],
      params: [],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: { read: abi.reading((value) => abi.list(value, abi.string)) },
      ownHeaders: [],
      early: early$api$tags,
      decide: decide$api$tags,
      obligations: null,
      trace: trace$api$tags,
    },
  ],
})
