/** The forms outside of functions: constants, rules and routes, and the module record. */
import type { CallExpression, Expression } from 'acorn'
import { CONSTRUCTORS, VALUES } from '../names.ts'
import { foreign, shownWord } from '../violation.ts'
import { checkArrow, checkConverter, helperCalled, isText } from './calls.ts'
import { memberName } from './expressions.ts'
import type { DeclaredKind, Use } from './module-names.ts'
import { isNumeral } from './numbers.ts'
import { checkedName, Scope } from './scope.ts'
import type { OperandNode, Walk } from './walk.ts'

/**
 * A check of the form of an expression.
 *
 * @throws Foreign for another form
 */
type Form = (node: OperandNode, walk: Walk) => void

type Made = readonly [kind: DeclaredKind, ...arguments_: Form[]]

/** Kinds of constants by the helper that makes them. */
const MADE: ReadonlyMap<string, Made> = new Map<string, Made>([
  ['regex', ['regex', text]],
  ['moment', ['place', numeral]],
  ['momentOf', ['value', numeral]],
  ['zone', ['value', text]],
  ['addressRange', ['value', text]],
  ['keys', ['value', constant]],
  ['setOf', ['value', constant]],
  ['requirement', ['value', text, listOf(text), constant]],
  ['permit', ['value', text, ruleParts]],
  ['forbid', ['value', text, ruleParts]],
  ['tracing', ['trace', uses('value'), judges]],
  ['table', ['rows', uses('value'), uses('value'), uses('value'), uses('function')]],
])

/** Names of helpers whose last argument is optional. */
const OPTIONAL: ReadonlySet<string> = new Set(['permit', 'forbid'])

/**
 * Checks the value of a top-level constant of `policy.js`.
 *
 * @throws Foreign if the compiler does not emit such a constant
 */
export function checkConstant(init: Expression, walk: Walk): void {
  if (init.type === 'ArrowFunctionExpression') checkArrow(init, new Scope(), walk)
  else if (MADE.has(helperCalled(init) ?? '')) made(init, walk)
  else constant(init, walk)
}

export function constantKind(init: Expression): DeclaredKind {
  if (init.type === 'ArrowFunctionExpression') return 'converter'
  return MADE.get(helperCalled(init) ?? '')?.[0] ?? 'value'
}

function made(node: OperandNode, walk: Walk): void {
  const name = helperCalled(node) ?? ''
  const [, ...forms] = MADE.get(name) ?? foreign('outline', node, 'it is made by something else')
  const given = (node as CallExpression).arguments
  if (given.length !== forms.length && !(OPTIONAL.has(name) && given.length === forms.length - 1))
    foreign('call', node, `\`abi\`, member ${shownWord(name)}, is given ${given.length} arguments`)
  for (const [at, one] of given.entries()) forms[at]?.(one, walk)
}

/** Checks a literal value, which may refer to constants of the module. */
function constant(node: OperandNode, walk: Walk): void {
  switch (node.type) {
    case 'Literal':
      if (node.regex) foreign('literal', node, 'a regular expression is written out')
      return
    case 'Identifier':
      if (checkedName(node).name.includes('$')) walk.module.use(node, 'value')
      else if (!Object.hasOwn(VALUES, node.name)) foreign('name', node, `${shownWord(node.name)} is free, or no value`)
      return
    case 'UnaryExpression':
      numeral(node)
      return
    case 'ArrayExpression':
      for (const one of node.elements) constant(one ?? foreign('literal', node, 'a list has a hole'), walk)
      return
    case 'ObjectExpression':
      tableRow(node, walk)
      return
    case 'NewExpression': {
      const [only, ...more] = node.arguments
      const isKnown = node.callee.type === 'Identifier' && Object.hasOwn(CONSTRUCTORS, checkedName(node.callee).name)
      if (!isKnown || only?.type !== 'ArrayExpression' || more.length > 0)
        foreign('call', node, 'what `new` makes is no map and no table')
      constant(only, walk)
      return
    }
    case 'CallExpression':
      if (helperCalled(node) !== 'setOf') break
      made(node, walk)
      return
  }
  foreign('outline', node, 'a constant of the module is not written out')
}

function text(node: OperandNode): void {
  if (!isText(node)) foreign('outline', node, 'it is no text that is written out')
}

function numeral(node: OperandNode): void {
  if (!isNumeral(node as Expression)) foreign('outline', node, 'it is no number that is written out')
}

/** Checks a string, a number, `true`, `false` or `null`. */
function literal(node: OperandNode): void {
  if ((node.type !== 'Literal' || node.regex) && !isNumeral(node as Expression)) foreign('outline', node, 'it is not written out')
}

function uses(use: Use): Form {
  return (node, walk) => {
    if (node.type !== 'Identifier' || !checkedName(node).name.includes('$'))
      foreign('outline', node, `it is no ${use} of the module`)
    walk.module.use(node, use)
  }
}

