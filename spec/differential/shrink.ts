/** A counterexample made as small as it gets: what can go without the disagreement going, goes. */
import { type Expression, type Model, parse, type Span } from '../../language/index.ts'
import { walkExpressions } from '../../language/syntax/children.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { compare } from './disagreement.ts'
import type { PolicyText } from './generate-policy.ts'
import { readPolicy } from './read-policy.ts'

export interface Small {
  readonly text: PolicyText
  readonly request: EvalRequest
  readonly difference: string
}

/** `budget`: how many candidates are tried at most. */
export function shrink(text: PolicyText, request: EvalRequest, compile: (model: Model) => Policy, budget = 3000): Small {
  let small: Small = { text, request, difference: '' }
  let left = budget
  const keeps = (candidate: Pick<Small, 'text' | 'request'>): boolean => {
    left -= 1
    const found = disagreement(candidate.text, candidate.request, compile)
    if (found !== null) small = { ...candidate, difference: found }
    return found !== null
  }
  if (!keeps(small)) throw new Error('there is no disagreement to shrink')
  let shrinking = true
  while (shrinking && left > 0) {
    shrinking = false
    for (const text of smallerPolicies(small.text)) {
      if (left <= 0 || !keeps({ text, request: small.request })) continue
      shrinking = true
      break
    }
    for (const request of smallerRequests(small.request)) {
      if (left <= 0 || !keeps({ text: small.text, request })) continue
      shrinking = true
      break
    }
  }
  return small
}

function disagreement(text: PolicyText, request: EvalRequest, compile: (model: Model) => Policy): string | null {
  const read = readPolicy(text)
  if ('problems' in read) return null
  let policy: Policy
  try {
    policy = compile(read.model)
  } catch (error) {
    return `compiling threw: ${error instanceof Error ? error.message : String(error)}`
  }
  return compare(read.model, policy, request).difference
}

/** The largest cuts first. */
function* smallerPolicies(files: PolicyText): Generator<PolicyText> {
  for (const [name, text] of Object.entries(files)) {
    for (const { start, end, by } of cuts(name, text)) yield { ...files, [name]: text.slice(0, start) + by + text.slice(end) }
  }
}

interface Cut {
  readonly start: number
  readonly end: number
  readonly by: string
}

function cuts(name: string, text: string): Cut[] {
  const { result } = parse({ name, text })
  const found: Cut[] = []
  const cut = ({ start, end }: Span, by = ''): void => void found.push({ start, end, by })
  const inside = (within: Expression): void => {
    walkExpressions(within, (expression) => {
      for (const part of partsOf(expression)) cut(expression.span, `(${text.slice(part.span.start, part.span.end)})`)
      if (expression.kind !== 'BoolLiteral') for (const by of ['true', 'false']) cut(expression.span, by)
    })
  }
  for (const declaration of result.declarations) {
    cut(declaration.span)
    if (declaration.kind === 'RoleDeclaration' && declaration.when !== null) inside(declaration.when)
    if (declaration.kind === 'ServiceDeclaration') for (const route of declaration.routes) cut(route.span)
    if (declaration.kind === 'IdentityDeclaration') for (const claim of declaration.claims) cut(claim.span)
    if (declaration.kind !== 'RuleDeclaration') continue
    for (const condition of declaration.conditions) cut(condition.span)
    for (const condition of declaration.conditions) inside(condition.expression)
  }
  return found
    .sort((a, b) => b.end - b.start - b.by.length - (a.end - a.start - a.by.length))
    .filter(({ start, end, by }) => by.length < end - start)
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'Chain':
      return expression.operands
    case 'Conditional':
      return [expression.test, expression.then, expression.otherwise]
    case 'Not':
      return [expression.operand]
    case 'Binary':
      return [expression.left, expression.right]
    default:
      return []
  }
}

function* smallerRequests(request: EvalRequest): Generator<EvalRequest> {
  const { caller, headers, url } = request
  if (caller) {
    yield { ...request, caller: null }
    for (const claims of smallerValues(caller.claims)) yield { ...request, caller: { ...caller, claims } }
  }
  for (const name of Object.keys(headers ?? {})) {
    yield { ...request, headers: Object.fromEntries(Object.entries(headers ?? {}).filter(([other]) => other !== name)) }
  }
  if (url.includes('?')) yield { ...request, url: url.slice(0, url.indexOf('?')) }
}

function* smallerValues(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const at of value.keys()) yield value.toSpliced(at, 1)
    return
  }
  for (const [name, member] of Object.entries(value)) {
    yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name))
    for (const smaller of smallerValues(member))
      yield Object.fromEntries(Object.entries(value).map(([other, one]) => [other, other === name ? smaller : one]))
  }
}

/** As text, ready to become a case of the conformance suite. */
export function showCounterexample({ text, request, difference }: Small): string {
  const files = Object.entries(text).map(([name, content]) => `// ${name}\n${content.replace(/\n{3,}/g, '\n\n').trim()}`)
  return [difference, ...files, JSON.stringify(request, null, 2)].join('\n\n')
}
