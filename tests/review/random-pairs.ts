import type { Random } from '../../compiler/testing/invariants/random.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'

/** Two policies of few questions, and all requests that answer these in different ways. */
export interface RandomPair {
  readonly before: string
  readonly after: string
  readonly requests: readonly EvalRequest[]
}

/** A question that conditions ask, and what a request can say to it. */
interface Question {
  readonly clauses: readonly string[]
  readonly answers: readonly ((request: EvalRequest) => EvalRequest)[]
}

const LEVELS = [1, 2, 3]
const HEADER = '"x-h" in request.headers'

/** Each with an answer for every class that its clauses tell apart. */
const QUESTIONS: readonly Question[] = [
  {
    clauses: LEVELS.flatMap((level) =>
      ['>=', '==', '<'].map((operator) => `caller is staff && has(caller.level) && caller.level ${operator} ${level}`),
    ).concat('caller is staff && has(caller.level)'),
    answers: [undefined, 0, 1, 2, 3, 4].map((level) => withClaims(level === undefined ? {} : { level })),
  },
  {
    clauses: [
      'caller is lead',
      'caller is clerk',
      'caller is lead && !(caller is clerk)',
      'caller is staff && "x" in caller.groups',
    ],
    answers: [[], ['x'], ['y'], ['x', 'y']].map((groups) => withClaims({ groups })),
  },
  {
    clauses: LEVELS.flatMap((id) => [`params.id > ${id}`, `params.id == ${id}`, `params.id <= ${id}`]),
    answers: [0, 1, 2, 3, 4].map((id) => (request) => ({ ...request, url: request.url.replace(/\d+$/, String(id)) })),
  },
  {
    clauses: [HEADER, `${HEADER} && request.headers["x-h"] == "v"`, `${HEADER} && request.headers["x-h"] != "v"`],
    answers: [{}, { 'x-h': 'v' }, { 'x-h': 'w' }, { 'x-h': ['v', 'v'] }].map((headers) => (request) => ({ ...request, headers })),
  },
  {
    // Of which the one errs where the other says no.
    clauses: ['plans["a"] > 1', '"a" in plans', '"a" in plans && plans["a"] > 1', 'plans["a"] == 1'],
    answers: [undefined, {}, { a: 1 }, { a: 2 }].map((plans) => (request) => ({
      ...request,
      data: plans === undefined ? {} : { plans },
    })),
  },
  {
    // Read last, and only where it matters.
    clauses: ['body.n > 1', 'body.n == 1'],
    answers: [0, 1, 2].map((n) => (request) => ({ ...request, body: { n } })),
  },
  {
    clauses: ['caller is staff && caller.sub == "a"', 'caller is staff && caller.sub != "a"'],
    // The last is no header.
    answers: ['a', 'b', '\u0001'].map((sub) => withClaims({ sub })),
  },
]

/** Not among the questions of clauses: it is asked by requirements. */
const FACTORS = [undefined, { time: '2026-01-01T11:55:00Z', amr: ['mfa'] }, { time: '2026-01-01T11:40:00Z', amr: ['mfa'] }].map(
  (auth) => (request: EvalRequest) =>
    request.caller ? { ...request, caller: auth === undefined ? request.caller : { ...request.caller, auth } } : request,
)

function withClaims(claims: object): (request: EvalRequest) => EvalRequest {
  return (request) => {
    const { caller } = request
    return caller ? { ...request, caller: { ...caller, claims: { ...(caller.claims as object), ...claims } } } : request
  }
}

interface Rule {
  readonly name: string
  readonly effect: 'permit' | 'forbid'
  readonly on: string
  readonly to: string | null
  readonly clauses: readonly string[]
  readonly mfa: boolean
  readonly because: string | null
  readonly limit: string | null
  readonly header: boolean
}

export function randomPair(random: Random): RandomPair {
  const asked = random.some(QUESTIONS, 3)
  const clauses = (asked.length === 0 ? QUESTIONS.slice(2, 3) : asked).flatMap((question) => question.clauses)
  const before = Array.from({ length: 1 + random.below(5) }, (_, at) => randomRule(`r${at}`, clauses, random))
  const after = changed(before, clauses, random)
  const questions = [
    ...QUESTIONS.filter((question) => uses([before, after], question)),
    ...(usesFactors(before, after) ? [{ answers: FACTORS }] : []),
  ]
  return {
    before: policyOf(before, '"k"'),
    after: policyOf(after, random.chance(0.1) ? 'caller.sub' : '"k"'),
    requests: requestsFor(questions),
  }
}

function uses(policies: readonly (readonly Rule[])[], { clauses, answers }: Question): boolean {
  const isAsked = policies.flat().some((rule) => rule.clauses.some((text) => clauses.some((clause) => text.includes(clause))))
  const reads = (what: RegExp) => policies.flat().some((rule) => what.test(`${rule.to} ${rule.limit} ${rule.header}`))
  return (
    isAsked ||
    (answers === QUESTIONS[1]?.answers && reads(/lead|clerk/)) ||
    (answers === QUESTIONS[6]?.answers && reads(/caller|true/))
  )
}

