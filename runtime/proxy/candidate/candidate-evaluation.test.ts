import { expect, test } from 'vitest'
import type { Outcome } from '../../abi/index.ts'
import { TallyBook } from '../../policy/candidate/tally-book.ts'
import { TimeShare } from '../../policy/candidate/time-share.ts'
import { NO_SHARE, noData, type Policy, type RolloutCandidate } from '../../policy/index.ts'
import { type ConfiguredSink, createAuditLog } from '../../telemetry/audit/index.ts'
import { Redaction } from '../../telemetry/audit/redaction.ts'
import type { RequestContext } from '../request-context.ts'
import { CandidateEvaluation } from './candidate-evaluation.ts'

const ANONYMOUS = { kind: 'anonymous', facts: { identity: -1 } }

/** Of one route, on which it decides what it is told to. */
function policyThat(decide: () => Outcome, digit = 'b', hasRoute = true): Policy {
  const route = { index: 0, name: 'app.a', service: 'app', headers: [], data: [], query: null, hasBody: false, obliges: false }
  const trace = () => ({ ...decide(), rules: [], challenge: null, obligations: { headers: {}, limits: [] } })
  return {
    revision: `sha256:${digit.repeat(64)}`,
    module: {
      routes: [route],
      get outcomes() {
        return [decide()]
      },
    },
    route: () => (hasRoute ? 0 : -1),
    request: () => ({}),
    decide: () => 0,
    trace,
    readsCertificate: false,
    data: noData,
    namesOf: (rule: string) => [rule],
    stackOf: () => null,
  } as unknown as Policy
}

const permit: Outcome = { effect: 'permit', rule: null, reason: null }
const deny: Outcome = { effect: 'deny', rule: null, reason: 'default' }

interface Changes {
  readonly decide?: () => Outcome
  readonly strain?: 'lag' | null
  readonly effect?: RequestContext['effect']
  readonly code?: string | null
  /** No route of the active policy fits, nor one of the other one where that says so, too. */
  readonly fits?: 'both' | 'candidate' | 'none'
  readonly time?: TimeShare
  /** Of a place that records go to. */
  readonly redaction?: Redaction | null
}

function trying({
  decide = () => permit,
  strain = null,
  effect = 'permit',
  code = null,
  fits = 'both',
  time = new TimeShare(0),
  redaction = null,
}: Changes) {
  const active = policyThat(() => permit, 'a')
  const said: string[] = []
  const log = { info: () => {}, warn: () => {}, error: (message: string) => said.push(message) }
  const audit = createAuditLog(redaction === null ? [] : [{ redaction } as unknown as ConfiguredSink])
  const authenticator = { again: () => ANONYMOUS, personOf: () => null, known: () => null }
  const proxy = { overload: { reason: strain }, log, authenticator, audit }
  const request = {
    method: 'GET',
    host: 'app.test',
    path: '/a',
    segments: ['a'],
    headers: {},
    sourceIp: '192.0.2.1',
    rawQuery: '',
  }
  const context = {
    ...{ proxy, request, incoming: { socket: {} }, arrived: 0, requestId: 'r', policy: active, body: null, code, effect },
    ...{
      route: fits === 'both' ? { name: 'app.a', service: 'app' } : null,
      authentication: ANONYMOUS,
      rules: [],
      challenge: null,
    },
    outcome: effect === 'permit' ? permit : null,
    obligations: { headers: {}, limits: [] },
  } as unknown as RequestContext
  const book = new TallyBook()
  const on: RolloutCandidate = { policy: policyThat(decide, 'b', fits !== 'none'), share: NO_SHARE, book, time }
  return {
    tried: new CandidateEvaluation(context, active, on),
    book,
    said,
    one: () => new CandidateEvaluation(context, active, on),
  }
}

