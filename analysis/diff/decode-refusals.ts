import { type IdentityIr, type Origins, printExpression, type RouteIr } from '../../compiler/ir/index.ts'
import { placeOfParam } from '../../compiler/ir/lowering/lower-access.ts'
import type { Identity, Model, Route } from '../../language/checker/model.ts'
import { type FieldShape, isString, STRING, showType, type Type } from '../../language/checker/types/type.ts'
import type { View } from '../symbolic/context.ts'
import type { AccessPath, Opaque } from '../symbolic/symbolic-domain.ts'

/** One of two policies, as far as it is about one route and one kind of caller. */
export interface Side {
  readonly model: Model
  readonly route: Route
  readonly ir: RouteIr
  /** What its expressions are in the policy. */
  readonly origins: Origins
  /** Null: nobody is known. */
  readonly identity: { readonly ir: IdentityIr; readonly model: Identity } | null
}

/**
 * What a door refuses before rules are judged (`spec/language/decision.md`, steps 3 to 6), and the other policy's door may let
 * in.
 */
export interface DecodeRefusal {
  readonly says: string
  /** It is refused where this is so: something is missing, or whatever else that needs no telling apart. */
  readonly where: { readonly missing: AccessPath } | Outside | Opaque
  /** How a request is made so; null: by what is said of its values. */
  readonly make: Mishap | null
}

/** A text that is there, and none of these. */
interface Outside {
  readonly outside: AccessPath
  readonly values: readonly string[]
  readonly optional: boolean
}

export type Mishap =
  | { readonly kind: 'header-repeated' | 'data-missing' | 'query'; readonly name: string }
  /** By the keys under which it comes. */
  | { readonly kind: 'claim'; readonly path: readonly string[] }
  /** Of what has another type there: a request that fits the one does not fit the other. */
  | { readonly kind: 'decode-error' }

/** What one side refuses, and the other one does not, or not in the same way. */
export function refusalsOf(side: Side, other: Side, which: 'before' | 'after'): readonly DecodeRefusal[] {
  const headers = side.ir.headers.filter((name) => !other.ir.headers.includes(name))
  const data = side.ir.data.filter((name) => !other.ir.data.includes(name))
  const decodeError = (what: string, type: string): DecodeRefusal => ({
    says: `reject ${what}`,
    where: { key: `${what} does not fit ${which}`, text: `${what}: ${type}` },
    make: { kind: 'decode-error' },
  })
  return [
    ...headers.map(
      (name): DecodeRefusal => ({
        says: 'reject header-repeated',
        where: { key: `header ${name} is repeated`, text: `request.headers["${name}"] in several lines` },
        make: { kind: 'header-repeated', name },
      }),
    ),
    ...fieldRefusals('query', side.route.query ?? NO_FIELDS, other.route.query ?? NO_FIELDS, decodeError),
    ...claimRefusals(side, other, decodeError),
    ...data.map(
      (name): DecodeRefusal => ({
        says: 'deny "data"',
        where: { key: `data ${name} has not arrived`, text: `data ${name} that never arrived` },
        make: { kind: 'data-missing', name },
      }),
    ),
    ...(side.route.body === null || bodyOf(side) === bodyOf(other) ? [] : [decodeError('body', showType(side.route.body.type))]),
  ]
}

type MakeDecodeError = (what: string, type: string) => DecodeRefusal

function claimRefusals(side: Side, other: Side, decodeError: MakeDecodeError): readonly DecodeRefusal[] {
  if (side.identity === null || other.identity === null) return []
  const certificate = side.identity.ir.spiffe && !other.identity.ir.spiffe ? [decodeError('caller.spiffe_id', 'string')] : []
  return [...fieldRefusals('caller', side.identity.model.claims, other.identity.model.claims, decodeError), ...certificate]
}

type Fields = ReadonlyMap<string, FieldShape>
type Root = 'caller' | 'query'

const NO_FIELDS: Fields = new Map()

