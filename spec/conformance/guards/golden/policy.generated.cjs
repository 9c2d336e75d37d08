'use strict'

// whether a caller of an identity can be challenged
const steps$up = [true]

const rule$and = abi.permit('and', { written: ['policy.iap', 'when 18:42-18:121'] })
const rule$clause = abi.permit('clause', { written: ['policy.iap', 'when 14:42-14:79', 'when 14:85-14:102'] })
const rule$forbid = abi.forbid('forbid', { personal: true, written: ['policy.iap', 'when 16:42-16:79', 'when 16:85-16:102'] })
const rule$always = abi.permit('always')
const rule$is = abi.permit('is', { written: ['policy.iap', 'when 25:44-25:129'] })
const rule$or = abi.permit('or', { written: ['policy.iap', 'when 19:42-19:135'] })
const rule$right = abi.permit('right', { written: ['policy.iap', 'when 27:42-27:59', 'when 27:65-27:82'] })
const rule$three = abi.permit('three', {
  written: ['policy.iap', 'when 21:8-21:56', 'when 22:8-22:23', 'when 23:8-23:26', 'when 24:8-24:16'],
})

// identity user
function facts$user(claims, data, auth) {
  const caller = {
    a: abi.integer(abi.member(claims, 'a')),
    level: abi.optional(abi.member(claims, 'level'), abi.integer),
    o: abi.optional(abi.member(claims, 'o'), (value) => abi.map(value, abi.integer)),
    t: abi.bool(abi.member(claims, 't')),
  }
  const roles = []
  const facts = { identity: 0, roles, caller, auth }
  return facts
}

// api.and: GET, HEAD /and
function decide$api$and(facts, request) {
  if (facts.identity < 0) return 4
  const caller = facts.caller
  let value1, value2
  // permit and
  if (
    ((value1 = abi.isInt(value2 = caller.a + 1) ? value2 > 0 : undefined) === undefined ? false : value1 ? caller.level !== undefined : caller.level !== undefined) &&
    caller.level === 5
  ) return 3
  return 1
}

function judge$and(trace, facts, request) {
  const caller = facts.caller
  let value1, value2
  let erred1 = false, erred2 = false
  trace.judge(rule$and, [
    (((value1 = abi.isInt(value2 = caller.a + 1) ? value2 > 0 : undefined) === undefined ? undefined : value1 ? caller.level !== undefined : caller.level !== undefined) ?? (erred1 = erred2 = true)) && (erred2 || caller.level === 5) && (erred1 ? undefined : true),
  ])
}

const trace$api$and = abi.tracing(steps$up, { signIn: true, body: false, anonymous: {}, authenticated: { rules: [judge$and] } })

// api.clause: GET, HEAD /clause
function decide$api$clause(facts, request) {
  if (facts.identity < 0) return 4
  const caller = facts.caller
  let value1
  // permit clause
  if (caller.level !== undefined && abi.isInt(value1 = caller.a + 1) && value1 > 0 && caller.level === 5) return 5
  return 1
}

function judge$clause(trace, facts, request) {
  const caller = facts.caller
  let value1, value2
  trace.judge(rule$clause, [
    value2 = caller.level !== undefined && (abi.isInt(value1 = caller.a + 1) ? value1 > 0 : undefined),
    value2 ? caller.level === 5 : null,
  ])
}

const trace$api$clause = abi.tracing(steps$up, { signIn: true, body: false, anonymous: {}, authenticated: { rules: [judge$clause] } })

// api.forbid: GET, HEAD /forbid
function decide$api$forbid(facts, request) {
  if (facts.identity < 0) return 4
  const caller = facts.caller
  let value1
  let erred1 = false
  // forbid forbid
  if (
    caller.level !== undefined &&
    ((abi.isInt(value1 = caller.a + 1) ? value1 > 0 : undefined) ?? (erred1 = true)) &&
    (erred1 || caller.level === 5)
  ) return 6
  // permit always
  return 7
}

