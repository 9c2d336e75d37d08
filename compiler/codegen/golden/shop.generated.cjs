'use strict'

const set$1 = abi.setOf(['basic', 'full'])
const record$2 = (json) => {
  const value = abi.record(json)
  return {
    kind: abi.literal(abi.member(value, 'kind'), set$1),
    until: abi.optional(abi.member(value, 'until'), abi.integer),
  }
}
const list$3 = ['x-agent', 'x-refund-tier']
const set$4 = abi.setOf([])
const requirement$5 = abi.requirement('mfa', [], 600000)
const requirement$6 = abi.requirement('auth', [], 28800000)
const set$7 = abi.setOf(['EUR', 'USD'])
const keys$8 = abi.keys([['amount'], ['currency'], ['reason']])
const record$9 = (json) => {
  const value = abi.closed(json, keys$8)
  return {
    amount: abi.integer(abi.member(value, 'amount')),
    currency: abi.literal(abi.member(value, 'currency'), set$7),
    reason: abi.optional(abi.member(value, 'reason'), abi.string),
  }
}
// whether a caller of an identity can be challenged
const steps$up = [false, true]

const rule$health_is_open = abi.permit('health_is_open')
const rule$no_robots = abi.forbid('no_robots', { written: ['policy.iap', 'when 73:8-73:103'] })
const rule$support_lists = abi.permit('support_lists', { written: ['policy.iap', 'when 40:8-40:59'] })
const rule$partner_reads = abi.permit('partner_reads', {
  limit: { count: 100, per: 60000 },
  written: ['policy.iap', 'when 45:8-45:37', 'when 46:8-46:65', 'limit 47:23-47:39'],
})
const rule$support_reads = abi.permit('support_reads', { headers: ['x-agent'], written: ['policy.iap', 'header 52:22-52:32'] })
const rule$managers_refund = abi.permit('managers_refund', {
  require: [requirement$6],
  limit: { count: 20, per: 3600000 },
  headers: ['x-refund-tier'],
  written: [
    'policy.iap',
    'when 57:8-57:28',
    'limit 59:22-59:32',
    'header 60:28-60:66',
    'require 58:11-58:25',
  ],
})
const rule$tried_out = abi.forbid('tried_out', { shadow: true, written: ['policy.iap', 'when 77:8-77:57'] })
const rule$money_needs_mfa = abi.forbid('money_needs_mfa', { personal: true, unless: [requirement$5], written: ['policy.iap', 'unless 69:10-69:24'] })
const rule$only_staff_moves_money = abi.forbid('only_staff_moves_money', {
  personal: true,
  because: 'Refunds are made by employees.',
  written: ['policy.iap', 'unless 64:10-64:25'],
})

// where fields of callers stand in data
function link$caller(caller, data) {
  return { $sub$assigned: abi.link(data.assigned, caller.$sub) }
}

// identity partner
function facts$partner(claims, data, auth) {
  const caller = {
    client_id: abi.string(abi.member(claims, 'client_id')),
    contract: record$2(abi.member(claims, 'contract')),
    groups: undefined,
    level: undefined,
    scope: abi.set(abi.scopes(abi.member(claims, 'scope')), abi.string),
    since: undefined,
    $sub: undefined,
  }
  const roles = [0]
  const facts = { identity: 0, roles, caller, auth, linked: abi.linked(link$caller, caller, data) }
  return facts
}

// identity staff
function facts$staff(claims, data, auth) {
  const caller = {
    client_id: undefined,
    contract: undefined,
    groups: abi.set(abi.member(claims, 'cognito:groups'), abi.string),
    level: abi.optional(abi.member(claims, 'level'), abi.integer),
    scope: undefined,
    since: abi.claimTimestamp(abi.member(claims, 'since')),
    $sub: abi.string(abi.member(claims, 'sub')),
  }
  const roles = [0]
  const facts = { identity: 1, roles, caller, auth, linked: abi.linked(link$caller, caller, data) }
  const blocked = data.blocked
  // role manager
  if (caller.groups.has('managers') && caller.level !== undefined && caller.level >= 3) roles[0] |= 1
  // role support
  if (caller.groups.has('support')) roles[0] |= 2
  // role trusted
  if (blocked !== undefined && (roles[0] & 2) !== 0 && !blocked.has(caller.$sub)) roles[0] |= 4
  return facts
}

