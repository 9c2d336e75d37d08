/** How often each construct of the language was evaluated, or had a part in a decision: a table whose lines are all constructs there are. */
import {
  type Binary,
  type BinaryOperator,
  BUILTINS,
  type Expression,
  type Identity,
  type Model,
  type Route,
  type Rule,
  type Type,
} from '../../language/index.ts'
import { walkExpressions } from '../../language/syntax/children.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { type Interpretation, OVERFLOW, type Result } from '../interpreter/index.ts'

const SCALARS = ['bool', 'int', 'double', 'string']
const OPERANDS: Readonly<Record<BinaryOperator, readonly string[]>> = {
  '==': [...SCALARS, 'list', 'set'],
  '!=': [...SCALARS, 'list', 'set'],
  '<': ['int', 'double', 'string'],
  '<=': ['int', 'double', 'string'],
  '>': ['int', 'double', 'string'],
  '>=': ['int', 'double', 'string'],
  in: ['list', 'set', 'map', 'headers'],
  '+': ['int', 'double', 'string', 'list'],
  '-': ['int', 'double'],
}

/** The lines of the table. What is counted and is not among them throws. */
const CONSTRUCTS: readonly string[] = [
  ...SCALARS.map((type) => `literal ${type}`),
  ...['list', 'set'].map((type) => `[…] as ${type}`),
  ...['caller', 'params', 'request', 'record'].map((owner) => `field of ${owner}`),
  ...['map', 'headers'].map((owner) => `index of ${owner}`),
  ...['true', 'false'].map((result) => `has() ${result}`),
  ...['identity', 'role', 'authenticated', 'anonymous'].map((kind) => `is ${kind}`),
  ...['!', '&&', '||', '?:', 'unary - int', 'unary - double'],
  ...Object.entries(OPERANDS).flatMap(([operator, types]) => types.map((type) => `${operator} ${type}`)),
  ...Object.entries(BUILTINS).flatMap(([name, { on }]) => on.map((type) => `${name}() ${type}`)),
  ...['overflow', 'overflow absorbed', 'guard that errs', 'NaN'],
  ...['string', 'int', 'affixed', 'rest', 'host'].map((kind) => `route with ${kind} parameter`),
  ...['route with trailing slash', 'route for ANY', 'HEAD by GET', 'route at a wildcard'],
  ...['permit', 'forbid'].flatMap((effect) =>
    ['role', 'identity', 'authenticated', 'anonymous', 'anyone'].map((kind) => `${effect} to ${kind}`),
  ),
  ...['*', 'label', 'service', 'route', 'except'].map((target) => `on ${target}`),
  ...['when', 'unless', 'several clauses', 'because', 'personal forbid', 'impersonal forbid', 'forbid that errs'],
  ...['bool', 'int', 'double', 'string', 'literals', 'list', 'set', 'map', 'record'].map((type) => `claim of ${type}`),
  ...['optional claim', 'foreign name', 'foreign path', 'scope', 'role of a role', 'role of several identities'],
  ...['permit', 'deny by a forbid', 'deny by default', 'deny by no-route', 'unauthenticated by a forbid'],
  ...['unauthenticated', 'reject claims', 'reject header-repeated', 'reject malformed'],
]

export class Coverage {
  readonly #counts = new Map(CONSTRUCTS.map((construct) => [construct, 0]))

  counts(): readonly (readonly [construct: string, count: number])[] {
    return [...this.#counts]
  }

  table(): string {
    const cells = this.counts().map(([construct, count]) => `${String(count).padStart(8)}  ${construct.padEnd(30)}`)
    const rows = Math.ceil(cells.length / 3)
    return Array.from({ length: rows }, (_, row) => [0, 1, 2].map((column) => cells[row + column * rows] ?? '').join('')).join(
      '\n',
    )
  }

  /** For the interpreter's `observe`. */
  observe(model: Model): (expression: Expression, result: Result) => void {
    const guards = guardsOf(model)
    let erred = false
    return (expression, result) => {
      this.#expression(model, expression, result)
      if (result === OVERFLOW && guards.has(expression)) this.#add('guard that errs')
      // Expressions are told of from the inside out: an error that is gone one level up was absorbed there.
      if (expression.kind === 'Chain' && erred && result !== OVERFLOW) this.#add('overflow absorbed')
      if (expression.kind === 'Chain' || result === OVERFLOW) erred = result === OVERFLOW
    }
  }

  /** Answers the kind of decision that it was. */
  decided(model: Model, request: EvalRequest, answer: Interpretation): string {
    const { rules } = answer
    const kind = kindOf(answer)
    this.#add(kind)
    const route = model.routes.find(({ name }) => name === answer.route)
    if (route !== undefined) this.#route(route, request.method)
    for (const rule of model.rules) if (rules.includes(rule.name)) this.#rule(rule, answer)
    const identity = model.identities.find(({ name }) => name === request.caller?.identity)
    if (route !== undefined && identity !== undefined) this.#caller(model, identity)
    return kind
  }

  #add(construct: string): void {
    const count = this.#counts.get(construct)
    if (count === undefined) throw new Error(`\`${construct}\` is not in the table of constructs`)
    this.#counts.set(construct, count + 1)
  }

