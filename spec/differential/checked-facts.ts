/**
 * What the checker notes of rules for the compiler and the interpreter alike, found once more from the text: both would believe a
 * mistake in it.
 */
import { type Call, type Expression, type Model, operandsOf, type Rule } from '../../language/index.ts'
import { walkExpressions } from '../../language/syntax/children.ts'

interface Found {
  readonly data: ReadonlySet<string>
  readonly headers: ReadonlySet<string>
  readonly caller: boolean
  readonly body: boolean
}

/** What differs, as text; empty where nothing does. */
export function wrongFacts(model: Model): readonly string[] {
  return model.rules.flatMap((rule) => {
    const found = factsOf(model, rule)
    const isToAnyone = rule.to.some(({ kind }) => kind === 'anyone')
    const facts: readonly (readonly [what: string, noted: unknown, found: unknown])[] = [
      ['personal', rule.personal, rule.effect === 'forbid' && (found.caller || !isToAnyone)],
      ['reads.data', rule.reads.data.map(({ name }) => name), [...found.data].sort()],
      ['reads.headers', rule.reads.headers, [...found.headers].sort()],
      ['reads.body', rule.reads.body, found.body],
    ]
    return facts
      .filter(([, noted, other]) => JSON.stringify(noted) !== JSON.stringify(other))
      .map(([what, noted, other]) => `${rule.name}.${what}: noted ${JSON.stringify(noted)}, found ${JSON.stringify(other)}`)
  })
}

function factsOf(model: Model, { conditions, limit, headers, to }: Rule): Found {
  const expressions = [
    ...conditions.map(({ expression }) => expression),
    ...(limit?.by ? [limit.by] : []),
    ...headers.map(({ value }) => value),
  ]
  const found = factsIn(model, expressions)
  for (const principal of to) if (principal.kind === 'role') collectRole(principal.role.condition, found.data, model)
  return found
}

/** What expressions read, through defs and roles too. */
export function factsIn(model: Model, expressions: readonly Expression[]): Collected {
  const collected = { data: new Set<string>(), headers: new Set<string>(), caller: false, body: false }
  for (const expression of expressions) collect(expression, collected, model)
  return collected
}

interface Collected {
  readonly data: Set<string>
  readonly headers: Set<string>
  caller: boolean
  body: boolean
}

function collect(expression: Expression, into: Collected, model: Model): void {
  /** `math` of `math.abs(x)` stands for nothing. */
  const namespaces = new Set<Expression>()
  walkExpressions(expression, (part) => {
    if (part.kind === 'Call' && part.receiver !== null && isNamespaced(part, model)) namespaces.add(part.receiver)
    if (namespaces.has(part)) return
    if (part.kind === 'Requirement') into.caller = true
    if (part.kind === 'StringLiteral' || part.kind === 'Binary' || part.kind === 'Index' || part.kind === 'OptionalIndex')
      for (const name of headersIn(part)) into.headers.add(name)
    if (part.kind !== 'Identifier' && part.kind !== 'Is' && part.kind !== 'Call') return
    const reference = model.referenceOf(part)
    if (reference.kind === 'data') into.data.add(reference.datum.name)
    if (reference.kind === 'root' && reference.root === 'caller') into.caller = true
    if (reference.kind === 'root' && reference.root === 'body') into.body = true
    if (reference.kind === 'role') collectRole(reference.role.condition, into.data, model)
    if (reference.kind === 'def') collect(reference.def.body, into, model)
  })
}

/** Whoever asks for a role asks for the data that it reads; it reads nothing else that counts. */
function collectRole(condition: Expression | null, data: Set<string>, model: Model): void {
  if (condition !== null) collect(condition, { data, headers: new Set(), caller: false, body: false }, model)
}

function isNamespaced(call: Call, model: Model): boolean {
  const reference = model.referenceOf(call)
  return reference.kind === 'builtin' && !operandsOf(call, reference.id).includes(call.receiver as Expression)
}

/** `"x" in request.headers`, `request.headers["x"]`, `request.headers[?"x"]`. */
function headersIn(part: Expression): readonly string[] {
  const [of, name] =
    part.kind === 'Binary' && part.operator === 'in'
      ? [part.right, part.left]
      : part.kind === 'Index' || part.kind === 'OptionalIndex'
        ? [part.object, part.index]
        : [null, null]
  const isHeaders =
    of?.kind === 'Member' && of.field.text === 'headers' && of.object.kind === 'Identifier' && of.object.name === 'request'
  return isHeaders && name?.kind === 'StringLiteral' ? [name.value] : []
}
