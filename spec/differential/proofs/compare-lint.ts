import { exactLint } from '../../../analysis/index.ts'
import { EvalFailure, interpret } from '../../../interpreter/index.ts'
import { checkProject, type Diagnostic, type Model, type ProjectHost, type Rule, type Span } from '../../../language/index.ts'
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import { checkedPolicy } from './compare.ts'
import { everyRequest } from './every-request.ts'

export interface ComparedLint {
  /** By code, how often it was told. */
  readonly told: ReadonlyMap<string, number>
  /** What every request speaks against. */
  readonly wrong: readonly string[]
  /** What is so of every request, and was not told. */
  readonly missed: readonly string[]
  /** Rules that could be taken out, too, beside those that are told. */
  readonly more: readonly string[]
}

const NEVER = 'IAP5010'
const HIDDEN = 'IAP5011'
const CLOSED = 'IAP5012'
const DECIDED = 'IAP5022'
const CONSTANT = 'IAP5023'
const COVERED = 'IAP5034'
const OPEN = 'IAP5035'

/** What is told of a small policy, beside what every request says. */
export function compareLint(seed: number): ComparedLint {
  const { policy, model } = checkedPolicy(seed)
  const requests = [...everyRequest(policy)]
  const answers = answersOf(model, requests)
  const { files } = checkProject(reading(policy.text), ['policy.iap'])
  const ask = (request: EvalRequest) => ({ ...interpret(model, request), revision: '' })
  const { found } = exactLint({ model, files, told: [], ask })
  const told = new Map<string, number>()
  for (const { code } of found) told.set(code, (told.get(code) ?? 0) + 1)
  const toldOf = (code: string, rule: Rule) => found.filter((one) => one.code === code && isWithin(one, rule))
  const covered = model.rules.filter((rule) => toldOf(COVERED, rule).length > 0)
  const seen = see(model, requests, covered)
  const wrong: string[] = []
  const missed: string[] = []
  const more: string[] = []
  const expect = (isSo: boolean, isTold: boolean, what: string) => {
    if (isTold && !isSo) wrong.push(`seed ${seed}: ${what}, it says\n${policy.text}`)
    // Of arithmetic it need not know anything.
    if (isSo && !isTold && !policy.wild) missed.push(`seed ${seed}: ${what}\n${policy.text}`)
  }
  for (const rule of model.rules) {
    const { applied, open, permitted } = seen.get(rule.name) as Seen
    const never = !applied && !open
    if (!open || applied) expect(never, toldOf(NEVER, rule).length > 0, `${rule.name} never applies`)
    if (rule.effect === 'permit' && (applied || !open))
      expect(applied && !permitted, toldOf(HIDDEN, rule).length > 0, `${rule.name} is hidden`)
    for (const { span } of [...toldOf(CONSTANT, rule), ...toldOf(DECIDED, rule)]) {
      const clause = rule.declaration.conditions.find(({ expression }) => expression.span.start === span.start)
      const without = clause === undefined ? '' : cut(policy.text, clause)
      expect(isSameFor(without, requests, answers), true, `a clause of ${rule.name} decides nothing`)
    }
  }
  const withoutAll = (rules: readonly Rule[]) => {
    const text = rules.toSorted((a, b) => b.declaration.span.start - a.declaration.span.start)
    return text.reduce((before, { declaration }) => cut(before, declaration), policy.text)
  }
  if (covered.length > 0)
    expect(
      isSameFor(withoutAll(covered), requests, answers),
      true,
      `${covered.map(({ name }) => name).join(' and ')} change nothing`,
    )
  for (const rule of model.rules) {
    if (covered.includes(rule) || [NEVER, HIDDEN].some((code) => toldOf(code, rule).length > 0)) continue
    if (seen.get(rule.name)?.alone) continue
    const isNeedless = isSameFor(withoutAll([...covered, rule]), requests, answers)
    if (isNeedless && !policy.wild)
      (covered.length === 0 ? missed : more).push(`seed ${seed}: ${rule.name} changes nothing\n${policy.text}`)
  }
  const permits = answers.filter((answer) => answer.includes('"permit"')).length
  const is = (code: string) => found.some((one) => one.code === code)
  const isDead = model.rules.every(
    (rule) => rule.effect === 'forbid' || toldOf(NEVER, rule).length + toldOf(HIDDEN, rule).length > 0,
  )
  const isClosed = model.rules.some(
    ({ effect, to, conditions }) => effect === 'forbid' && conditions.length === 0 && to.some(({ kind }) => kind === 'anyone'),
  )
  expect(permits === 0 && !isDead && !isClosed, is(CLOSED), 'nobody can reach it')
  const saysSo = model.rules.some(
    ({ effect, to, conditions, requires }) =>
      effect === 'permit' && conditions.length + requires.length === 0 && to.some(({ kind }) => kind === 'anyone'),
  )
  expect(permits === requests.length && !saysSo, is(OPEN), 'anybody can reach it')
  return { told, wrong, missed, more }
}

interface Seen {
  applied: boolean
  /** A request was decided before it was known of it. */
  open: boolean
  permitted: boolean
  /** A forbid that no other is beside: it may be there for what is written later, though nothing is permitted there. */
  alone: boolean
}

/** `covered`: those are beside none. */
function see(model: Model, requests: readonly EvalRequest[], covered: readonly Rule[]): ReadonlyMap<string, Seen> {
  const seen = new Map(model.rules.map(({ name }) => [name, { applied: false, open: false, permitted: false, alone: false }]))
  for (const request of requests) {
    let judged: readonly { readonly rule: Rule; readonly holds: unknown; readonly unmet: readonly unknown[] }[] = []
    const { effect } = interpret(model, request, { observeRules: (all) => (judged = all) })
    const stands = (holds: unknown) => holds === true || holds instanceof EvalFailure
    const forbids = judged.filter(
      ({ rule, holds }) => rule.effect === 'forbid' && !covered.includes(rule) && (stands(holds) || holds === 'open'),
    )
    for (const { rule, holds, unmet } of judged) {
      const one = seen.get(rule.name) as Seen
      const applies = rule.effect === 'permit' ? holds === true && unmet.length === 0 : stands(holds)
      one.alone ||= rule.effect === 'forbid' && forbids.length === 1 && forbids[0]?.rule === rule
      one.applied ||= applies
      one.open ||= holds === 'open'
      one.permitted ||= applies && effect === 'permit'
    }
  }
  return seen
}

/** All of them but which rules it was by. */
function answersOf(model: Model, requests: readonly EvalRequest[]): readonly string[] {
  return requests.map((request) => {
    const { rules: _, errors: _errors, ...answer } = interpret(model, request)
    return JSON.stringify(answer)
  })
}

function isSameFor(text: string, requests: readonly EvalRequest[], answers: readonly string[]): boolean {
  const { result, diagnostics } = checkProject(reading(text), ['policy.iap'])
  if (result === null) throw new Error(`${diagnostics[0]?.message}\n${text}`)
  return answersOf(result, requests).every((answer, at) => answer === answers[at])
}

function reading(text: string): ProjectHost {
  return { read: (name) => (name === 'policy.iap' ? text : null) }
}

function cut(text: string, { span }: { readonly span: Span }): string {
  return text.slice(0, span.start) + text.slice(span.end)
}

function isWithin({ span }: Diagnostic, { declaration }: Rule): boolean {
  return declaration.span.start <= span.start && span.end <= declaration.span.end
}
