/** The lines of the table of constructs: everything that a policy can say, and everything that can come of it. */
import { type BinaryOperator, BUILTINS, type Expression, type Type } from '../../../language/index.ts'

const SCALARS = ['bool', 'int', 'double', 'string', 'timestamp', 'duration', 'ip', 'cidr'] as const
const ORDERED = ['bool', 'int', 'double', 'string', 'timestamp', 'duration'] as const
const COLLECTIONS = ['list', 'set', 'map'] as const
const COMPARED = [...SCALARS, ...COLLECTIONS, 'optional'] as const

/** By the type of the left side; of times also of the right. */
const OPERANDS: Readonly<Record<BinaryOperator, readonly string[]>> = {
  '==': COMPARED,
  '!=': COMPARED,
  '<': ORDERED,
  '<=': ORDERED,
  '>': ORDERED,
  '>=': ORDERED,
  in: [...COLLECTIONS, 'headers'],
  '+': ['int', 'double', 'string', 'list', 'duration', 'timestamp + duration', 'duration + timestamp'],
  '-': ['int', 'double', 'duration', 'timestamp - duration', 'timestamp - timestamp'],
  '*': ['int', 'double'],
  '/': ['int', 'double'],
  '%': ['int'],
}

const MACROS = ['all', 'exists', 'exists_one', 'filter', 'map'].flatMap((macro) =>
  COLLECTIONS.map((over) => `${macro}() over ${over}`),
)

/** One for each kind of expression; those without a line are nothing by themselves. */
export const ofKinds: Readonly<Record<Expression['kind'], readonly string[]>> = {
  BoolLiteral: ['literal bool'],
  IntLiteral: ['literal int'],
  DoubleLiteral: ['literal double'],
  StringLiteral: ['literal string'],
  ListLiteral: ['[…] as list', '[…] as set'],
  MapLiteral: ['{…}'],
  Identifier: ['data', 'variable'],
  Member: ['caller', 'params', 'query', 'body', 'request', 'source', 'connection', 'record'].map((of) => `. of ${of}`),
  OptionalMember: ['caller', 'params', 'query', 'body', 'connection', 'record', 'optional'].map((of) => `.? of ${of}`),
  Index: ['[] of map', '[] of headers'],
  OptionalIndex: ['[?] of map', '[?] of list', '[?] of headers', '[?] of optional'],
  Call: [...Object.keys(BUILTINS), 'def', 'def with parameters'],
  Comprehension: [...MACROS, 'map(x, F, E)', 'optMap() with a value', 'optMap() without'],
  Requirement: ['mfa', 'acr', 'auth', 'mfa within', 'acr within'].flatMap((what) => [`${what} met`, `${what} unmet`]),
  Has: ['has() true', 'has() false'],
  Is: ['identity', 'role', 'authenticated', 'anonymous'].map((kind) => `is ${kind}`),
  Not: ['!'],
  Negate: ['unary - int', 'unary - double'],
  Chain: ['&&', '||'],
  Binary: Object.entries(OPERANDS).flatMap(([operator, types]) =>
    types.map((type) => (type.includes(' ') ? type : `${operator} ${type}`)),
  ),
  Conditional: ['?:'],
}

const ERRORS: readonly string[] = [
  ...['overflow', 'division-by-zero', 'conversion', 'range', 'header-value'],
  ...['error absorbed by &&', 'error absorbed by ||', 'error absorbed by all()', 'error absorbed by exists()'],
  ...['error absorbed by a clause', 'guard that errs', 'clause behind a guard that errs', 'NaN', 'infinity'],
]

const ROUTES: readonly string[] = [
  ...['string', 'int', 'affixed', 'rest', 'host'].map((kind) => `route with ${kind} parameter`),
  ...['route with trailing slash', 'route for ANY', 'HEAD by GET', 'route at a wildcard', 'rpc', 'route of OpenAPI'],
  ...['route with a query', 'route with a body', 'body by schema', 'body that is no record'],
]

const PRINCIPALS = ['role', 'identity', 'authenticated', 'anonymous', 'anyone']

const RULES: readonly string[] = [
  ...['permit', 'forbid'].flatMap((effect) => PRINCIPALS.map((kind) => `${effect} to ${kind}`)),
  ...['*', 'label', 'service', 'route', 'except'].map((target) => `on ${target}`),
  ...['when', 'unless', 'several clauses', 'because', 'personal forbid', 'impersonal forbid'],
  ...['forbid that errs', 'permit that errs', 'require', 'unless REQ', 'limit', 'limit by', 'no limit beside one', 'header'],
  ...['open clause', 'clause behind an open one', 'open limit or header', 'shadow permit', 'shadow forbid'],
]

const DOORS: readonly string[] = [
  ...[...SCALARS, 'literals', ...COLLECTIONS, 'record'].flatMap((type) => [`claim of ${type}`, `data of ${type}`]),
  ...['data of hierarchy', 'optional claim', 'foreign name', 'foreign path', 'scope', 'times in seconds'],
  ...[...SCALARS, 'literals', 'list', 'set'].map((type) => `query of ${type}`),
  ...['string', 'int', 'literals', 'list', 'set', 'map', 'record'].map((type) => `body of ${type}`),
  ...['role of a role', 'role by data', 'role by a def', 'role of several identities', 'invariant', 'several files'],
]

const DECISIONS: readonly string[] = [
  ...['permit', 'deny by a forbid', 'deny by default', 'deny by no-route', 'deny by data', 'challenge for a permit'],
  ...['challenge for a forbid', 'unauthenticated', 'unauthenticated by a forbid', 'decided without a body'],
  ...['claims', 'header-repeated', 'query', 'body', 'body-type', 'malformed'].map((code) => `reject ${code}`),
]

/** What is counted and is not among them throws. */
export const CONSTRUCTS: readonly string[] = [
  ...new Set([...Object.values(ofKinds).flat(), ...ERRORS, ...ROUTES, ...RULES, ...DOORS, ...DECISIONS]),
]

/** Unions of texts are texts. */
export function familyOf({ kind }: Type): string {
  return kind === 'literals' ? 'string' : kind
}
