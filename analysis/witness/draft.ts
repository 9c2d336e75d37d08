import type { ConstValue } from '../../compiler/ir/index.ts'
import type { FieldShape, Type } from '../../language/checker/types/type.ts'
import type { PathStep, Root, RootedPath, Value } from '../symbolic/symbolic-domain.ts'

/** A request under construction. */
export interface Draft {
  method: string
  time: bigint
  source: string
  readonly params: Map<string, string>
  readonly headers: Map<string, string>
  readonly query: Record<string, unknown>
  /** The object with the body under `body`, so that the whole body can be replaced. */
  readonly body: { body?: unknown }
  /** The caller's claims; null for an anonymous caller. */
  readonly claims: Record<string, unknown> | null
  readonly auth: { acr?: string; amr?: string[]; age?: bigint }
  mtls: DraftCertificate | null
  readonly data: Record<string, unknown>
}

/** The caller's certificate, or the connection's. */
export interface DraftCertificate {
  spiffe_id: string
  dns_names: string[]
}

/** The fields of roots. */
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

/** Returns a constant as JSON. */
export function jsonOf(value: ConstValue, { kind }: Type): unknown {
  if (typeof value !== 'bigint') return value
  return kind === 'duration' ? `${value}ns` : timeText(value)
}

/** Returns RFC 3339 with as many digits as needed. */
export function timeText(nanoseconds: bigint): string {
  const milliseconds = nanoseconds >= 0n ? nanoseconds / MILLION : -((-nanoseconds + MILLION - 1n) / MILLION)
  const rest = nanoseconds - milliseconds * MILLION
  const text = new Date(Number(milliseconds)).toISOString()
  return rest === 0n ? text : text.replace('Z', `${String(rest).padStart(6, '0')}Z`)
}

const MILLION = 1_000_000n

/** Returns the position of a path, and creates its missing containers. Returns null if the path is in no JSON. */
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

/** Returns an own member: `__proto__` may be a policy's key, and must not lead to `Object.prototype`. */
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