// orders.health: GET, HEAD /healthz
function decide$orders$health(facts, request) {
  // permit health_is_open
  return 3
}

function judge$health_is_open(trace, facts, request) {
  trace.judge(rule$health_is_open)
}

const trace$orders$health = abi.tracing(steps$up, {
  signIn: false,
  body: false,
  anonymous: { permits: [judge$health_is_open] },
  authenticated: { permits: [judge$health_is_open] },
})

// orders.list: GET, HEAD /orders
function decide$orders$list(facts, request) {
  if (facts.identity < 0) {
    const user_agent = request.headers.get('user-agent')
    // forbid no_robots
    if (user_agent !== undefined && abi.lowerAscii(user_agent).includes('robot')) return 4
    return 6
  }
  const roles0 = facts.roles[0]
  const assigned = request.data.assigned
  const linked = abi.linkedCaller(facts, request)
  const user_agent = request.headers.get('user-agent')
  // forbid no_robots
  if (user_agent !== undefined && abi.lowerAscii(user_agent).includes('robot')) return 4
  // permit support_lists
  if (
    (roles0 & 4) !== 0 &&
    (assigned.entryAt(linked.$sub$assigned) ?? set$4).has(request.query.customer)
  ) return 5
  return 1
}

function judge$no_robots(trace, facts, request) {
  trace.judge(rule$no_robots, [
    request.headers.get('user-agent') !== undefined && abi.lowerAscii(request.headers.get('user-agent')).includes('robot'),
  ])
}

function judge$support_lists(trace, facts, request) {
  const roles0 = facts.roles[0]
  const assigned = request.data.assigned
  const caller = facts.caller
  if ((roles0 & 4) !== 0) trace.judge(rule$support_lists, [(assigned.get(caller.$sub) ?? set$4).has(request.query.customer)])
}

const trace$orders$list = abi.tracing(steps$up, {
  signIn: true,
  body: false,
  anonymous: { forbids: [judge$no_robots] },
  authenticated: { forbids: [judge$no_robots], permits: [judge$support_lists] },
})

// orders.read: GET, HEAD /orders/{id: int}
function decide$orders$read(facts, request) {
  if (facts.identity < 0) {
    const user_agent = request.headers.get('user-agent')
    // forbid no_robots
    if (user_agent !== undefined && abi.lowerAscii(user_agent).includes('robot')) return 4
    return 6
  }
  const roles0 = facts.roles[0]
  const caller = facts.caller
  const id = abi.segmentInteger(request.segments[1])
  let value1
  const user_agent = request.headers.get('user-agent')
  // forbid no_robots
  if (user_agent !== undefined && abi.lowerAscii(user_agent).includes('robot')) return 4
  // permit support_reads
  if ((roles0 & 3) !== 0 && abi.isHeaderValue(caller.$sub)) return 7
  // permit partner_reads
  if (
    facts.identity === 0 &&
    caller.scope.has('orders:read') &&
    (caller.contract.kind === 'full' || (abi.isInt(value1 = id + 1000) && value1 > 5000))
  ) return 8
  return 1
}

// orders.read: GET, HEAD /orders/{id: int}
function obligations$orders$read(facts, request) {
  if (facts.identity < 0) {
    const obligations = abi.startObligations()
    return obligations.end()
  }
  const obligations = abi.startObligations()
  const caller = facts.caller
  const id = abi.segmentInteger(request.segments[1])
  const roles0 = facts.roles[0]
  let value1, value2
  // permit partner_reads
  if (
    facts.identity === 0 &&
    caller.scope.has('orders:read') &&
    (caller.contract.kind === 'full' || (abi.isInt(value1 = id + 1000) && value1 > 5000))
  ) obligations.permit(rule$partner_reads, caller.client_id, [])
  // permit support_reads
  if ((roles0 & 3) !== 0 && abi.isHeaderValue(value2 = caller.$sub)) obligations.permit(rule$support_reads, null, [value2])
  return obligations.end()
}

function judge$partner_reads(trace, facts, request) {
  const caller = facts.caller
  const id = abi.segmentInteger(request.segments[1])
  let value1
  if (
    facts.identity === 0 &&
    trace.judge(rule$partner_reads, [
      caller.scope.has('orders:read'),
      caller.contract.kind === 'full' || (abi.isInt(value1 = id + 1000) ? value1 > 5000 : undefined),
    ])
  ) trace.oblige(caller.client_id, [])
}