function listOf(form: Form): Form {
  return (node, walk) => {
    if (node.type !== 'ArrayExpression') foreign('outline', node, 'it is no list that is written out')
    for (const one of node.elements) form(one ?? foreign('literal', node, 'a list has a hole'), walk)
  }
}

function orNull(form: Form): Form {
  return (node, walk) => {
    if (node.type !== 'Literal' || node.raw !== 'null') form(node, walk)
  }
}

/** Returns a check of an object with exactly the given members. */
function record(members: Readonly<Record<string, Form>>): Form {
  return (node, walk) => {
    if (node.type !== 'ObjectExpression') foreign('outline', node, 'it is no record that is written out')
    for (const property of node.properties) {
      const name = memberName(property)
      const form = Object.hasOwn(members, name) ? members[name] : undefined
      if (form === undefined) foreign('property', property, `${shownWord(name)} is a member that no such record has`)
      form(('value' in property ? property.value : property) as OperandNode, walk)
    }
  }
}

/** Returns a check of a call of a helper that receives a function. */
function handing(helper: string, form: Form): Form {
  return (node, walk) => {
    const [only, ...more] = helperCalled(node) === helper ? (node as CallExpression).arguments : []
    if (only === undefined || more.length > 0) foreign('outline', node, `it is not made by \`abi.${helper}\``)
    form(only, walk)
  }
}

const converter: Form = (node, walk) => checkConverter(node, new Scope(), walk)
const texts = listOf(text)
/** Checks a literal, or the name of a constant that holds one. */
const textsByName: Form = (node, walk) => (node.type === 'Identifier' ? uses('value')(node, walk) : texts(node, walk))

function ruleParts(node: OperandNode, walk: Walk): void {
  RULE_PARTS(node, walk)
}

const RULE_PARTS = record({
  shadow: literal,
  personal: literal,
  because: literal,
  require: listOf(uses('value')),
  unless: listOf(uses('value')),
  limit: record({ count: literal, per: literal }),
  headers: texts,
  written: texts,
})

function judges(node: OperandNode, walk: Walk): void {
  JUDGES(node, walk)
}

const OF_CALLER = record({
  rules: listOf(uses('function')),
  forbids: listOf(uses('function')),
  permits: listOf(uses('function')),
})
const JUDGES = record({ signIn: literal, body: literal, anonymous: OF_CALLER, authenticated: OF_CALLER })

/** Checks the test of a table's row, with its constants. */
function tableRow(node: OperandNode, walk: Walk): void {
  TABLE_ROW(node, walk)
  for (const name of ROW_MEMBERS) walk.module.hasMember(name)
}

const ROW_MEMBERS = ['ask', 'a', 'b', 'c', 'd', 'e', 'f'] as const
const TABLE_ROW = record(Object.fromEntries(ROW_MEMBERS.map((name) => [name, constant])))

const decide: Form = (node, walk) => {
  if (helperCalled(node) !== 'tabled') return uses('function')(node, walk)
  const [rows, place, ...more] = (node as CallExpression).arguments
  if (rows === undefined || place === undefined || more.length > 0) foreign('call', node, '`abi.tabled` is given something else')
  uses('rows')(rows, walk)
  numeral(place)
}

const trace: Form = (node, walk) => (helperCalled(node) === 'tracing' ? made(node, walk) : uses('trace')(node, walk))

/** Checks the name of a datum. Data are read as members of a snapshot, by the names in the table of data. */
const datumName: Form = (node, walk) => {
  text(node)
  walk.module.hasMember(String((node as { readonly value?: unknown }).value))
}

const ROUTE = record({
  name: text,
  service: text,
  labels: texts,
  methods: orNull(texts),
  segments: listOf(record({ kind: text, text, type: text, prefix: text, suffix: text })),
  params: texts,
  hosts: texts,
  headers: texts,
  shadowHeaders: texts,
  data: texts,
  rpc: literal,
  query: orNull(
    record({
      keys: listOf(record({ name: text, many: literal, optional: literal })),
      read: handing('query', converter),
    }),
  ),
  body: orNull(record({ read: handing('reading', converter) })),
  ownHeaders: textsByName,
  early: orNull(uses('function')),
  ofCaller: literal,
  decide,
  obligations: orNull(uses('function')),
  trace,
})

const MODULE = record({
  abi: literal,
  outcomes: listOf(record({ effect: text, rule: literal, reason: literal })),
  identities: listOf(
    record({ name: text, methods: texts, stepsUp: literal, data: texts, facts: handing('decoder', uses('function')) }),
  ),
  data: listOf(record({ name: datumName, prepare: handing('reading', converter) })),
  links: listOf(record({ name: text, link: uses('function') })),
  ancestors: literal,
  routes: listOf(ROUTE),
})

export function checkModule(node: OperandNode, walk: Walk): void {
  handing('policy', MODULE)(node, walk)
}