function fieldRefusals(root: Root, fields: Fields, others: Fields, decodeError: MakeDecodeError): readonly DecodeRefusal[] {
  const says = root === 'caller' ? 'reject claims' : 'reject query'
  return [...fields].flatMap(([name, shape]): readonly DecodeRefusal[] => {
    const twin = others.get(name)
    if (twin === undefined) {
      const where = { key: `${root}.${name} does not fit`, text: `${root}.${name}: ${shapeText(name, shape)}` }
      const path = shape.path.length === 0 ? [name] : shape.path
      return [{ says, where, make: root === 'caller' ? { kind: 'claim', path } : { kind: 'query', name: path[0] as string } }]
    }
    const wider = widerOf(shape, twin)
    if (wider === null && isApart(shape, twin)) return [decodeError(`${root}.${name}`, shapeText(name, shape))]
    const found = fieldAt(root, name, wider ?? shape.type)
    const values = wider !== null && shape.type.kind === 'literals' ? shape.type.values : null
    return [
      ...(!shape.optional && twin.optional ? [{ says, where: { missing: found }, make: null }] : []),
      ...(values === null
        ? []
        : [{ says, where: { outside: found, values, optional: shape.optional || twin.optional }, make: null }]),
    ]
  })
}

/** All that a claim of texts can be, where two policies do not take the same; null: it is none, or no texts. */
function widerOf(shape: FieldShape, other: FieldShape): Type | null {
  const [a, b] = [shape.type, other.type]
  if (!isString(a) || !isString(b) || showType(a) === showType(b) || !isSamePath(shape, other)) return null
  return a.kind === 'literals' && b.kind === 'literals'
    ? { ...a, values: [...new Set([...a.values, ...b.values])].sort() }
    : STRING
}

function isSamePath(shape: FieldShape, other: FieldShape): boolean {
  return JSON.stringify(shape.path) === JSON.stringify(other.path)
}

function fieldAt(root: Root, name: string, type: Type): AccessPath {
  return { key: `${root}.${name}`, type, place: { root: { kind: root }, steps: [{ field: name }] } }
}

/** With where it stands in the credential. */
function shapeText(name: string, { type, path, optional }: FieldShape): string {
  const from =
    path.length === 0 || (path.length === 1 && path[0] === name)
      ? ''
      : ` from ${path.map((key) => JSON.stringify(key)).join('.')}`
  return `${showType(type)}${optional ? ', if it is there' : ''}${from}`
}

/** What has another type, or stands elsewhere, is another thing by the same name. */
function isApart(shape: FieldShape, other: FieldShape): boolean {
  return showType(shape.type) !== showType(other.type) || !isSamePath(shape, other)
}

function bodyOf({ route: { body } }: Side): string {
  return body === null ? '' : `${showType(body.type)} ${JSON.stringify(body.schema)}`
}

/** How the older side reads what the younger one reads by the same name; `wider` is for both. */
export function viewOf(before: Side, after: Side): View {
  const apart = new Set<string>()
  const wider = new Map<string, Type>()
  if (bodyOf(before) !== bodyOf(after)) apart.add('body')
  const compare = (root: Root, fields: Fields, others: Fields) => {
    for (const [name, shape] of fields) {
      const twin = others.get(name)
      const type = twin === undefined ? null : widerOf(shape, twin)
      if (type !== null) wider.set(`${root}.${name}`, type)
      else if (twin !== undefined && isApart(shape, twin)) apart.add(`${root}.${name}`)
    }
  }
  compare('caller', before.identity?.model.fields ?? NO_FIELDS, after.identity?.model.fields ?? NO_FIELDS)
  compare('query', before.route.query ?? NO_FIELDS, after.route.query ?? NO_FIELDS)
  for (const { name, type } of before.model.data) {
    const twin = after.model.data.find((datum) => datum.name === name)
    if (twin !== undefined && showType(twin.type) !== showType(type)) apart.add(`data ${name}`)
  }
  const params = new Map<string, string>()
  for (const [at, { name }] of before.route.params.entries()) {
    const twin = after.route.params.find((_, i) => paramKey(after.route, i) === paramKey(before.route, at))
    if (twin === undefined) apart.add(`params.${name}`)
    else if (twin.name !== name) params.set(name, twin.name)
  }
  return { apart, params, wider, sameRoles: rolesKey(before.identity?.ir) === rolesKey(after.identity?.ir) }
}

/** Where a parameter stands in a request. */
function paramKey(route: Route, at: number): string {
  const place = placeOfParam(route, at)
  const segment = place.kind === 'host-label' ? null : route.segments[place.at]
  const affixes = segment?.kind === 'param' ? [segment.prefix, segment.suffix] : []
  return JSON.stringify([place, affixes, (route.params[at] as { readonly type: string }).type])
}

/** What the roles of a caller are, where they are tested by number. */
export function rolesKey(identity: IdentityIr | undefined): string {
  if (identity === undefined) return ''
  return identity.roles.map(({ word, bit, test, data }) => `${word}:${bit} ${data.join()} ${printExpression(test)}`).join('\n')
}
