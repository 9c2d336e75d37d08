'use strict'

const set$1 = abi.setOf(['basic', 'full'])
const record$2 = (json) => {
  const value = abi.record(json)
  return {
    kind: abi.literal(abi.claim(value, 'kind'), set$1),
    until: abi.optional(abi.claim(value, 'until'), abi.integer),
  }
}

// identity partner
function facts$partner(claims) {
  const caller = {
    client_id: abi.string(abi.claim(claims, 'client_id')),
    contract: record$2(abi.claim(claims, 'contract')),
    groups: undefined,
    level: undefined,
    scope: abi.set(abi.scopes(abi.claim(claims, 'scope')), abi.string),
    sub: undefined,
  }
  const roles = [0]
  const facts = { identity: 0, roles, caller }
  return facts
}

// identity staff
function facts$staff(claims) {
  const caller = {
    client_id: undefined,
    contract: undefined,
    groups: abi.set(abi.claim(claims, 'cognito:groups'), abi.string),
    level: abi.optional(abi.claim(claims, 'level'), abi.integer),
    scope: undefined,
    sub: abi.string(abi.claim(claims, 'sub')),
  }
  const roles = [0]
  const facts = { identity: 1, roles, caller }
  // role manager
  if (caller.groups.has('managers') && caller.level !== undefined && caller.level >= 3) roles[0] |= 1
  // role support
  if (caller.groups.has('support')) roles[0] |= 2
  return facts
}

// orders.health: GET, HEAD /healthz
function decide$orders$health(facts, params, request) {
  // permit health_is_open
  return 2
}

function trace$orders$health(facts, params, request) {
  const trace = abi.startTrace()
  trace.permit(2, 'health_is_open', 2, true)
  return trace.end(1)
}

// orders.list: GET, HEAD /orders
function decide$orders$list(facts, params, request) {
  if (facts.identity < 0) {
    // forbid no_robots
    if (
      request.headers.get('user-agent') !== undefined &&
      abi.lowerAscii(request.headers.get('user-agent')).includes('robot')
    ) return 3
    return 5
  }
  const roles0 = facts.roles[0]
  // forbid no_robots
  if (
    request.headers.get('user-agent') !== undefined &&
    abi.lowerAscii(request.headers.get('user-agent')).includes('robot')
  ) return 3
  // permit support_reads
  if ((roles0 & 3) !== 0) return 4
  return 1
}

function trace$orders$list(facts, params, request) {
  const trace = abi.startTrace()
  if (facts.identity < 0) {
    trace.forbid(0, 'no_robots', 3, request.headers.get('user-agent') !== undefined && abi.lowerAscii(request.headers.get('user-agent')).includes('robot'))
    return trace.end(5)
  }
  const roles0 = facts.roles[0]
  trace.forbid(0, 'no_robots', 3, request.headers.get('user-agent') !== undefined && abi.lowerAscii(request.headers.get('user-agent')).includes('robot'))
  trace.permit(2, 'support_reads', 4, (roles0 & 3) !== 0)
  return trace.end(1)
}

// orders.read: GET, HEAD /orders/{id: int}
function decide$orders$read(facts, params, request) {
  if (facts.identity < 0) {
    // forbid no_robots
    if (
      request.headers.get('user-agent') !== undefined &&
      abi.lowerAscii(request.headers.get('user-agent')).includes('robot')
    ) return 3
    return 5
  }
  const caller = facts.caller
  const id = params[0]
  const roles0 = facts.roles[0]
  let value1
  // forbid no_robots
  if (
    request.headers.get('user-agent') !== undefined &&
    abi.lowerAscii(request.headers.get('user-agent')).includes('robot')
  ) return 3
  // permit partner_reads
  if (
    facts.identity === 0 &&
    caller.scope.has('orders:read') &&
    (caller.contract.kind === 'full' || ((value1 = abi.int(id + 1000)) !== undefined && value1 > 5000))
  ) return 6
  // permit support_reads
  if ((roles0 & 3) !== 0) return 4
  return 1
}

