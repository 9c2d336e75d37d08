import type { CallExpression, Expression, MemberExpression, NewExpression, Pattern } from 'acorn'
import { foreign } from '../violation.ts'
import { CHARACTERS } from './frame.ts'
import { HELPERS } from './names.ts'

/** What a constant of a check is, which says how it may be used. */
export type ConstantKind = 'json' | 'function' | 'own' | 'regexp' | 'set' | 'format' | 'wrapper'

/** What is called for what in a check. */
export type Constants = ReadonlyMap<string, ConstantKind>

/** Throws `Foreign` where it is none of what ajv keeps beside its functions. */
export function constantKind(init: Expression, code: string, known: Constants): ConstantKind {
  const text = code.slice(init.start, init.end)
  if (text === 'Object.prototype.hasOwnProperty') return 'own'
  if (text === CHARACTERS) return 'function'
  if (isJson(init)) return 'json'
  switch (init.type) {
    case 'MemberExpression':
      return memberKind(init, text)
    case 'NewExpression':
      return madeKind(init)
    case 'CallExpression':
      if (isPattern(init, known)) return 'regexp'
      break
    case 'ObjectExpression':
      if (/^\{validate: ?validate\d+\}$/.test(text)) return 'wrapper'
  }
  return foreign('declaration', init, 'a constant of a check is nothing that ajv keeps')
}

function memberKind(init: MemberExpression, text: string): ConstantKind {
  if (/^abi\.formats(?:\.[a-z]\w*|\["[a-z0-9-]+"\])$/i.test(text)) return 'format'
  const name = /^abi\.(\w+)$/.exec(text)?.[1]
  if (name !== undefined && name !== 'formats' && Object.hasOwn(HELPERS, name)) return 'function'
  return foreign('property', init, 'a constant of a check is read of something')
}

/** `new RegExp("…", "u")`, `new Set([…])` */
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

/** `func8("…", "u")` */
function isPattern({ callee, arguments: given }: CallExpression, known: Constants): boolean {
  const [source, flags, ...more] = given
  return (
    callee.type === 'Identifier' && known.get(callee.name) === 'function' && more.length === 0 && isText(source) && isText(flags)
  )
}

function isText(
  node: { readonly type: string } | undefined,
): node is { readonly type: 'Literal'; readonly value: string; start: number; end: number } {
  return node?.type === 'Literal' && typeof (node as { readonly value?: unknown }).value === 'string'
}

/** Whether it is JSON as it stands. In JavaScript `"__proto__"` would mean something else there, but changes nothing else than what it stands in. */
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
