import { type Certificate, type DataSnapshot, type DecisionRequest, type HeaderLookup, propertyName } from '../abi/index.ts'
import { lack, lackingMember } from './lack.ts'
import type { Recorded } from './recorded.ts'
import type { Planned, ReplayPlan } from './replay-plan.ts'
import { typedValue } from './typed-value.ts'

/** The request of a record, as decisions ask for it. What is lacking throws when it is asked for, and what nobody asks for is not worked out. */
export class AskedAgain implements DecisionRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly segments: readonly string[]
  readonly headers: RecordedHeaders
  readonly query: object | null
  readonly body: unknown
  readonly data: DataSnapshot
  readonly #recorded: Recorded
  readonly #plan: ReplayPlan

  /** `body`: undefined before it was read. */
  constructor(
    recorded: Recorded,
    plan: ReplayPlan,
    { method, host, path }: Pick<DecisionRequest, 'method' | 'host' | 'path'>,
    segments: readonly string[],
    data: DataSnapshot,
    body: unknown,
  ) {
    this.method = method
    this.host = host
    this.path = path
    this.segments = segments
    this.headers = new RecordedHeaders(recorded, plan)
    this.query = plan.query.length === 0 ? null : objectOf(plan.query, recorded)
    this.body = body
    this.data = data
    this.#recorded = recorded
    this.#plan = plan
  }

  get time(): bigint {
    const time = Date.parse(this.#recorded.text('time'))
    if (Number.isNaN(time)) throw lack('time')
    return BigInt(time) * 1_000_000n
  }

  get sourceIp(): string {
    return this.#recorded.text('source')
  }

  get mtls(): Certificate | null {
    const { mtls } = this.#plan
    if (mtls === null) return null
    return (valueAt(mtls, this.#recorded) ?? null) as Certificate | null
  }
}

/** Throws `Lack` where nobody has read it. */
export function bodyOf(recorded: Recorded, { body }: ReplayPlan): unknown {
  const [first] = body
  if (!recorded.hasBody) throw lack(first?.path ?? 'body')
  return first?.at.length === 1 ? valueAt(first, recorded) : objectOf(body, recorded)
}

class RecordedHeaders implements HeaderLookup {
  readonly #recorded: Recorded
  readonly #plan: ReplayPlan

  constructor(recorded: Recorded, plan: ReplayPlan) {
    this.#recorded = recorded
    this.#plan = plan
  }

  get(name: string): string | undefined {
    const planned = this.#plan.headers.get(name)
    if (planned === undefined) throw new Error(`the policy reads the header \`${name}\`, and does not say so`)
    return valueAt(planned, this.#recorded) as string | undefined
  }

  count(name: string): number {
    return this.get(name) === undefined ? 0 : 1
  }
}

function valueAt(value: Planned, recorded: Recorded): unknown {
  const { path, type, optional } = value
  const json = recorded.json(value)
  if (json === undefined) throw lack(path)
  return typedValue(json, type, optional, path)
}

/** With records in it where paths go through some. */
function objectOf(values: readonly Planned[], recorded: Recorded): object {
  const object: Record<string, unknown> = {}
  for (const value of values) {
    const { at, path, type, optional } = value
    let here = object
    for (let i = 1; i < at.length - 1; i++) here = objectIn(here, propertyName(at[i] as string))
    const name = propertyName(at[at.length - 1] as string)
    const json = recorded.json(value)
    if (json === undefined) lackingMember(here, name, path)
    else setMember(here, name, typedValue(json, type, optional, path))
  }
  return object
}

function objectIn(object: Record<string, unknown>, name: string): Record<string, unknown> {
  if (!Object.hasOwn(object, name)) setMember(object, name, {})
  return object[name] as Record<string, unknown>
}

function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  else object[name] = value
}
