'use strict'

// whether a caller of an identity can be challenged
const steps$up = []

const rule$all = abi.permit('all')

// api.a_all: ANY /{r...}
// api.b_rest: GET, HEAD /x/{r...}
// api.c_plain: GET, HEAD /x/{s}
// api.d_affix: GET, HEAD /x/n{rest}
// and 4 more
function decide$api$a_all(facts, request) {
  // permit all
  return 3
}

function judge$all(trace, facts, request) {
  trace.judge(rule$all)
}

const trace$api$a_all = abi.tracing(steps$up, {
  signIn: false,
  body: false,
  anonymous: { permits: [judge$all] },
  authenticated: { permits: [judge$all] },
})

return abi.policy({
  abi: 3,
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
      trace: trace$api$a_all,
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
      decide: decide$api$a_all,
      obligations: null,
      trace: trace$api$a_all,
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
      decide: decide$api$a_all,
      obligations: null,
      trace: trace$api$a_all,
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
      decide: decide$api$a_all,
      obligations: null,
      trace: trace$api$a_all,
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
      decide: decide$api$a_all,
      obligations: null,
      trace: trace$api$a_all,
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
      decide: decide$api$a_all,
      obligations: null,
      trace: trace$api$a_all,
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
      decide: decide$api$a_all,
      obligations: null,
      trace: trace$api$a_all,
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
      decide: decide$api$a_all,
      obligations: null,
      trace: trace$api$a_all,
    },
  ],
})
