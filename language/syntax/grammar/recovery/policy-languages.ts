/** Constructs of Rego, Cedar, and the YAML of Cerbos, Istio and Pomerium, each with how it is written here. */
import { isIdentifier, type LaidToken } from '../../synchronization-tokens.ts'
import * as kinds from '../../tokens.ts'
import { type CommonMistake, endOf, helpOnly, replacing, touches, type Unexpected } from './mistake.ts'

const RULE = 'NAME on SERVICE.ROUTE to CALLERS when …'

/** Words that begin a rule, by the one that begins it here. */
export const effectOf = (word: string): string | null => {
  const plain = word.replace(/^EFFECT_/, '').toLowerCase()
  if (['permit', 'allow', 'grant'].includes(plain)) return 'permit'
  return ['forbid', 'deny', 'block'].includes(plain) ? 'forbid' : null
}

/** Other declarations, by their first word. */
const DECLARATIONS: ReadonlyMap<string, string> = new Map([
  ['package', 'remove it: a policy has no packages, and files import names from one another'],
  ['namespace', 'remove it: names have no namespaces, and files import names from one another'],
  ['default', 'remove it: what no rule permits is denied'],
  ['entity', 'declare callers with `identity`, and the fields of data with `type`'],
  ['action', 'declare what can be done as routes: `service orders at "orders.example" { route read GET "/orders/{id}" }`'],
])

/** The help of each key at the margin of a YAML text, of which one is enough. */
export const YAML = 'policies are not YAML: write declarations such as `permit staff_read on orders.read to staff`'

/** `rules:`, `- allow:` or `---` at the margin. */
export function yaml({ tokens, at, what }: Unexpected): CommonMistake | null {
  return what.includes('declaration') && isYaml(tokens, at) ? helpOnly(YAML) : null
}

function isYaml(tokens: readonly LaidToken[], at: number): boolean {
  const [token, next, third] = tokens.slice(at, at + 3)
  if (!token?.margin || next === undefined) return false
  if (token.tokenType !== kinds.Minus) return isIdentifier(token.tokenType) && next.tokenType === kinds.Colon
  return next.tokenType === kinds.Minus || (isIdentifier(next.tokenType) && third?.tokenType === kinds.Colon)
}

/** `package shop`, `default allow := false`, `entity User { … }` */
export function otherDeclaration({ token, what }: Unexpected): CommonMistake | null {
  const hint = token.margin && what.includes('declaration') ? DECLARATIONS.get(token.image) : undefined
  return hint === undefined ? null : helpOnly(hint)
}