test('compares once, whoever asks for it', () => {
  const { tried, book } = trying({ decide: () => deny })
  tried.compare()
  tried.compare()
  expect(tried.outcome).toEqual({
    revision: `sha256:${'b'.repeat(64)}`,
    decidedByCandidate: false,
    result: 'newlyDenied',
    decision: { effect: 'deny', rules: [], reason: 'default' },
  })
  expect(book.read()).toMatchObject({ compared: 1, newlyDenied: 1, active: { decided: 1, refused: 0 } })
})

test('a request that they decide otherwise is told as redacted as its record', () => {
  const redaction = new Redaction({ omit: [], hash: ['path'] }, 'a key')
  const pathOf = (changes: Changes) => {
    const { tried, book } = trying({ ...changes, decide: () => deny })
    tried.compare()
    return book.read().differences[0]?.samples[0]?.path
  }
  expect(pathOf({})).toBe('/a')
  expect(pathOf({ redaction })).toEqual({ hash: redaction.hashOf('/a') })
  expect(pathOf({ redaction: new Redaction({ omit: ['path'], hash: [] }, '') })).toBeNull()
  const sample = { subject: 'ann', path: '/a' }
  const subject = new Redaction({ omit: [], hash: ['caller.subject'] }, 'a key')
  expect(subject.ofSample(sample)).toEqual({ subject: { hash: subject.hashOf('ann') }, path: '/a' })
  // Of several places, what one of them must not have.
  expect(redaction.ofSample(subject.ofSample(sample))).toEqual({
    subject: { hash: subject.hashOf('ann') },
    path: { hash: redaction.hashOf('/a') },
  })
})

test.each<readonly [string, Changes]>([
  ['no time is left', { time: { hasSome: () => false, spend: () => {} } as unknown as TimeShare }],
  ['the worker refuses work', { strain: 'lag' }],
])('%s: what was decided is counted, and the candidate is not asked', (_, changes) => {
  const { tried, book } = trying({
    ...changes,
    decide: () => {
      throw new Error('asked')
    },
  })
  tried.compare()
  expect(tried.outcome?.result).toBe('skipped')
  expect(book.read()).toMatchObject({ compared: 0, skipped: 1, failed: 0, active: { decided: 1, refused: 0 } })
})

test('a look at it that takes long puts off those that follow', () => {
  const time = new TimeShare(performance.now())
  const spend = time.spend.bind(time)
  // As if it had taken an hour.
  time.spend = () => spend(3_600_000)
  const { tried, one } = trying({ time })
  tried.compare()
  const next = one()
  next.compare()
  expect([tried.outcome?.result, next.outcome?.result]).toEqual(['same', 'skipped'])
})

test('what it throws is counted, and told a few times', () => {
  const { tried, one, book, said } = trying({
    decide: () => {
      throw new Error('no')
    },
  })
  tried.compare()
  for (let at = 0; at < 49; at++) one().compare()
  expect(tried.outcome?.result).toBe('failed')
  expect([book.read().failed, said.length]).toEqual([50, 10])
})

test.each([
  ['neither has a route for counts for no share of requests', 'none', { compared: 0, newlyPermitted: 0 }],
  ['only the candidate has a route for does', 'candidate', { compared: 1, newlyPermitted: 1 }],
] as const)('what %s', (_, fits, counts) => {
  const { tried, book } = trying({ fits, effect: 'deny', code: 'no-route' })
  tried.compare()
  expect(tried.outcome?.result).toBe(fits === 'none' ? 'same' : 'newlyPermitted')
  expect(book.read()).toMatchObject({ ...counts, active: { decided: 1, refused: 1 } })
})

test.each([
  ['its client went away', null],
  ['the proxy itself failed', 'internal'],
  ['it was refused for want of room', 'audit-full'],
])('nothing was decided, as %s: nothing is compared', (_, code) => {
  const { tried, book } = trying({ effect: 'reject', code })
  tried.compare()
  expect(tried.outcome).toBeNull()
  expect(book.read()).toMatchObject({ compared: 0, skipped: 0, active: { decided: 0 } })
})
