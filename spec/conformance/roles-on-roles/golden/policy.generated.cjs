'use strict'

// whether a caller of an identity can be challenged
const steps$up = [true, true]

const rule$admins = abi.permit('admins')
const rule$bosses = abi.permit('bosses')
const rule$viewers = abi.permit('viewers')

// identity partner
function facts$partner(claims, data, auth) {
  const caller = { groups: undefined, level: undefined, org: abi.string(abi.member(claims, 'org')) }
  const roles = [0]
  const facts = { identity: 0, roles, caller, auth }
  // role viewer
  if (caller.org === 'audit') roles[0] |= 8
  return facts
}

// identity staff
function facts$staff(claims, data, auth) {
  const caller = {
    groups: abi.set(abi.member(claims, 'groups'), abi.string),
    level: abi.integer(abi.member(claims, 'level')),
    org: undefined,
  }
  const roles = [0]
  const facts = { identity: 1, roles, caller, auth }
  // role worker
  if (caller.groups.has('workers')) roles[0] |= 1
  // role boss
  if ((roles[0] & 1) !== 0 && caller.level > 5) roles[0] |= 2
  // role admin
  if ((roles[0] & 2) !== 0 && caller.groups.has('admins')) roles[0] |= 4
  // role viewer
  if ((roles[0] & 4) !== 0) roles[0] |= 8
  return facts
}

// api.admin: GET, HEAD /admin
function decide$api$admin(facts, request) {
  if (facts.identity < 0) return 4
  const roles0 = facts.roles[0]
  // permit admins
  if ((roles0 & 4) !== 0) return 3
  return 1
}

function judge$admins(trace, facts, request) {
  const roles0 = facts.roles[0]
  if ((roles0 & 4) !== 0) trace.judge(rule$admins)
}

const trace$api$admin = abi.tracing(steps$up, { signIn: true, body: false, anonymous: {}, authenticated: { permits: [judge$admins] } })

// api.boss: GET, HEAD /boss
function decide$api$boss(facts, request) {
  if (facts.identity < 0) return 4
  const roles0 = facts.roles[0]
  // permit bosses
  if ((roles0 & 6) !== 0) return 5
  return 1
}

function judge$bosses(trace, facts, request) {
  const roles0 = facts.roles[0]
  if ((roles0 & 6) !== 0) trace.judge(rule$bosses)
}

const trace$api$boss = abi.tracing(steps$up, { signIn: true, body: false, anonymous: {}, authenticated: { permits: [judge$bosses] } })

// api.viewer: GET, HEAD /viewer
function decide$api$viewer(facts, request) {
  if (facts.identity < 0) return 4
  const roles0 = facts.roles[0]
  // permit viewers
  if ((roles0 & 8) !== 0) return 6
  return 1
}

function judge$viewers(trace, facts, request) {
  const roles0 = facts.roles[0]
  if ((roles0 & 8) !== 0) trace.judge(rule$viewers)
}

const trace$api$viewer = abi.tracing(steps$up, { signIn: true, body: false, anonymous: {}, authenticated: { permits: [judge$viewers] } })

return abi.policy({
  abi: 3,
  outcomes: [
    { effect: 'deny', rule: null, reason: 'no-route' }, // 0
    { effect: 'deny', rule: null, reason: 'default' }, // 1
    { effect: 'deny', rule: null, reason: 'data' }, // 2
    { effect: 'permit', rule: 'admins', reason: null }, // 3
    { effect: 'unauthenticated', rule: null, reason: null }, // 4
    { effect: 'permit', rule: 'bosses', reason: null }, // 5
    { effect: 'permit', rule: 'viewers', reason: null }, // 6
  ],
  identities: [
    {
      name: 'partner',
      methods: ['jwt'],
      stepsUp: true,
      data: [],
      facts: abi.decoder(facts$partner),
    },
    { name: 'staff', methods: ['jwt'], stepsUp: true, data: [], facts: abi.decoder(facts$staff) },
  ],
  data: [],
  routes: [
    {
      name: 'api.admin',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'admin' }],
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
      decide: decide$api$admin,
      obligations: null,
      trace: trace$api$admin,
    },
    {
      name: 'api.boss',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'boss' }],
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
      decide: decide$api$boss,
      obligations: null,
      trace: trace$api$boss,
    },
    {
      name: 'api.viewer',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'viewer' }],
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
      decide: decide$api$viewer,
      obligations: null,
      trace: trace$api$viewer,
    },
  ],
})