/** `permit (principal, action, resource)`, `allow if { … }`, `deny contains msg if { … }`, `ALLOW reads on …` */
export function otherRule({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  const before = tokens[at - 1]
  if (token.image === '(' && what === 'a name' && before !== undefined && effectOf(before.image) === before.image)
    return helpOnly(`a rule has a name, routes and callers: \`${before.image} ${RULE}\``)
  const effect = token.margin && what.includes('declaration') ? effectOf(token.image) : null
  if (effect === null) return null
  const [name, clause] = [tokens[at + 1], tokens[at + 2]]
  const isNamed = name !== undefined && isIdentifier(name.tokenType) && name.image !== 'if' && clause !== undefined
  return isNamed && isIdentifier(clause.tokenType) && name.image !== 'contains'
    ? replacing(source, token, token, effect)
    : helpOnly(`a rule has a name, routes and callers: \`${effect} ${RULE}\``)
}

/** `import data.roles`, `import * from "./roles.iap"` */
export function otherImport({ tokens, at, what }: Unexpected): CommonMistake | null {
  if (what !== '`{`' || tokens[at - 1]?.image !== 'import') return null
  return helpOnly('list the names to import: `import { staff, support } from "./roles.iap"`')
}

/** Words for clauses, by the clause. */
const CLAUSES: ReadonlyMap<string, string> = new Map([
  ...['condition', 'conditions', 'match', 'if', 'where'].map((word) => [word, 'when'] as const),
  ...['from', 'principal', 'principals', 'subject', 'subjects', 'users', 'roles', 'user'].map((word) => [word, 'to'] as const),
  ...['resource', 'resources', 'routes', 'actions', 'paths', 'operation'].map((word) => [word, 'on'] as const),
])
const OPENINGS: ReadonlyMap<string, string> = new Map([
  ['on', 'on orders.read'],
  ['to', 'to staff'],
  ['except', 'except label public'],
  ['when', 'when caller.level > 3'],
  ['unless', 'unless caller.level > 3'],
])

/** `on: orders.read`, `condition: …`, `from: …` */
export function clauseWithColon({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  const before = tokens[at - 1]
  const opening = token.tokenType === kinds.Colon ? OPENINGS.get(before?.image ?? '') : undefined
  if (opening !== undefined) {
    const span = { source, start: token.startOffset, end: endOf(token) }
    return {
      ...helpOnly(`write a clause without a colon: \`${opening}\``),
      fixes: [{ title: 'remove the colon', edits: [{ span, text: '' }] }],
    }
  }
  if (!what.includes('clause') || tokens[at + 1]?.tokenType !== kinds.Colon) return null
  const clause = CLAUSES.get(token.image)
  return clause === undefined ? null : helpOnly(`write a clause such as \`${OPENINGS.get(clause)}\``)
}

/** `to ["staff"]`, `at ["a.example"]` */
export function bracketedList({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  if (token.tokenType !== kinds.OpenBracket || !/^(?:a name|a quoted string)/.test(what)) return null
  const close = tokens.findIndex((one, place) => place > at && one.tokenType === kinds.CloseBracket)
  const elements = close === -1 ? [] : tokens.slice(at + 1, close).filter(({ tokenType }) => tokenType !== kinds.Comma)
  if (/^(?:methods?|verbs?)$/.test(tokens[at - 1]?.image ?? ''))
    return helpOnly('write the method and the template of a route: `route read GET "/orders/{id}"`')
  const isName = what === 'a name'
  const written = elements.map(({ image }) => (isName ? image.replaceAll(/["']/g, '') : image))
  const isList = written.length > 0 && written.every((text) => (isName ? /^[A-Za-z_]\w*$/ : /^["']/).test(text))
  const list = isList ? replacing(source, token, tokens[close] as LaidToken, written.join(', ')) : helpOnly('')
  return { ...list, suggestion: null, hint: `write lists without brackets: \`${isList ? written.join(', ') : 'a, b'}\`` }
}

/** `service b hosts "b.example"` */
export function hostsOfService({ token, what, source }: Unexpected): CommonMistake | null {
  return what === '`at`' && /^(?:hosts?|url|on|for)$/.test(token.image) ? replacing(source, token, token, 'at') : null
}

/** `to email "ann@shop.example"` */
export function callerByClaim({ token, tokens, at, what }: Unexpected): CommonMistake | null {
  const before = tokens[at - 1]
  if (token.tokenType !== kinds.Text || !what.includes('clause') || tokens[at - 2]?.image !== 'to') return null
  return helpOnly(`\`to\` names identities and roles: write \`to staff when caller.${before?.image} == ${token.image}\``)
}

/** Operators that are words, by the method that they are here. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ...['startswith', 'starts_with', 'startsWith', 'hasPrefix'].map((word) => [word, 'startsWith'] as const),
  ...['endswith', 'ends_with', 'endsWith', 'hasSuffix'].map((word) => [word, 'endsWith'] as const),
  ...['contains', 'includes'].map((word) => [word, 'contains'] as const),
  ...['matches', 'regex'].map((word) => [word, 'matches'] as const),
])

/** `caller has level`, `caller.groups has "admins"`, `caller.email like "*@shop.example"`, `request.path starts_with "/a"` */
export function wordOperator({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  const right = tokens[at + 1]
  if (!/operator|clause/.test(what) || right === undefined) return null
  const start = pathBefore(tokens, at)
  const first = tokens[start]
  if (first === undefined || start === at) return null
  const left = source.text.slice(first.startOffset, endOf(tokens[at - 1] as LaidToken))
  const instead = writtenHere(left, token.image, right)
  return instead === null ? null : { ...replacing(source, first, right, instead), suggestion: null, hint: `write \`${instead}\`` }
}

function writtenHere(left: string, word: string, right: LaidToken): string | null {
  const isText = right.tokenType === kinds.Text
  if (word === 'has') {
    if (isText) return `${right.image} in ${left}`
    return isIdentifier(right.tokenType) ? `has(${left}.${right.image})` : null
  }
  if (word === 'like' || word === 'glob') return isText ? globbed(left, right.image) : null
  const method = METHODS.get(word)
  return method === undefined || !isText ? null : `${left}.${method}(${right.image})`
}

/** Returns the test for a text with `*` in it; null if it has escapes. */
function globbed(left: string, image: string): string | null {
  const [, before = '', literal, after = ''] = /^["'](\*?)([^"'\\]*?)(\*?)["']$/.exec(image) ?? []
  if (literal === undefined) return null
  if (literal.includes('*')) {
    const pattern = `${before}${literal}${after}`.replaceAll(/[.+?^${}()|[\]]/g, '\\$&').replaceAll('*', '.*')
    return `${left}.matches(r"^${pattern}$")`
  }
  if (before === '' && after === '') return `${left} == "${literal}"`
  return `${left}.${before === '' ? 'startsWith' : after === '' ? 'endsWith' : 'contains'}("${literal}")`
}

/** Returns the index of the first token of the path that ends before a token: `caller.home.city`. */
function pathBefore(tokens: readonly LaidToken[], at: number): number {
  let start = at
  while (isIdentifier(tokens[start - 1]?.tokenType)) {
    start -= 1
    if (tokens[start - 1]?.tokenType !== kinds.Dot) break
    start -= 1
  }
  return start
}

/** `permit reads on orders.read to staff { … }` */
export function bracedRule({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  if (token.tokenType !== kinds.OpenBrace || !what.includes('clause')) return null
  let depth = 0
  const close = tokens.find((one, place) => {
    if (place >= at && one.tokenType === kinds.OpenBrace) depth += 1
    if (place > at && one.tokenType === kinds.CloseBrace) depth -= 1
    return place > at && depth === 0
  })
  const braces = close === undefined ? [] : [token, close]
  const edits = braces.map((one) => ({ span: { source, start: one.startOffset, end: endOf(one) }, text: '' }))
  const fixes = edits.length === 0 ? [] : [{ title: 'remove the braces', edits }]
  return { ...helpOnly('write the clauses of a rule without braces, one after the other'), fixes }
}

/** `some g in caller.groups`, `every g in caller.groups { … }` */
export function quantifier({ tokens, at, what }: Unexpected): CommonMistake | null {
  const word = tokens[at - 1]?.image
  if (!/operator|clause/.test(what) || tokens[at + 1]?.image !== 'in') return null
  if (word === 'some') return helpOnly('write `caller.groups.exists(g, …)` for `some g in caller.groups`')
  return word === 'every' ? helpOnly('write `caller.groups.all(g, …)` for `every g in caller.groups`') : null
}

/** `User::"ann"`, `x := caller.sub` */
export function colons({ token, tokens, at, what }: Unexpected): CommonMistake | null {
  const next = tokens[at + 1]
  if (token.tokenType !== kinds.Colon || next === undefined || !touches(token, next) || !/operator|clause/.test(what)) return null
  if (next.tokenType === kinds.Colon)
    return helpOnly('values have no types in front: compare a claim with a string, as in `caller.sub == "ann"`')
  return next.image.startsWith('=') ? helpOnly('compare values with `==`; to name an expression, declare a `def`') : null
}