  #expression(model: Model, expression: Expression, result: Result): void {
    if (result === OVERFLOW && expression.kind === 'Binary') this.#add('overflow')
    if (Number.isNaN(result)) this.#add('NaN')
    const construct = constructOf(model, expression, result)
    if (construct !== null) this.#add(construct)
  }

  #route({ segments, methods, service, params }: Route, method: string): void {
    for (const segment of segments) {
      if (segment.kind === 'rest') this.#add('route with rest parameter')
      if (segment.kind !== 'param') continue
      this.#add(`route with ${segment.type} parameter`)
      if (segment.prefix + segment.suffix !== '') this.#add('route with affixed parameter')
    }
    const last = segments.at(-1)
    if (segments.length > 1 && last?.kind === 'literal' && last.text === '') this.#add('route with trailing slash')
    if (methods === null) this.#add('route for ANY')
    if (method === 'HEAD' && methods?.includes('GET')) this.#add('HEAD by GET')
    if (service.hosts.some(({ param }) => param !== null) && params.length > 0) this.#add('route with host parameter')
    if (service.hosts.some(({ wildcard }) => wildcard)) this.#add('route at a wildcard')
  }

  #rule(rule: Rule, answer: Interpretation): void {
    const { effect, to, declaration, conditions } = rule
    for (const kind of new Set(to.map((principal) => principal.kind))) this.#add(`${effect} to ${kind}`)
    for (const { kind } of declaration.on) this.#add(`on ${TARGETS[kind]}`)
    if (declaration.except.length > 0) this.#add('on except')
    for (const { unless } of conditions) this.#add(unless ? 'unless' : 'when')
    if (conditions.length > 1) this.#add('several clauses')
    if (answer.reason !== null && answer.reason === rule.because) this.#add('because')
    if (effect === 'forbid') {
      this.#add(rule.personal ? 'personal forbid' : 'impersonal forbid')
      if (answer.errors.some((error) => error.rule === rule.name)) this.#add('forbid that errs')
    }
  }

  #caller(model: Model, identity: Identity): void {
    for (const [name, { type, optional, path }] of identity.claims) {
      this.#add(`claim of ${type.kind}`)
      if (optional) this.#add('optional claim')
      if (path.length === 1 && path[0] !== name) this.#add('foreign name')
      if (path.length > 1) this.#add('foreign path')
      if (['scope', 'scp'].includes(path.at(-1) ?? '')) this.#add('scope')
    }
    for (const { identities, condition } of model.roles) {
      if (!identities.includes(identity)) continue
      if (identities.length > 1) this.#add('role of several identities')
      if (condition === null) continue
      walkExpressions(condition, (part) => {
        if (part.kind === 'Is' && model.referenceOf(part).kind === 'role') this.#add('role of a role')
      })
    }
  }
}

function kindOf({ effect, code, reason, rules }: Interpretation): string {
  if (effect === 'reject') return `reject ${code === 'claims' || code === 'header-repeated' ? code : 'malformed'}`
  if (effect === 'deny') return `deny by ${rules.length > 0 ? 'a forbid' : reason}`
  return effect === 'unauthenticated' && rules.length > 0 ? 'unauthenticated by a forbid' : effect
}

/** The line of the table for an expression; null for names, which are nothing by themselves. */
function constructOf(model: Model, expression: Expression, result: Result): string | null {
  switch (expression.kind) {
    case 'BoolLiteral':
    case 'IntLiteral':
    case 'DoubleLiteral':
    case 'StringLiteral':
      return `literal ${familyOf(model.typeOf(expression))}`
    case 'ListLiteral':
      return `[…] as ${model.typeOf(expression).kind}`
    case 'Member': {
      const { object } = expression
      return `field of ${object.kind === 'Identifier' ? object.name : 'record'}`
    }
    case 'Index':
      return `index of ${isHeaders(expression.object) ? 'headers' : 'map'}`
    case 'Has':
      return `has() ${String(result)}`
    case 'Is':
      return `is ${model.referenceOf(expression).kind}`
    case 'Not':
      return '!'
    case 'Negate':
      return `unary - ${model.typeOf(expression).kind}`
    case 'Chain':
      return expression.operator
    case 'Conditional':
      return '?:'
    case 'Binary':
      return `${expression.operator} ${operandsOf(model, expression)}`
    case 'Call': {
      const receiver = expression.receiver ?? (expression.arguments[0] as Expression)
      return `${expression.name.text}() ${familyOf(model.typeOf(receiver))}`
    }
    case 'Identifier':
      return null
  }
}

const TARGETS = { AllTarget: '*', LabelTarget: 'label', ServiceTarget: 'service', RouteTarget: 'route' } as const

function familyOf({ kind }: Type): string {
  return kind === 'literals' ? 'string' : kind
}

function operandsOf(model: Model, { operator, left, right }: Binary): string {
  if (operator !== 'in') return familyOf(model.typeOf(left))
  return isHeaders(right) ? 'headers' : model.typeOf(right).kind
}

function isHeaders(expression: Expression): boolean {
  return expression.kind === 'Member' && expression.field.text === 'headers' && expression.object.kind === 'Identifier'
}

/** Every operand that guards another. */
function guardsOf(model: Model): ReadonlySet<Expression> {
  const guards = new Set<Expression>()
  for (const { conditions } of model.rules) {
    for (const { expression } of conditions) {
      walkExpressions(expression, (part) => {
        for (const guard of model.guardsOf(part)) guards.add(guard)
      })
    }
  }
  return guards
}