function trace$orders$read(facts, params, request) {
  const trace = abi.startTrace()
  if (facts.identity < 0) {
    trace.forbid(0, 'no_robots', 3, request.headers.get('user-agent') !== undefined && abi.lowerAscii(request.headers.get('user-agent')).includes('robot'))
    return trace.end(5)
  }
  const caller = facts.caller
  const id = params[0]
  const roles0 = facts.roles[0]
  let value1
  trace.forbid(0, 'no_robots', 3, request.headers.get('user-agent') !== undefined && abi.lowerAscii(request.headers.get('user-agent')).includes('robot'))
  trace.permit(2, 'partner_reads', 6, facts.identity === 0 && caller.scope.has('orders:read') && (caller.contract.kind === 'full' || ((value1 = abi.int(id + 1000)) === undefined ? undefined : value1 > 5000)))
  trace.permit(2, 'support_reads', 4, (roles0 & 3) !== 0)
  return trace.end(1)
}

// orders.refund: POST /orders/{id: int}/refund
function decide$orders$refund(facts, params, request) {
  if (facts.identity < 0) {
    // forbid only_staff_moves_money
    return 9
  }
  const roles0 = facts.roles[0]
  const caller = facts.caller
  // forbid only_staff_moves_money
  if (facts.identity !== 1) return 7
  // permit managers_refund
  if (
    (roles0 & 1) !== 0 &&
    (request.method === 'POST' || request.method === 'PUT') &&
    caller.sub !== 'intern'
  ) return 8
  return 1
}

function trace$orders$refund(facts, params, request) {
  const trace = abi.startTrace()
  if (facts.identity < 0) {
    trace.forbid(1, 'only_staff_moves_money', 9, true)
    return trace.end(5)
  }
  const roles0 = facts.roles[0]
  const caller = facts.caller
  trace.forbid(0, 'only_staff_moves_money', 7, facts.identity !== 1)
  trace.permit(2, 'managers_refund', 8, (roles0 & 1) !== 0 && (request.method === 'POST' || request.method === 'PUT') && caller.sub !== 'intern')
  return trace.end(1)
}

const no$obligations = { headers: {}, limits: [] }

return abi.policy({
  abi: 1,
  outcomes: [
    { effect: 'deny', rule: null, reason: 'no-route', obligations: no$obligations, challenge: null }, // 0
    { effect: 'deny', rule: null, reason: 'default', obligations: no$obligations, challenge: null }, // 1
    { effect: 'permit', rule: 'health_is_open', reason: null, obligations: no$obligations, challenge: null }, // 2
    { effect: 'deny', rule: 'no_robots', reason: null, obligations: no$obligations, challenge: null }, // 3
    { effect: 'permit', rule: 'support_reads', reason: null, obligations: no$obligations, challenge: null }, // 4
    { effect: 'unauthenticated', rule: null, reason: null, obligations: no$obligations, challenge: null }, // 5
    { effect: 'permit', rule: 'partner_reads', reason: null, obligations: no$obligations, challenge: null }, // 6
    { effect: 'deny', rule: 'only_staff_moves_money', reason: 'Refunds are made by employees.', obligations: no$obligations, challenge: null }, // 7
    { effect: 'permit', rule: 'managers_refund', reason: null, obligations: no$obligations, challenge: null }, // 8
    { effect: 'unauthenticated', rule: 'only_staff_moves_money', reason: null, obligations: no$obligations, challenge: null }, // 9
  ],
  identities: [
    { name: 'partner', methods: ['jwt'], facts: abi.door(facts$partner) },
    { name: 'staff', methods: ['jwt'], facts: abi.door(facts$staff) },
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
      decide: decide$orders$health,
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
      decide: decide$orders$list,
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
      decide: decide$orders$read,
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
      decide: decide$orders$refund,
      trace: trace$orders$refund,
    },
  ],
})