function judge$support_reads(trace, facts, request) {
  const roles0 = facts.roles[0]
  const caller = facts.caller
  if ((roles0 & 3) !== 0 && trace.judge(rule$support_reads)) trace.oblige(null, [caller.$sub])
}

const trace$orders$read = abi.tracing(steps$up, {
  signIn: true,
  body: false,
  anonymous: { forbids: [judge$no_robots] },
  authenticated: { rules: [judge$partner_reads, judge$support_reads], forbids: [judge$no_robots] },
})

// orders.refund: POST /orders/{id: int}/refund
function early$orders$refund(facts, request) {
  if (facts.identity < 0) {
    // forbid money_needs_mfa
    return 11
  }
  let denied = -1
  const roles0 = facts.roles[0]
  // forbid money_needs_mfa
  if (!abi.meets(requirement$5, facts, request)) denied = 9
  // forbid only_staff_moves_money
  if (facts.identity !== 1) return denied < 0 ? 10 : denied
  // permit managers_refund
  if ((roles0 & 1) !== 0) return -1
  if (denied >= 0) return denied
  return 1
}

// orders.refund: POST /orders/{id: int}/refund
function decide$orders$refund(facts, request) {
  if (facts.identity < 0) {
    // forbid money_needs_mfa
    return 11
  }
  let denied = -1, challenged = -1
  const roles0 = facts.roles[0]
  // forbid money_needs_mfa
  if (!abi.meets(requirement$5, facts, request)) {
    denied = 9
    challenged = 12
  }
  // forbid only_staff_moves_money
  if (facts.identity !== 1) return denied < 0 ? 10 : denied
  if (denied >= 0 && !steps$up[+facts.identity]) return denied
  // permit managers_refund
  if (
    (roles0 & 1) !== 0 &&
    request.body.amount <= 50000 &&
    abi.isHeaderValue(request.body.amount > 10000 ? 'gold' : 'plain')
  ) {
    if (denied >= 0) return challenged
    if (abi.meets(requirement$6, facts, request)) return 13
    if (challenged < 0) challenged = 14
  }
  if (denied >= 0) return denied
  if (challenged >= 0 && steps$up[+facts.identity]) return challenged
  return 1
}

// orders.refund: POST /orders/{id: int}/refund
function obligations$orders$refund(facts, request) {
  if (facts.identity < 0) {
    const obligations = abi.startObligations()
    return obligations.end()
  }
  const obligations = abi.startObligations()
  const roles0 = facts.roles[0]
  const caller = facts.caller
  let value1
  // permit managers_refund
  if (
    (roles0 & 1) !== 0 &&
    request.body.amount <= 50000 &&
    abi.meets(requirement$6, facts, request) &&
    abi.isHeaderValue(value1 = request.body.amount > 10000 ? 'gold' : 'plain')
  ) obligations.permit(rule$managers_refund, caller.$sub, [value1])
  return obligations.end()
}

function judge$tried_out(trace, facts, request) {
  if (request.headers.count('x-trial') < 2 && request.body !== undefined) trace.judge(rule$tried_out, [request.headers.get('x-trial') !== undefined && request.body.amount > 100])
}

function judge$money_needs_mfa(trace, facts, request) {
  trace.judge(rule$money_needs_mfa)
}

function judge$only_staff_moves_money(trace, facts, request) {
  trace.judge(rule$only_staff_moves_money, [true])
}

function judge$only_staff_moves_money$2(trace, facts, request) {
  trace.judge(rule$only_staff_moves_money, [facts.identity !== 1])
}

function judge$managers_refund(trace, facts, request) {
  const roles0 = facts.roles[0]
  const caller = facts.caller
  if (
    (roles0 & 1) !== 0 &&
    trace.judge(rule$managers_refund, [request.body === undefined ? 'open' : request.body.amount <= 50000])
  ) trace.oblige(caller.$sub, [request.body.amount > 10000 ? 'gold' : 'plain'])
}

const trace$orders$refund = abi.tracing(steps$up, {
  signIn: true,
  body: true,
  anonymous: {
    rules: [judge$tried_out, judge$money_needs_mfa],
    forbids: [judge$only_staff_moves_money],
  },
  authenticated: {
    rules: [judge$money_needs_mfa, judge$tried_out, judge$managers_refund],
    forbids: [judge$only_staff_moves_money$2],
  },
})

