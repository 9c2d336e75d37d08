/** Mistakes in what a trace is told, and in what an explanation makes of it: none of them changes a decision. */
import { TRUE } from '../../../compiler/ir/build.ts'
import { type Explanation, helpers } from '../../../runtime/abi/index.ts'
import { type Fault, inHelpers, inSteps } from './fault.ts'

type Judges = Parameters<typeof helpers.tracing>[1]
type JudgesOfCaller = Judges['anonymous']
type Tracer = Parameters<NonNullable<JudgesOfCaller['rules']>[number]>[0]
type Judge = Parameters<Tracer['judge']>
type Clauses = readonly NonNullable<Judge[1]>[number][]

export const inTraces: readonly Fault[] = [
  inJudge('a rule that does not hold is not told of', (rule, clauses) => (clauses.includes(false) ? null : [rule, clauses])),
  inClauses('clauses are told in the wrong order', (clauses) => clauses.toReversed()),
  inClauses('nothing is told of what comes after a clause that is false', (clauses) => {
    const end = clauses.indexOf(false)
    return end < 0 ? clauses : clauses.map((clause, at) => (at > end ? null : clause))
  }),
  inClauses('a clause that erred is told as false beside one that is', (clauses) =>
    clauses.includes(false) ? clauses.map((clause) => clause ?? (clause === undefined ? false : null)) : clauses,
  ),
  inClauses('a clause that was not evaluated is told as true', (clauses) =>
    clauses.map((clause) => (clause === null ? true : clause)),
  ),
  inClauses('a clause that is true is told as false beside one that is', (clauses) =>
    clauses.includes(false) ? clauses.map((clause) => (clause === true ? false : clause)) : clauses,
  ),
  inClauses('what waits for the body is told as false beside what is', (clauses) =>
    clauses.includes(false) ? clauses.map((clause) => (clause === 'open' ? false : clause)) : clauses,
  ),
  inSteps('a clause stands where the one after it does', ({ written, ...step }) => ({
    ...step,
    written: written.map((clause, at) => ({ ...clause, place: written[at + 1]?.place ?? clause.place })),
  })),
  inSteps('no clause is guarded where it is told', (step) => ({
    ...step,
    clauses: step.clauses.map((clause) => ({ ...clause, guards: [] })),
  })),
  inSteps('`to` is not asked where clauses are told', ({ to, ...step }) => ({
    ...step,
    to: step.clauses.length === 0 ? to : TRUE,
  })),
  inJudges('a rule that can err is not asked where the answer is a refusal', ({ rules = [], permits = [], ...judges }) => ({
    ...judges,
    permits: [...rules, ...permits],
  })),
  inExplanation('what is required is told the other way round', ({ rules, nearest }) => ({
    nearest,
    rules: rules.map((rule) => ({
      ...rule,
      clauses: rule.clauses.map((one) =>
        one.clause === 'require' ? { ...one, outcome: one.outcome === 'true' ? ('false' as const) : ('true' as const) } : one,
      ),
    })),
  })),
  inExplanation('the nearest permit is the first', ({ rules, nearest }) => {
    const first = rules.find(({ effect, shadow }) => effect === 'permit' && !shadow)
    if (nearest === null || first === undefined) return { rules, nearest }
    const clauses = first.clauses.filter(({ outcome }) => outcome !== 'true')
    return { rules, nearest: { ...nearest, permit: first.rule, clauses } }
  }),
  inExplanation('no forbid is in the way of the nearest permit', ({ rules, nearest }) => ({
    rules,
    nearest: nearest && { ...nearest, forbids: [] },
  })),
]

/** Null: it is not told. */
function inJudge(name: string, change: (rule: Judge[0], clauses: Clauses) => Judge | null): Fault {
  return inTracer(name, (trace) => {
    const judge = trace.judge.bind(trace)
    trace.judge = (rule, clauses = []) => {
      const told = change(rule, clauses)
      return told !== null && judge(...told)
    }
  })
}

function inClauses(name: string, change: (clauses: Clauses) => Clauses): Fault {
  return inJudge(name, (rule, clauses) => [rule, change(clauses)])
}

function inExplanation(name: string, change: (explanation: Explanation) => Explanation): Fault {
  return inTracer(name, (trace) => {
    const end = trace.end.bind(trace)
    trace.end = (again) => {
      const answer = end(again)
      const explanation = answer.explanation.bind(answer)
      return Object.assign(answer, { explanation: () => change(explanation()) })
    }
  })
}

function inTracer(name: string, change: (trace: Tracer) => void): Fault {
  return inJudges(name, ({ rules = [], ...judges }) => ({ ...judges, rules: [change, ...rules] }))
}

function inJudges(name: string, change: (judges: JudgesOfCaller) => JudgesOfCaller): Fault {
  return inHelpers(name, {
    tracing: (stepsUp, { anonymous, authenticated, ...route }) =>
      helpers.tracing(stepsUp, { ...route, anonymous: change(anonymous), authenticated: change(authenticated) }),
  })
}