function judge$forbid(trace, facts, request) {
  const caller = facts.caller
  let value1, value2
  trace.judge(rule$forbid, [
    value2 = caller.level !== undefined && (abi.isInt(value1 = caller.a + 1) ? value1 > 0 : undefined),
    value2 ? caller.level === 5 : null,
  ])
}

function judge$always(trace, facts, request) {
  trace.judge(rule$always)
}

const trace$api$forbid = abi.tracing(steps$up, {
  signIn: true,
  body: false,
  anonymous: {},
  authenticated: { rules: [judge$forbid], permits: [judge$always] },
})

// api.is: GET, HEAD /is/{s}
function decide$api$is(facts, request) {
  if (facts.identity < 0) {
    const s = request.segments[1]
    const caller = facts.caller
    let value1, value2
    // permit is
    if (
      ((value1 = abi.isInt(value2 = abi.codePoints(s) + 9007199254740990) ? value2 > 0 : undefined) === undefined ? false : value1 ? false : false) &&
      caller.t
    ) return 8
    return 1
  }
  const s = request.segments[1]
  const caller = facts.caller
  let value1, value2
  // permit is
  if (
    ((value1 = abi.isInt(value2 = abi.codePoints(s) + 9007199254740990) ? value2 > 0 : undefined) === undefined ? false : value1 ? true : true) &&
    caller.t
  ) return 8
  return 1
}

function judge$is(trace, facts, request) {
  const s = request.segments[1]
  const caller = facts.caller
  let value1, value2
  let erred1 = false, erred2 = false
  trace.judge(rule$is, [
    (((value1 = abi.isInt(value2 = abi.codePoints(s) + 9007199254740990) ? value2 > 0 : undefined) === undefined ? undefined : value1 ? false : false) ?? (erred1 = erred2 = true)) && (erred2 || caller.t) && (erred1 ? undefined : true),
  ])
}

function judge$is$2(trace, facts, request) {
  const s = request.segments[1]
  const caller = facts.caller
  let value1, value2
  let erred1 = false, erred2 = false
  trace.judge(rule$is, [
    (((value1 = abi.isInt(value2 = abi.codePoints(s) + 9007199254740990) ? value2 > 0 : undefined) === undefined ? undefined : value1 ? true : true) ?? (erred1 = erred2 = true)) && (erred2 || caller.t) && (erred1 ? undefined : true),
  ])
}

const trace$api$is = abi.tracing(steps$up, {
  signIn: false,
  body: false,
  anonymous: { rules: [judge$is] },
  authenticated: { rules: [judge$is$2] },
})

// api.or: GET, HEAD /or
function decide$api$or(facts, request) {
  if (facts.identity < 0) return 4
  const caller = facts.caller
  let value1, value2
  let erred1 = false
  // permit or
  if (
    caller.t ||
    (((value1 = abi.isInt(value2 = caller.a + 1) ? value2 > 0 : undefined) === undefined ? undefined : value1 ? caller.level === undefined : caller.level === undefined) ?? !(erred1 = true)) ||
    (!erred1 && caller.level === 5)
  ) return 9
  return 1
}

function judge$or(trace, facts, request) {
  const caller = facts.caller
  let value1, value2
  let erred1 = false, erred2 = false
  trace.judge(rule$or, [
    (((value1 = abi.isInt(value2 = caller.a + 1) ? value2 > 0 : undefined) === undefined ? undefined : value1 ? caller.level === undefined : caller.level === undefined) ?? !(erred1 = erred2 = true)) || (!erred2 && caller.level === 5) || caller.t || (erred1 ? undefined : false),
  ])
}

const trace$api$or = abi.tracing(steps$up, { signIn: true, body: false, anonymous: {}, authenticated: { rules: [judge$or] } })

// api.right: GET, HEAD /right
function decide$api$right(facts, request) {
  if (facts.identity < 0) return 4
  const caller = facts.caller
  let value1
  // permit right
  if (caller.level !== undefined && abi.isInt(value1 = caller.a + 1) && value1 === 5) return 10
  return 1
}