return abi.policy({
  abi: 3,
  outcomes: [
    { effect: 'deny', rule: null, reason: 'no-route' }, // 0
    { effect: 'deny', rule: null, reason: 'default' }, // 1
    { effect: 'deny', rule: null, reason: 'data' }, // 2
    { effect: 'permit', rule: 'health_is_open', reason: null }, // 3
    { effect: 'deny', rule: 'no_robots', reason: null }, // 4
    { effect: 'permit', rule: 'support_lists', reason: null }, // 5
    { effect: 'unauthenticated', rule: null, reason: null }, // 6
    { effect: 'permit', rule: 'support_reads', reason: null }, // 7
    { effect: 'permit', rule: 'partner_reads', reason: null }, // 8
    { effect: 'deny', rule: 'money_needs_mfa', reason: null }, // 9
    { effect: 'deny', rule: 'only_staff_moves_money', reason: 'Refunds are made by employees.' }, // 10
    { effect: 'unauthenticated', rule: 'money_needs_mfa', reason: null }, // 11
    { effect: 'challenge', rule: 'money_needs_mfa', reason: null }, // 12
    { effect: 'permit', rule: 'managers_refund', reason: null }, // 13
    { effect: 'challenge', rule: 'managers_refund', reason: null }, // 14
  ],
  identities: [
    {
      name: 'partner',
      methods: ['api_key'],
      stepsUp: false,
      data: [],
      facts: abi.decoder(facts$partner),
    },
    {
      name: 'staff',
      methods: ['oidc', 'jwt'],
      stepsUp: true,
      data: ['blocked'],
      facts: abi.decoder(facts$staff),
    },
  ],
  data: [
    { name: 'assigned', prepare: abi.reading((value) => abi.textMap(value, abi.textSet)) },
    { name: 'blocked', prepare: abi.reading(abi.textSet) },
  ],
  routes: [
    {
      name: 'orders.health',
      service: 'orders',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'healthz' }],
      params: [],
      hosts: ['orders.shop.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: list$3,
      early: null,
      ofCaller: true,
      decide: decide$orders$health,
      obligations: null,
      trace: trace$orders$health,
    },
    {
      name: 'orders.list',
      service: 'orders',
      labels: ['pii'],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'orders' }],
      params: [],
      hosts: ['orders.shop.example'],
      headers: ['user-agent'],
      data: ['assigned', 'blocked'],
      rpc: false,
      query: {
        keys: [
          { name: 'customer', many: false, optional: false },
          { name: 'page', many: false, optional: true },
          { name: 'tag', many: true, optional: false },
        ],
        read: abi.query((values) => ({
          customer: abi.string(abi.one(values, 'customer')),
          page: abi.optional(abi.one(values, 'page'), abi.textInteger),
          tag: abi.set(abi.many(values, 'tag'), abi.string),
        })),
      },
      body: null,
      ownHeaders: list$3,
      early: null,
      decide: decide$orders$list,
      obligations: null,
      trace: trace$orders$list,
    },
    {
      name: 'orders.read',
      service: 'orders',
      labels: ['pii'],
      methods: ['GET', 'HEAD'],
      segments: [
        { kind: 'literal', text: 'orders' },
        { kind: 'param', type: 'int', prefix: '', suffix: '' },
      ],
      params: ['id'],
      hosts: ['orders.shop.example'],
      headers: ['user-agent'],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: list$3,
      early: null,
      decide: decide$orders$read,
      obligations: obligations$orders$read,
      trace: trace$orders$read,
    },
    {
      name: 'orders.refund',
      service: 'orders',
      labels: ['money'],
      methods: ['POST'],
      segments: [
        { kind: 'literal', text: 'orders' },
        { kind: 'param', type: 'int', prefix: '', suffix: '' },
        { kind: 'literal', text: 'refund' },
      ],
      params: ['id'],
      hosts: ['orders.shop.example'],
      headers: [],
      shadowHeaders: ['x-trial'],
      data: [],
      rpc: false,
      query: null,
      body: { read: abi.reading(record$9) },
      ownHeaders: list$3,
      early: early$orders$refund,
      decide: decide$orders$refund,
      obligations: obligations$orders$refund,
      trace: trace$orders$refund,
    },
  ],
})
