/** Prints an expression in the language, which is CEL except for `spec/language/deviations.md`. */

import type { Call, Const, Expr, OptMap, VariableName } from '../../compiler/ir/index.ts'
import { overload } from '../../language/builtins/index.ts'
import { parseSignature } from '../../language/builtins/parse-signature.ts'
import { isScalar } from '../../language/checker/types/type.ts'
import { helpers } from '../../runtime/abi/index.ts'
import { ZEROTH } from './lift.ts'
import { PlanError } from './plan-error.ts'

/** Precedence, lowest first. */
const BINDING = { conditional: 0, or: 1, and: 2, relation: 3, sum: 4, product: 5, sign: 6, postfix: 7 } as const

type Names = ReadonlyMap<VariableName, string>
interface Printed {
  readonly text: string
  readonly binds: number
}

/**
 * Formats an expression as CEL.
 *
 * @throws PlanError if CEL cannot express it
 */
export function printCel(expression: Expr): string {
  return print(expression, new Map()).text
}

function print(expression: Expr, names: Names): Printed {
  const of = (one: Expr, least: number = BINDING.conditional) => within(one, least, names)
  const postfix = (text: string): Printed => ({ text, binds: BINDING.postfix })
  const relation = (left: Expr, operator: string, right: Expr): Printed => ({
    text: `${of(left, BINDING.sum)} ${operator} ${of(right, BINDING.sum)}`,
    binds: BINDING.relation,
  })
  // A method is no number, so this errs. Constant errors such as a division by zero are refused at compile time.
  if (expression === ZEROTH) return postfix('int(request.method)')
  switch (expression.kind) {
    case 'Const':
      return printConst(expression)
    case 'Variable':
      return postfix(names.get(expression.variable) ?? refuse(expression, `the variable \`${expression.variable}\``))
    case 'Param':
      return postfix(`params.${expression.name}`)
    case 'RequestField':
      return postfix(expression.name === 'sourceIp' ? 'source.ip' : `request.${expression.name}`)
    case 'Header':
      return postfix(`request.headers[${quoted(expression.name)}]`)
    case 'HeaderTest':
      return { text: `${quoted(expression.name)} in request.headers`, binds: BINDING.relation }
    case 'Mtls':
      return postfix('connection.mtls')
    case 'Query':
    case 'Body':
      return postfix(expression.kind.toLowerCase())
    case 'Data':
      return postfix(expression.name)
    case 'CallerField':
      return postfix(`caller.${expression.name}`)
    case 'Field':
      return postfix(`${of(expression.object, BINDING.postfix)}.${expression.name}`)
    case 'MapRead':
      return postfix(`${of(expression.map, BINDING.postfix)}[${of(expression.key)}]`)
    case 'Present':
      return expression.target.kind === 'Field' || expression.target.kind === 'Mtls'
        ? postfix(`has(${of(expression.target)})`)
        : refuse(expression, 'whether a value is there')
    case 'Optional':
      return postfix(printOptional(expression.target, of))
    case 'Some':
      return isScalar(expression.operand.type) ? postfix(`[${of(expression.operand)}][?0]`) : refuse(expression, NO_WORDS.Some)
    case 'OptMap':
      return postfix(printOptMap(expression, names))
    case 'Chain': {
      const binds = expression.operator === '||' ? BINDING.or : BINDING.and
      const texts = expression.operands.map((one) => of(one.expression, binds + 1))
      return { text: texts.join(` ${expression.operator} `), binds }
    }
    case 'Not': {
      const { operand } = expression
      if (operand.kind === 'Equal') return relation(operand.left, '!=', operand.right)
      return { text: `!${of(operand, BINDING.postfix)}`, binds: BINDING.sign }
    }
    case 'Negate':
      return { text: `-${of(expression.operand, BINDING.postfix)}`, binds: BINDING.sign }
    case 'Conditional': {
      const parts = [of(expression.test, BINDING.or), of(expression.then, BINDING.or), of(expression.otherwise, BINDING.or)]
      return { text: `${parts[0]} ? ${parts[1]} : ${parts[2]}`, binds: BINDING.conditional }
    }
    case 'Compare':
      return relation(expression.left, expression.operator, expression.right)
    case 'Equal':
      return relation(expression.left, '==', expression.right)
    case 'In':
      return relation(expression.element, 'in', expression.collection)
    case 'Arithmetic': {
      const binds = '+-'.includes(expression.operator) ? BINDING.sum : BINDING.product
      return { text: `${of(expression.left, binds)} ${expression.operator} ${of(expression.right, binds + 1)}`, binds }
    }
    case 'Concat':
      return { text: `${of(expression.left, BINDING.sum)} + ${of(expression.right, BINDING.product)}`, binds: BINDING.sum }
    case 'Collect':
      return postfix(`[${expression.elements.map((one) => of(one)).join(', ')}]`)
    case 'CollectMap':
      return postfix(`{${expression.entries.map(({ key, value }) => `${quoted(key)}: ${of(value)}`).join(', ')}}`)
    case 'Call':
      return postfix(printCall(expression, of))
    case 'OrValue':
      return postfix(`${of(expression.operand, BINDING.postfix)}.orValue(${of(expression.fallback)})`)
    case 'Let': {
      if (expression.type.kind !== 'bool') return refuse(expression, 'an argument that may err')
      // A list of one element: errs if the argument does.
      const [name, inner] = named(expression.variable, names)
      return postfix(`[${of(expression.value)}].exists(${name}, ${within(expression.body, 0, inner)})`)
    }
    case 'Quantifier': {
      const [name, inner] = named(expression.variable, names)
      const test = within(expression.test, 0, inner)
      return postfix(`${of(expression.range, BINDING.postfix)}.${expression.quantifier}(${name}, ${test})`)
    }
    case 'Select': {
      const { range, variable, test, value } = expression
      const [name, inner] = named(variable, names)
      const parts = [test, value].flatMap((one) => (one === null ? [] : [within(one, 0, inner)]))
      return postfix(`${of(range, BINDING.postfix)}.${value === null ? 'filter' : 'map'}(${[name, ...parts].join(', ')})`)
    }
    case 'Shared':
      return print(expression.value, names)
    default:
      return refuse(expression, NO_WORDS[expression.kind])
  }
}

