import { type IdentityIr, type Origins, printExpression, type RouteIr } from '../../compiler/ir/index.ts'
import { placeOfParam } from '../../compiler/ir/lowering/lower-access.ts'
import type { Identity, Model, Route } from '../../language/checker/model.ts'
import { type FieldShape, isString, STRING, showType, type Type } from '../../language/checker/types/type.ts'
import type { View } from '../symbolic/context.ts'
import type { AccessPath, Opaque } from '../symbolic/symbolic-domain.ts'

/** One of two policies, restricted to a route and a kind of caller. */
export interface Side {
  readonly model: Model
  readonly route: Route
  readonly ir: RouteIr
  /** Source text and span of each lowered expression. */
  readonly origins: Origins
  /** The caller's identity; null for an anonymous caller. */
  readonly identity: { readonly ir: IdentityIr; readonly model: Identity } | null
}

/** A refusal by the decoder before rules run (`spec/language/decision.md`, steps 3 to 6) that the other policy may not have. */
export interface DecodeRefusal {
  readonly says: string
  /**
   * Condition under which the decoder refuses: a missing value, a text outside of a set, or a condition that the analysis cannot
   * model.
   */
  readonly where: { readonly missing: AccessPath } | Outside | Opaque
  /** Change to a generated request so that decoding refuses it, such as a repeated header; null if its values suffice. */
  readonly make: Mishap | null
}

/** A present text that is none of these. */
interface Outside {
  readonly outside: AccessPath
  readonly values: readonly string[]
  readonly optional: boolean
}

export type Mishap =
  | { readonly kind: 'header-repeated' | 'data-missing' | 'query'; readonly name: string }
  /** By the keys of the claim. */
  | { readonly kind: 'claim'; readonly path: readonly string[] }
  /** The types differ: a request that fits one policy does not fit the other. */
  | { readonly kind: 'decode-error' }

/**
 * Returns the cases in which the decoder of one policy refuses a request, and that of the other does not or refuses it
 * differently.
 *
 * @param which whether `side` is the older or the newer policy
 */
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

/** Returns the union of a text claim's types if two policies differ in it; null otherwise. */
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

/** Includes the claim's path in the credential. */
function shapeText(name: string, { type, path, optional }: FieldShape): string {
  const from =
    path.length === 0 || (path.length === 1 && path[0] === name)
      ? ''
      : ` from ${path.map((key) => JSON.stringify(key)).join('.')}`
  return `${showType(type)}${optional ? ', if it is there' : ''}${from}`
}

/** Whether a name means different things: another type, or another place. */
function isApart(shape: FieldShape, other: FieldShape): boolean {
  return showType(shape.type) !== showType(other.type) || !isSamePath(shape, other)
}

function bodyOf({ route: { body } }: Side): string {
  return body === null ? '' : `${showType(body.type)} ${JSON.stringify(body.schema)}`
}

/**
 * Returns how names of the older policy relate to those of the newer: which differ in meaning, and which parameters are renamed.
 * `wider`, the union of text types that differ, applies to both policies.
 */
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

/** Returns a key of a parameter's place in the request. */
function paramKey(route: Route, at: number): string {
  const place = placeOfParam(route, at)
  const segment = place.kind === 'host-label' ? null : route.segments[place.at]
  const affixes = segment?.kind === 'param' ? [segment.prefix, segment.suffix] : []
  return JSON.stringify([place, affixes, (route.params[at] as { readonly type: string }).type])
}

/** Returns a key of an identity's roles. Equal keys mean that a role's bit has the same condition in both policies. */
export function rolesKey(identity: IdentityIr | undefined): string {
  if (identity === undefined) return ''
  let key = rolesKeys.get(identity)
  if (key === undefined) {
    key = identity.roles.map(({ word, bit, test, data }) => `${word}:${bit} ${data.join()} ${printExpression(test)}`).join('\n')
    rolesKeys.set(identity, key)
  }
  return key
}

/** Each pair of routes asks for the keys of all identities. */
const rolesKeys = new WeakMap<IdentityIr, string>()
