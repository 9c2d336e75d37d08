'use strict'

const requirement$1 = abi.requirement('mfa', [], null)
// whether a caller of an identity can be challenged
const steps$up = [true, false, true, false, false, true, true, true]

const rule$forbid = abi.forbid('forbid', {
  personal: true,
  because: 'No.',
  unless: [requirement$1],
  written: ['policy.iap', 'unless 17:38-17:41'],
})
const rule$forbids = abi.permit('forbids')
const rule$require = abi.permit('require', { require: [requirement$1], written: ['policy.iap', 'require 15:56-15:59'] })

// identity by_both
function facts$by_both(claims, data, auth) {
  const caller = {
    dns_names: undefined,
    path: undefined,
    spiffe_id: undefined,
    $sub: abi.string(abi.member(claims, 'sub')),
    trust_domain: undefined,
  }
  const roles = []
  const facts = { identity: 0, roles, caller, auth }
  return facts
}

// identity by_custom
function facts$by_custom(claims, data, auth) {
  const caller = {
    dns_names: undefined,
    path: undefined,
    spiffe_id: undefined,
    $sub: abi.string(abi.member(claims, 'sub')),
    trust_domain: undefined,
  }
  const roles = []
  const facts = { identity: 1, roles, caller, auth }
  return facts
}

// identity by_jwt
function facts$by_jwt(claims, data, auth) {
  const caller = {
    dns_names: undefined,
    path: undefined,
    spiffe_id: undefined,
    $sub: abi.string(abi.member(claims, 'sub')),
    trust_domain: undefined,
  }
  const roles = []
  const facts = { identity: 2, roles, caller, auth }
  return facts
}

// identity by_key
function facts$by_key(claims, data, auth) {
  const caller = {
    dns_names: undefined,
    path: undefined,
    spiffe_id: undefined,
    $sub: abi.string(abi.member(claims, 'sub')),
    trust_domain: undefined,
  }
  const roles = []
  const facts = { identity: 3, roles, caller, auth }
  return facts
}

// identity by_mtls
function facts$by_mtls(claims, data, auth) {
  const spiffe = abi.spiffe(abi.member(claims, 'spiffe_id'))
  const caller = {
    dns_names: abi.list(abi.member(claims, 'dns_names') ?? [], abi.string),
    path: spiffe.path,
    spiffe_id: spiffe.id,
    $sub: undefined,
    trust_domain: spiffe.trustDomain,
  }
  const roles = []
  const facts = { identity: 4, roles, caller, auth }
  return facts
}

// identity by_oauth2
function facts$by_oauth2(claims, data, auth) {
  const caller = {
    dns_names: undefined,
    path: undefined,
    spiffe_id: undefined,
    $sub: abi.string(abi.member(claims, 'sub')),
    trust_domain: undefined,
  }
  const roles = []
  const facts = { identity: 5, roles, caller, auth }
  return facts
}

// identity by_oidc
function facts$by_oidc(claims, data, auth) {
  const caller = {
    dns_names: undefined,
    path: undefined,
    spiffe_id: undefined,
    $sub: abi.string(abi.member(claims, 'sub')),
    trust_domain: undefined,
  }
  const roles = []
  const facts = { identity: 6, roles, caller, auth }
  return facts
}

// identity by_saml
function facts$by_saml(claims, data, auth) {
  const caller = {
    dns_names: undefined,
    path: undefined,
    spiffe_id: undefined,
    $sub: abi.string(abi.member(claims, 'sub')),
    trust_domain: undefined,
  }
  const roles = []
  const facts = { identity: 7, roles, caller, auth }
  return facts
}

// api.forbid: GET, HEAD /forbid
function decide$api$forbid(facts, request) {
  if (facts.identity < 0) {
    // forbid forbid
    return 6
  }
  let denied = -1, challenged = -1
  // forbid forbid
  if (!abi.meets(requirement$1, facts, request)) {
    denied = 3
    challenged = 4
  }
  if (denied >= 0 && !steps$up[+facts.identity]) return denied
  // permit forbids
  return denied < 0 ? 5 : challenged
}

function judge$forbid(trace, facts, request) {
  trace.judge(rule$forbid)
}

function judge$forbids(trace, facts, request) {
  trace.judge(rule$forbids)
}

const trace$api$forbid = abi.tracing(steps$up, {
  signIn: true,
  body: false,
  anonymous: { rules: [judge$forbid] },
  authenticated: { rules: [judge$forbid], permits: [judge$forbids] },
})

// api.require: GET, HEAD /require
function decide$api$require(facts, request) {
  if (facts.identity < 0) return 9
  let challenged = -1
  // permit require
  if (abi.meets(requirement$1, facts, request)) return 7
  if (challenged < 0) challenged = 8
  if (challenged >= 0 && steps$up[+facts.identity]) return challenged
  return 1
}

function judge$require(trace, facts, request) {
  trace.judge(rule$require)
}

const trace$api$require = abi.tracing(steps$up, { signIn: true, body: false, anonymous: {}, authenticated: { rules: [judge$require] } })

return abi.policy({
  abi: 3,
  outcomes: [
    { effect: 'deny', rule: null, reason: 'no-route' }, // 0
    { effect: 'deny', rule: null, reason: 'default' }, // 1
    { effect: 'deny', rule: null, reason: 'data' }, // 2
    { effect: 'deny', rule: 'forbid', reason: 'No.' }, // 3
    { effect: 'challenge', rule: 'forbid', reason: null }, // 4
    { effect: 'permit', rule: 'forbids', reason: null }, // 5
    { effect: 'unauthenticated', rule: 'forbid', reason: null }, // 6
    { effect: 'permit', rule: 'require', reason: null }, // 7
    { effect: 'challenge', rule: 'require', reason: null }, // 8
    { effect: 'unauthenticated', rule: null, reason: null }, // 9
  ],
  identities: [
    {
      name: 'by_both',
      methods: ['api_key', 'saml'],
      stepsUp: true,
      data: [],
      facts: abi.decoder(facts$by_both),
    },
    {
      name: 'by_custom',
      methods: ['custom'],
      stepsUp: false,
      data: [],
      facts: abi.decoder(facts$by_custom),
    },
    {
      name: 'by_jwt',
      methods: ['jwt'],
      stepsUp: true,
      data: [],
      facts: abi.decoder(facts$by_jwt),
    },
    {
      name: 'by_key',
      methods: ['api_key'],
      stepsUp: false,
      data: [],
      facts: abi.decoder(facts$by_key),
    },
    {
      name: 'by_mtls',
      methods: ['mtls'],
      stepsUp: false,
      data: [],
      facts: abi.decoder(facts$by_mtls),
    },
    {
      name: 'by_oauth2',
      methods: ['oauth2'],
      stepsUp: true,
      data: [],
      facts: abi.decoder(facts$by_oauth2),
    },
    {
      name: 'by_oidc',
      methods: ['oidc'],
      stepsUp: true,
      data: [],
      facts: abi.decoder(facts$by_oidc),
    },
    {
      name: 'by_saml',
      methods: ['saml'],
      stepsUp: true,
      data: [],
      facts: abi.decoder(facts$by_saml),
    },
  ],
  data: [],
  routes: [
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
      name: 'api.require',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'require' }],
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
      decide: decide$api$require,
      obligations: null,
      trace: trace$api$require,
    },
  ],
})
