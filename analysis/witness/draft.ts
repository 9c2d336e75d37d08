import type { ConstValue } from '../../compiler/ir/index.ts'
import type { FieldShape, Type } from '../../language/checker/types/type.ts'
import type { PathStep, Root, RootedPath, Value } from '../symbolic/symbolic-domain.ts'

/** A request under construction, which the search for example requests fills value by value. */
export interface Draft {
  method: string
  time: bigint
  source: string
  readonly params: Map<string, string>
  readonly headers: Map<string, string>
  readonly query: Record<string, unknown>
  /** Holder of the request's body: the member `body` is the body itself, so that it can be replaced as a whole. */
  readonly body: { body?: unknown }
  /** The caller's claims; null for an anonymous caller. */
  readonly claims: Record<string, unknown> | null
  readonly auth: { acr?: string; amr?: string[]; age?: bigint }
  mtls: DraftCertificate | null
  readonly data: Record<string, unknown>
}

/** A client certificate: the caller's, or that of the connection. */
export interface DraftCertificate {
  spiffe_id: string
  dns_names: string[]
}

/** The declared types of the inputs that a request may contain. */
export interface Shapes {
  readonly claims: ReadonlyMap<string, FieldShape>
  readonly query: ReadonlyMap<string, FieldShape>
  readonly body: Type | null
  readonly data: ReadonlyMap<string, Type>
  /** Returns an arbitrary value of a type. */
  make(type: Type): unknown
}

/** A position in a draft's JSON: an object, a key in that object, and the value's type. */
export interface Slot {
  readonly holder: Record<string, unknown>
  readonly key: string
  readonly type: Type
}

/** Converts a constant of a given type to its JSON value. Durations become texts in nanoseconds, timestamps RFC 3339. */
export function jsonOf(value: ConstValue, { kind }: Type): unknown {
  if (typeof value !== 'bigint') return value
  return kind === 'duration' ? `${value}ns` : timeText(value)
}

/** Formats nanoseconds since 1970 as an RFC 3339 time, with as many decimal digits as needed. */
export function timeText(nanoseconds: bigint): string {
  const milliseconds = nanoseconds >= 0n ? nanoseconds / MILLION : -((-nanoseconds + MILLION - 1n) / MILLION)
  const rest = nanoseconds - milliseconds * MILLION
  const text = new Date(Number(milliseconds)).toISOString()
  return rest === 0n ? text : text.replace('Z', `${String(rest).padStart(6, '0')}Z`)
}

const MILLION = 1_000_000n

/**
 * Returns the position in the draft's JSON that a path denotes, and creates missing objects on the way. Returns null if the value
 * is outside of the JSON, such as a header.
 */
export function slotAt(draft: Draft, place: RootedPath, shapes: Shapes, read: (value: Value) => ConstValue): Slot | null {
  let slot: Slot | null = null
  for (const [at, step] of place.steps.entries()) {
    if (at === 0) slot = firstSlot(draft, place.root, step, shapes, read)
    else slot = slot && inside(slot, step, shapes, read)
    if (slot === null) return null
  }
  return slot ?? wholeSlot(draft, place.root, shapes)
}

function wholeSlot(draft: Draft, root: Root, shapes: Shapes): Slot | null {
  if (root.kind === 'body' && shapes.body !== null)
    return { holder: draft.body as Record<string, unknown>, key: 'body', type: shapes.body }
  if (root.kind !== 'data') return null
  const type = shapes.data.get(root.name)
  return type === undefined ? null : { holder: draft.data, key: root.name, type }
}

function firstSlot(draft: Draft, root: Root, step: PathStep, shapes: Shapes, read: (value: Value) => ConstValue): Slot | null {
  if (root.kind === 'caller' && draft.claims !== null && 'field' in step)
    return ofField(draft.claims, shapes.claims.get(step.field), step.field)
  if (root.kind === 'query' && 'field' in step) return ofField(draft.query, shapes.query.get(step.field), step.field)
  const whole = wholeSlot(draft, root, shapes)
  return whole && inside(whole, step, shapes, read)
}

function inside(slot: Slot, step: PathStep, shapes: Shapes, read: (value: Value) => ConstValue): Slot | null {
  const { type } = slot
  if (!isObject(own(slot.holder, slot.key))) define(slot.holder, slot.key, shapes.make(type))
  const holder = own(slot.holder, slot.key)
  if (!isObject(holder)) return null
  if ('key' in step) return type.kind === 'map' ? { holder, key: String(read(step.key)), type: type.value } : null
  return type.kind === 'record' ? ofField(holder, type.fields.get(step.field), step.field) : null
}

/** Follows the keys of the field in the input. */
function ofField(holder: Record<string, unknown>, shape: FieldShape | undefined, name: string): Slot | null {
  if (shape === undefined) return null
  const path = shape.path.length === 0 ? [name] : shape.path
  let at = holder
  for (const key of path.slice(0, -1)) {
    if (!isObject(own(at, key))) define(at, key, {})
    at = own(at, key) as Record<string, unknown>
  }
  return { holder: at, key: path.at(-1) as string, type: shape.type }
}

export function fillSlot({ holder, key }: Slot, value: unknown): void {
  define(holder, key, value)
}

/** Returns an object's own property. Ignores inherited ones, as a policy may use the name `__proto__`. */
export function own(from: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(from, name) ? from[name] : undefined
}

/** Also handles the name `__proto__`. */
function define(into: object, name: string, value: unknown): void {
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
