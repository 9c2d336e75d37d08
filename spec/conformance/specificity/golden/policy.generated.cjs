'use strict'

// whether a caller of an identity can be challenged
const steps$up = []

const rule$all = abi.permit('all')

function judge$all(trace, facts, request) {
  trace.judge(rule$all)
}

// api.a_all: ANY /{r...}
function decide$api$a_all(facts, request) {
  // permit all
  return 3
}

// api.b_rest: GET, HEAD /x/{r...}
function decide$api$b_rest(facts, request) {
  // permit all
  return 3
}

// api.c_plain: GET, HEAD /x/{s}
function decide$api$c_plain(facts, request) {
  // permit all
  return 3
}

// api.d_affix: GET, HEAD /x/n{rest}
function decide$api$d_affix(facts, request) {
  // permit all
  return 3
}

// api.left: GET, HEAD /y/a/{s}
function decide$api$left(facts, request) {
  // permit all
  return 3
}

// api.right: GET, HEAD /y/{s}/{t}
function decide$api$right(facts, request) {
  // permit all
  return 3
}

// api.y_int: GET, HEAD /x/{n: int}
function decide$api$y_int(facts, request) {
  // permit all
  return 3
}

// api.z_literal: GET, HEAD /x/new
function decide$api$z_literal(facts, request) {
  // permit all
  return 3
}

return abi.policy({
  abi: 2,
  outcomes: [
    { effect: 'deny', rule: null, reason: 'no-route' }, // 0
    { effect: 'deny', rule: null, reason: 'default' }, // 1
    { effect: 'deny', rule: null, reason: 'data' }, // 2
    { effect: 'permit', rule: 'all', reason: null }, // 3
  ],
  identities: [],
  data: [],
  routes: [
    {
      name: 'api.a_all',
      service: 'api',
      labels: [],
      methods: null,
      segments: [{ kind: 'rest' }],
      params: ['r'],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: [],
      early: null,
      ofCaller: true,
      decide: decide$api$a_all,
      obligations: null,
      trace: abi.tracing(steps$up, { signIn: false, body: false, anonymous: [judge$all], authenticated: [judge$all] }),
    },
    {
      name: 'api.b_rest',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'x' }, { kind: 'rest' }],
      params: ['r'],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: [],
      early: null,
      ofCaller: true,
      decide: decide$api$b_rest,
      obligations: null,
      trace: abi.tracing(steps$up, { signIn: false, body: false, anonymous: [judge$all], authenticated: [judge$all] }),
    },
    {
      name: 'api.c_plain',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'x' }, { kind: 'param', type: 'string', prefix: '', suffix: '' }],
      params: ['s'],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: [],
      early: null,
      ofCaller: true,
      decide: decide$api$c_plain,
      obligations: null,
      trace: abi.tracing(steps$up, { signIn: false, body: false, anonymous: [judge$all], authenticated: [judge$all] }),
    },
    {
      name: 'api.d_affix',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [
        { kind: 'literal', text: 'x' },
        { kind: 'param', type: 'string', prefix: 'n', suffix: '' },
      ],
      params: ['rest'],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: [],
      early: null,
      ofCaller: true,
      decide: decide$api$d_affix,
      obligations: null,
      trace: abi.tracing(steps$up, { signIn: false, body: false, anonymous: [judge$all], authenticated: [judge$all] }),
    },
    {
      name: 'api.left',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [
        { kind: 'literal', text: 'y' },
        { kind: 'literal', text: 'a' },
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
      ofCaller: true,
      decide: decide$api$left,
      obligations: null,
      trace: abi.tracing(steps$up, { signIn: false, body: false, anonymous: [judge$all], authenticated: [judge$all] }),
    },
    {
      name: 'api.right',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [
        { kind: 'literal', text: 'y' },
        { kind: 'param', type: 'string', prefix: '', suffix: '' },
        { kind: 'param', type: 'string', prefix: '', suffix: '' },
      ],
      params: ['s', 't'],
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
      trace: abi.tracing(steps$up, { signIn: false, body: false, anonymous: [judge$all], authenticated: [judge$all] }),
    },
    {
      name: 'api.y_int',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'x' }, { kind: 'param', type: 'int', prefix: '', suffix: '' }],
      params: ['n'],
      hosts: ['api.example'],
      headers: [],
      data: [],
      rpc: false,
      query: null,
      body: null,
      ownHeaders: [],
      early: null,
      ofCaller: true,
      decide: decide$api$y_int,
      obligations: null,
      trace: abi.tracing(steps$up, { signIn: false, body: false, anonymous: [judge$all], authenticated: [judge$all] }),
    },
    {
      name: 'api.z_literal',
      service: 'api',
      labels: [],
      methods: ['GET', 'HEAD'],
      segments: [{ kind: 'literal', text: 'x' }, { kind: 'literal', text: 'new' }],
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
      decide: decide$api$z_literal,
      obligations: null,
      trace: abi.tracing(steps$up, { signIn: false, body: false, anonymous: [judge$all], authenticated: [judge$all] }),
    },
  ],
})
