import fc from 'fast-check'

/** Records of the audit log as their schemas have them, for properties that hold of all. */
const text = fc.string({ minLength: 1, maxLength: 8 })
const maybe = fc.option(text)
const texts = fc.array(text, { maxLength: 2 })
const milliseconds = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }))
const time = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())

export const anyDecision = fc
  .record({
    version: fc.constant(2),
    time,
    requestId: fc.uuid(),
    traceId: fc.option(fc.constant('0af7651916cd43dd8448eb211c80319c')),
    source: fc.option(fc.ipV4()),
    caller: fc.option(fc.record({ identity: text, subject: maybe, credential: maybe })),
    method: fc.option(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PURGE', 'constructor')),
    host: maybe,
    path: maybe,
    rawPath: maybe,
    query: fc.boolean(),
    route: maybe,
    service: maybe,
    labels: texts,
    effect: fc.constantFrom('permit', 'deny', 'challenge', 'unauthenticated', 'reject'),
    status: fc.option(fc.integer({ min: 100, max: 599 })),
    code: fc.option(fc.constantFrom('denied', 'internal', 'upstream-timeout')),
    detail: maybe,
    rules: texts,
    reason: maybe,
    errors: fc.array(fc.record({ rule: text, error: text }), { maxLength: 2 }),
    challenge: fc.option(
      fc.array(fc.record({ what: fc.constant('acr'), values: texts, within: fc.option(fc.nat()) }), { maxLength: 2 }),
    ),
    obligations: fc.record({ headers: texts, limits: texts }),
    shadow: texts,
    revision: fc.option(fc.constant(`sha256:${'0'.repeat(64)}`)),
    sequence: fc.option(fc.nat()),
    data: fc.dictionary(text, text, { maxKeys: 2, noNullPrototype: true }),
    upstream: fc.option(fc.record({ address: text, status: fc.option(fc.nat()) })),
    complete: fc.boolean(),
    responseBytes: fc.nat(),
    durations: fc.record({ decision: milliseconds, upstream: milliseconds, total: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
    strippedHeaders: texts,
    mismatch: fc.option(
      fc.record({ field: text, seen: maybe, expected: text, verified: fc.boolean() }, { noNullPrototype: true }),
    ),
    check: fc.option(
      fc.record({ protocol: fc.constantFrom('ext-authz', 'forward-auth'), listener: text }, { noNullPrototype: true }),
    ),
    candidate: fc.option(
      fc.record(
        {
          revision: fc.constant(`sha256:${'1'.repeat(64)}`),
          decidedByCandidate: fc.boolean(),
          result: fc.constantFrom('same', 'newlyPermitted', 'newlyDenied', 'other', 'failed', 'unknown', 'skipped'),
          decision: fc.record({ effect: fc.constantFrom('permit', 'deny', 'reject'), rules: texts, reason: maybe }),
        },
        { requiredKeys: ['revision', 'decidedByCandidate', 'result'], noNullPrototype: true },
      ),
    ),
  })
  // Both are of the policy that decided.
  .map(({ candidate, mismatch, check, ...record }) => ({
    ...record,
    sequence: record.revision === null ? null : (record.sequence ?? 0),
    ...(mismatch && { mismatch }),
    ...(check && { check }),
    ...(candidate && { candidate }),
  }))

export const anyLogin = fc
  .record({
    version: fc.constant(2),
    kind: fc.constant('login'),
    time,
    action: fc.constantFrom('login', 'logout'),
    by: fc.constantFrom('person', 'provider'),
    requestId: fc.uuid(),
    source: fc.option(fc.ipV4()),
    host: maybe,
    identity: maybe,
    method: fc.constantFrom('oidc', 'saml', null),
    subject: maybe,
    session: maybe,
    code: fc.option(fc.constantFrom('login-state', 'login-refused')),
    detail: maybe,
  })
  // A subject is one of an identity, which has a way to sign in.
  .map((login) => ({
    ...login,
    outcome: login.code === null ? 'success' : 'failure',
    ...(login.identity === null ? { subject: null, method: null } : { method: login.method ?? 'oidc' }),
  }))

const what = fc.oneof(
  fc.record({ kind: fc.constant('subject'), identity: text, subject: text }),
  fc.record({ kind: fc.constant('session'), id: text }),
  fc.record({ kind: fc.constant('credential'), id: text }),
  fc.record({ kind: fc.constant('identity'), identity: text }),
  fc.record({ kind: fc.constant('provider-session'), identity: text, sid: text, subject: maybe }),
)

export const anyAction = fc.record({
  version: fc.constant(2),
  kind: fc.constant('action'),
  time,
  action: fc.constantFrom('revoke', 'restore'),
  by: text,
  source: fc.option(fc.ipV4()),
  revocation: fc.record({ id: text, what, before: fc.option(time), until: time, reason: maybe }),
  ended: fc.option(fc.nat()),
})

const change = {
  version: fc.constant(2),
  time,
  before: maybe,
  by: maybe,
  source: fc.option(fc.ipV4()),
  refusal: fc.option(fc.record({ code: text, message: text })),
}

export const anyPolicyChange = fc.record({
  ...change,
  kind: fc.constant('policy'),
  change: fc.constantFrom('activated', 'refused', 'released'),
  origin: fc.constantFrom('source', 'last-good', 'rollback', 'rollout', null),
  revision: maybe,
  sequence: fc.option(fc.nat()),
})

/** Of a candidate. */
export const anyTrialChange = fc.record({
  ...change,
  kind: fc.constant('policy'),
  change: fc.constantFrom('shadow', 'canary', 'rolled-back', 'ended'),
  origin: fc.constant(null),
  revision: maybe,
  sequence: fc.option(fc.nat()),
  share: fc.record({ percent: fc.constantFrom(0, 0.01, 12.5, 100), services: fc.option(fc.array(text)), whole: fc.array(text) }),
})

export const anyDataChange = fc.record({
  ...change,
  kind: fc.constant('data'),
  change: fc.constantFrom('taken', 'refused'),
  name: text,
  dataVersion: maybe,
})
