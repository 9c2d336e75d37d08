import type { Certificate, DataSnapshot, DecisionRequest, HeaderLookup } from '../abi/index.ts'
import { lack, lackingMember } from './lack.ts'
import type { Recorded } from './recorded.ts'
import type { Planned, ReplayPlan } from './replay-plan.ts'
import { typedValue } from './typed-value.ts'

/** The request of a record, as decisions ask for it. What is lacking throws when it is asked for. */
export function askedAgain(
  recorded: Recorded,
  plan: ReplayPlan,
  path: string,
  segments: readonly string[],
  data: DataSnapshot,
): DecisionRequest {
  const { record } = recorded
  const asked = {
    method: recorded.text('method'),
    host: recorded.text('host'),
    path,
    segments,
    headers: new RecordedHeaders(recorded, plan),
    sourceIp: typeof record.source === 'string' ? record.source : '',
    time: BigInt(Date.parse(recorded.text('time'))) * 1_000_000n,
    query: plan.query.length === 0 ? null : objectOf(plan.query, recorded),
    body: undefined as unknown,
    mtls: null as Certificate | null,
    data,
  }
  if (typeof record.source !== 'string') lackingMember(asked, 'sourceIp', 'source')
  if (plan.mtls !== null) setMtls(asked, plan.mtls, recorded)
  return asked
}

/** The same with its body. Throws `Lack` where nobody has read it. */
export function withBody(asked: DecisionRequest, recorded: Recorded, plan: ReplayPlan): DecisionRequest {
  if (!recorded.hasBody) throw lack(plan.body[0]?.path ?? 'body')
  const [first] = plan.body
  const isWhole = first?.at.length === 1
  const body = isWhole ? valueAt(first, recorded) : objectOf(plan.body, recorded)
  // Not a copy of each member: reading one that is lacking throws.
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(asked)) as DecisionRequest
  return Object.assign(copy, { body })
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

function valueAt({ path, type, optional, opaque }: Planned, recorded: Recorded): unknown {
  const json = recorded.json(path, type, opaque)
  if (json === undefined) throw lack(path)
  return typedValue(json, type, optional, path)
}

/** With records in it where paths go through some. */
function objectOf(values: readonly Planned[], recorded: Recorded): object {
  const object: Record<string, unknown> = Object.create(null)
  for (const { at, path, type, optional, opaque } of values) {
    let here = object
    for (let i = 1; i < at.length - 1; i++) {
      const name = at[i] as string
      here[name] ??= Object.create(null)
      here = here[name] as Record<string, unknown>
    }
    const name = at[at.length - 1] as string
    const json = recorded.json(path, type, opaque)
    if (json === undefined) lackingMember(here, name, path)
    else here[name] = typedValue(json, type, optional, path)
  }
  return object
}

/** Null where the connection had none. */
function setMtls(asked: { mtls: Certificate | null }, planned: Planned, recorded: Recorded): void {
  const json = recorded.json(planned.path, planned.type, planned.opaque)
  if (json === undefined) lackingMember(asked, 'mtls', planned.path)
  else asked.mtls = (typedValue(json, planned.type, true, planned.path) ?? null) as Certificate | null
}