function usesFactors(...policies: readonly (readonly Rule[])[]): boolean {
  return policies.flat().some(({ mfa }) => mfa)
}

function requestsFor(questions: readonly Pick<Question, 'answers'>[]): readonly EvalRequest[] {
  const first: readonly EvalRequest[] = ['POST', 'PUT'].flatMap((method) =>
    [null, { identity: 'staff', claims: { sub: 'a', groups: [] } }, { identity: 'robot', claims: { id: 'r' } }].map((caller) => ({
      method,
      url: 'https://s.test/r/2',
      caller,
      time: '2026-01-01T12:00:00Z',
      data: { plans: {} },
      body: { n: 0 },
    })),
  )
  const all = questions.reduce((some, { answers }) => some.flatMap((request) => answers.map((answer) => answer(request))), first)
  // A claim is put where it does not belong.
  return [...new Map(all.map((request) => [JSON.stringify(fitting(request)), fitting(request)])).values()]
}

function fitting(request: EvalRequest): EvalRequest {
  return request.caller?.identity === 'robot' ? { ...request, caller: { ...request.caller, claims: { id: 'r' } } } : request
}

function randomRule(name: string, clauses: readonly string[], random: Random): Rule {
  const effect = random.chance(0.6) ? 'permit' : 'forbid'
  const ofStaff = random.chance(0.4)
  return {
    name,
    effect,
    on: random.pick(['s.read', 's.write', 's.*']),
    to: ofStaff
      ? random.pick(['staff', 'lead', 'clerk', 'lead, clerk'])
      : random.pick(['anyone', 'authenticated', 'anonymous', 'robot', 'staff, robot']),
    clauses: Array.from({ length: random.below(3) }, () => randomClause(clauses, random)),
    mfa: random.chance(0.2),
    because: effect === 'forbid' && random.chance(0.6) ? random.pick(['One.', 'Two.']) : null,
    limit:
      effect === 'permit' && random.chance(0.2)
        ? ofStaff && random.chance(0.6)
          ? '5 per 1m by caller.sub'
          : random.pick(['5 per 1m', '6 per 1m'])
        : null,
    header: effect === 'permit' && ofStaff && random.chance(0.2),
  }
}

function randomClause(clauses: readonly string[], random: Random): string {
  const one = () => random.pick(clauses)
  const text = random.pick([
    () => one(),
    () => `(${one()}) || (${one()})`,
    () => `!(${one()})`,
    () => `(${one()}) ? (${one()}) : (${one()})`,
  ])()
  return `${random.pick(['when', 'unless'])} ${text}`
}

/** One edit, or two, or one that changes nothing. */
function changed(rules: readonly Rule[], clauses: readonly string[], random: Random): readonly Rule[] {
  const at = random.below(rules.length)
  const rule = rules[at] as Rule
  const others = rules.filter((one) => one !== rule)
  const clause = random.pick(clauses)
  const edits: readonly (() => readonly Rule[])[] = [
    () => others,
    () => [...rules, randomRule('added', clauses, random)],
    () => [...others, { ...randomRule(rule.name, clauses, random) }],
    () => [...others, { ...rule, name: 'z_renamed' }],
    () => [...others, { ...rule, clauses: rule.clauses.slice(1) }],
    () => [...others, { ...rule, clauses: [...rule.clauses, randomClause(clauses, random)] }],
    () => [...others, { ...rule, because: rule.effect === 'forbid' ? 'Three.' : null }],
    () => [...others, { ...rule, mfa: !rule.mfa }],
    () => [
      ...others,
      { ...rule, effect: rule.effect === 'permit' ? 'forbid' : 'permit', because: null, limit: null, header: false },
    ],
    () => [
      ...others,
      { ...rule, clauses: [`when ${clause}`, ...rule.clauses] },
      { ...rule, name: `${rule.name}_2`, clauses: [`unless ${clause}`, ...rule.clauses] },
    ],
  ]
  const result = random.pick(edits)()
  return random.chance(0.5) && result.length > 0 ? changed(result, clauses, random) : result
}

function policyOf(rules: readonly Rule[], header: string): string {
  return [
    'identity staff via jwt { sub: string, groups: set<string>, level?: int }',
    'identity robot via api_key { id: string }',
    'role lead of staff when "x" in caller.groups',
    'role clerk of staff when "y" in caller.groups',
    'data plans: map<string, int>',
    'service s at "s.test" { route read POST "/r/{id: int}" body { n: int } route write PUT "/r/{id: int}" body { n: int } }',
    ...rules.map((rule) =>
      [
        `${rule.effect} ${rule.name} on ${rule.on} to ${rule.to}`,
        ...rule.clauses,
        ...(rule.mfa ? [rule.effect === 'permit' ? 'require mfa within 10m' : 'unless mfa within 10m'] : []),
        ...(rule.limit === null ? [] : [`limit ${rule.limit}`]),
        ...(rule.header ? [`header "x-o" = ${header}`] : []),
        ...(rule.because === null ? [] : [`because "${rule.because}"`]),
      ].join('\n  '),
    ),
  ].join('\n')
}