function judge$right(trace, facts, request) {
  const caller = facts.caller
  let value1
  trace.judge(rule$right, [abi.isInt(value1 = caller.a + 1) ? value1 === 5 : undefined, caller.level !== undefined])
}

const trace$api$right = abi.tracing(steps$up, { signIn: true, body: false, anonymous: {}, authenticated: { rules: [judge$right] } })

// api.three: GET, HEAD /three
function decide$api$three(facts, request) {
  if (facts.identity < 0) return 4
  const caller = facts.caller
  let found
  let value1, value2
  // permit three
  if (
    caller.t &&
    ((value1 = abi.isInt(value2 = caller.a + 1) ? value2 > 0 : undefined) === undefined ? false : value1 ? caller.o !== undefined : caller.o !== undefined) &&
    (found = caller.o.get('k')) !== undefined &&
    found === 5
  ) return 11
  return 1
}

function judge$three(trace, facts, request) {
  const caller = facts.caller
  let value1, value2, value3, value4
  trace.judge(rule$three, [
    value3 = (value1 = abi.isInt(value2 = caller.a + 1) ? value2 > 0 : undefined) === undefined ? undefined : value1 ? caller.o !== undefined : caller.o !== undefined,
    value4 = value3 ? caller.o.has('k') : null,
    value4 ? caller.o.get('k') === 5 : null,
    caller.t,
  ])
}

const trace$api$three = abi.tracing(steps$up, { signIn: true, body: false, anonymous: {}, authenticated: { rules: [judge$three] } })

return abi.policy({
  abi: 3,
  outcomes: [
    { effect: 'deny', rule: null, reason: 'no-route' }, // 0
    { effect: 'deny', rule: null, reason: 'default' }, // 1
    { effect: 'deny', rule: null, reason: 'data' }, // 2
    { effect: 'permit', rule: 'and', reason: null }, // 3
    { effect: 'unauthenticated', rule: null, reason: null }, // 4
    { effect: 'permit', rule: 'clause', reason: null }, // 5
    { effect: 'deny', rule: 'forbid', reason: null }, // 6
    { effect: 'permit', rule: 'always', reason: null }, // 7
    { effect: 'permit', rule: 'is', reason: null }, // 8
    { effect: 'permit', rule: 'or', reason: null }, // 9
    { effect: 'permit', rule: 'right', reason: null }, // 10
    { effect: 'permit', rule: 'three', reason: null }, // 11
  ],
  identities: [
    { name: 'user', methods: ['jwt'], stepsUp: true, data: [], facts: abi.decoder(facts$user) },
  ],
  data: [],
  routes: [
    {
      name: 'api.and',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'and' }],
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
      decide: decide$api$and,
      obligations: null,
      trace: trace$api$and,
    },
    {
      name: 'api.clause',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'clause' }],
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
      decide: decide$api$clause,
      obligations: null,
      trace: trace$api$clause,
    },
    {
      name: 'api.forbid',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'forbid' }],
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
      decide: decide$api$forbid,
      obligations: null,
      trace: trace$api$forbid,
    },
    {
      name: 'api.is',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [
        { kind: 'literal', text: 'is' },
        { kind: 'param', type: 'string', prefix: '', suffix: '' },
      ],
      params: ['s'],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: [],
      early: null,
      decide: decide$api$is,
      obligations: null,
      trace: trace$api$is,
    },
    {
      name: 'api.or',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'or' }],
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
      decide: decide$api$or,
      obligations: null,
      trace: trace$api$or,
    },
    {
      name: 'api.right',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'right' }],
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
      decide: decide$api$right,
      obligations: null,
      trace: trace$api$right,
    },
    {
      name: 'api.three',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'three' }],
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
      decide: decide$api$three,
      obligations: null,
      trace: trace$api$three,
    },
  ],
})
