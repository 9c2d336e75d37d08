import type { CallExpression, Expression, NewExpression, Node, Pattern } from 'acorn'
import { foreign } from '../violation.ts'
import { CHARACTERS } from './frame.ts'

/**
 * Kind of value that a constant of a validator holds, such as a schema (`json`) or regular expression. It determines how the
 * validator may use the constant.
 */
export type ConstantKind =
  | 'json'
  | 'own'
  | 'characters'
  | 'regexp'
  | 'set'
  | 'format'
  | 'wrapper'
  | 'pattern'
  | 'takeStep'
  | 'distinctJson'
  | 'sameJson'

/**
 * A constant that ajv's code for one schema declares. For the kind `wrapper`, `of` is the name of the wrapped function; for the
 * kind `json`, `json` is the literal.
 */
export interface Constant {
  readonly kind: ConstantKind
  readonly of?: string
  readonly json?: Expression
}

/** Constants of one validator, by name. */
export type Constants = ReadonlyMap<string, Constant>

/** Members of `abi` that `validators.js` may use, by name, each with the schema keyword that needs it. */
export const HELPERS: Readonly<Record<string, string>> = {
  formats: '`format` of an imported schema',
  pattern: '`pattern` of an imported schema',
  takeStep: 'a place that a reference leads to',
  distinctJson: '`uniqueItems`',
  sameJson: '`const`, and `enum` of lists and objects',
}

/**
 * Returns the kind and content of a constant, given the expression that initializes it.
 *
 * @throws Foreign unless ajv makes such constants
 */
export function constantIn(init: Expression, code: string, known: Constants): Constant {
  const text = code.slice(init.start, init.end)
  if (text === 'Object.prototype.hasOwnProperty') return { kind: 'own' }
  if (text === CHARACTERS) return { kind: 'characters' }
  if (isJson(init)) return { kind: 'json', json: init }
  switch (init.type) {
    case 'MemberExpression':
      if (/^abi\.formats(?:\.[a-z]\w*|\["[a-z0-9-]+"\])$/i.test(text)) return { kind: 'format' }
      if (/^abi\.(?:pattern|takeStep|distinctJson|sameJson)$/.test(text))
        return { kind: text.slice('abi.'.length) as ConstantKind }
      return foreign('property', init, 'a constant of a check is read of something')
    case 'NewExpression':
      return { kind: madeKind(init) }
    case 'CallExpression':
      if (isPattern(init, known)) return { kind: 'regexp' }
      break
    case 'ObjectExpression': {
      const of = /^\{validate: (validate\d+)\}$/.exec(text)?.[1]
      if (of !== undefined) return { kind: 'wrapper', of }
    }
  }
  return foreign('declaration', init, 'a constant of a check is nothing that ajv keeps')
}

/** Returns the kind of a constant `new RegExp("…", "u")` or `new Set([…])`. */
function madeKind(init: NewExpression): ConstantKind {
  const { callee, arguments: given } = init
  const [first, second, ...more] = given
  if (callee.type === 'Identifier' && more.length === 0 && first !== undefined) {
    if (callee.name === 'RegExp' && isText(first) && second !== undefined && isText(second) && second.value === 'u')
      return 'regexp'
    if (callee.name === 'Set' && first.type === 'ArrayExpression' && isJson(first) && second === undefined) return 'set'
  }
  return foreign('call', init, 'what `new` makes is no regular expression and no set')
}

/** Returns whether a call has the form `func8("…", "u")`. */
function isPattern({ callee, arguments: given }: CallExpression, known: Constants): boolean {
  const [source, flags, ...more] = given
  const isMade = callee.type === 'Identifier' && known.get(callee.name)?.kind === 'pattern'
  return isMade && more.length === 0 && isText(source) && isText(flags)
}

function isText(
  node: { readonly type: string } | undefined,
): node is { readonly type: 'Literal'; readonly value: string; start: number; end: number } {
  return node?.type === 'Literal' && typeof (node as { readonly value?: unknown }).value === 'string'
}

/**
 * Returns whether a node is a JSON literal. A member `"__proto__"` means something else in JavaScript than in JSON, but affects
 * only its own object.
 */
export function isJson(node: Expression | Pattern | { readonly type: 'SpreadElement' } | null): boolean {
  switch (node?.type) {
    case 'Literal':
      return node.regex === undefined && node.bigint === undefined
    case 'UnaryExpression':
      return node.operator === '-' && node.argument.type === 'Literal' && typeof node.argument.value === 'number'
    case 'ArrayExpression':
      return node.elements.every((element) => isJson(element))
    case 'ObjectExpression':
      return node.properties.every(
        (one) =>
          one.type === 'Property' &&
          one.kind === 'init' &&
          !one.computed &&
          !one.method &&
          !one.shorthand &&
          isText(one.key) &&
          isJson(one.value),
      )
    default:
      return false
  }
}

/** Returns the value of an own member of an object or array literal, or `null` if there is no such member. */
export function memberOf(json: Expression, name: string): Expression | null {
  if (json.type === 'ArrayExpression') return (json.elements[Number(name)] as Expression | undefined) ?? null
  if (json.type !== 'ObjectExpression') return null
  for (const one of json.properties) {
    if (one.type !== 'Property' || !isText(one.key) || one.key.value !== name) continue
    // In JavaScript it sets the prototype if it is an object, else nothing.
    const isMember = name !== '__proto__' || one.value.type === 'ObjectExpression' || one.value.type === 'ArrayExpression'
    return isMember ? (one.value as Expression) : null
  }
  return null
}

export interface Check {
  readonly code: string
  readonly constants: Map<string, Constant>
  readonly functions: ReadonlySet<string>
  /** All calls among the functions of the validator, in the order of the code. */
  readonly calls: FunctionCall[]
}

/** A call that one function of a validator makes to another function of the same validator, each given by name. */
export interface FunctionCall {
  readonly caller: string
  readonly callee: string
  readonly at: Pick<Node, 'start'>
}