const NO_WORDS = {
  Absent: 'what the route does not have',
  RoleTest: 'a role',
  IdentityTest: 'an identity',
  RequirementTest: 'a requirement',
  ListRead: 'an element of a list that may not be there',
  Some: 'a value as an optional',
  Position: 'a position in data',
  Entry: 'an entry of data',
  Below: 'a place in a hierarchy',
} as const

function refuse(_expression: Expr, what: string): never {
  throw new PlanError(`${what} cannot be written as CEL: rewrite the condition without it`)
}

function within(expression: Expr, least: number, names: Names): string {
  const { text, binds } = print(expression, names)
  return binds < least ? `(${text})` : text
}

/** Returns a name that no variable in scope has. */
function named(variable: VariableName, names: Names): readonly [string, Names] {
  const taken = new Set(names.values())
  const [base = 'x'] = variable.split('@')
  let name = base
  for (let at = 2; taken.has(name); at += 1) name = `${base}${at}`
  return [name, new Map(names).set(variable, name)]
}

type Of = (one: Expr, least?: number) => string

function printOptional(target: Expr, of: Of): string {
  switch (target.kind) {
    case 'Field':
      return `${of(target.object, BINDING.postfix)}.?${target.name}`
    case 'MapRead':
      return `${of(target.map, BINDING.postfix)}[?${of(target.key)}]`
    case 'ListRead':
      return `${of(target.list, BINDING.postfix)}[?${of(target.index)}]`
    case 'Header':
      return `request.headers[?${quoted(target.name)}]`
    case 'Mtls':
      return 'connection.?mtls'
    default:
      return refuse(target, 'an optional')
  }
}

/** Prints `x.?f.?g` if that suffices. */
function printOptMap(expression: OptMap, names: Names): string {
  const { range, variable, body } = expression
  const head = within(range, BINDING.postfix, names)
  const target = body.kind === 'Optional' ? body.target : body.kind === 'Some' ? body.operand : null
  if (target?.kind === 'Field' && target.object.kind === 'Variable' && target.object.variable === variable)
    return `${head}.?${target.name}`
  if (target?.kind === 'MapRead' && target.map.kind === 'Variable' && target.map.variable === variable)
    return `${head}[?${within(target.key, 0, names)}]`
  const [name, inner] = named(variable, names)
  return `${head}.optMap(${name}, ${within(body, 0, inner)})`
}

function printCall({ id, operands }: Call, of: Of): string {
  const { name, namespace, receiver } = parseSignature(overload(id).signature)
  const [first, ...others] = operands as readonly [Expr, ...Expr[]]
  if (receiver !== null) return `${of(first, BINDING.postfix)}.${name}(${others.map((one) => of(one)).join(', ')})`
  return `${namespace === null ? '' : `${namespace}.`}${name}(${operands.map((one) => of(one)).join(', ')})`
}

function printConst(constant: Const): Printed {
  const { value, type } = constant
  const text = constantText(value, type.kind) ?? refuse(constant, 'an optional without a value')
  return { text, binds: text.startsWith('-') ? BINDING.sign : BINDING.postfix }
}

function constantText(value: Const['value'], kind: Const['type']['kind']): string | null {
  if (value === null) return null
  switch (kind) {
    case 'timestamp':
      return `timestamp(${quoted(helpers.formatTimestamp(value as bigint))})`
    case 'duration':
      return `duration(${quoted(helpers.formatDuration(value as bigint))})`
    case 'ip':
    case 'cidr':
      return `${kind}(${quoted(String(value))})`
    case 'double': {
      const text = Object.is(value, -0) ? '-0' : String(value)
      return /^-?\d+$/.test(text) ? `${text}.0` : text
    }
    default:
      return typeof value === 'string' ? quoted(value) : String(value)
  }
}

/** Prints a text in double quotes, with invisible characters escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e\p{L}\p{M}\p{N}\p{P}\p{S}]/gu, (one) => {
    const code = (one.codePointAt(0) as number).toString(16)
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`
  })
}
