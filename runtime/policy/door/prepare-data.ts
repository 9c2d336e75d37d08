import { type DataSnapshot, linkData, type PolicyModule, type Validators } from '../../abi/index.ts'
import { misfitOf } from './misfit-of.ts'

export type DataResult =
  | { readonly ok: true; readonly data: DataSnapshot }
  /** `pointer` (RFC 6901) is within the value of `datum`; the message names both, and no value. */
  | { readonly ok: false; readonly datum: string; readonly pointer: string; readonly message: string }

/** Values of data, and those that there were before → all of them as decisions read them. */
type PrepareData = (values: Readonly<Record<string, unknown>>, onto: DataSnapshot) => DataResult

/**
 * Data at their door: each value is validated, then prepared, once for all decisions that will read it. All or nothing: where one
 * does not fit, what there was before stays.
 */
export function preparingData(module: PolicyModule, validators: Validators): PrepareData {
  const programs = new Map(module.data.map((program) => [program.name, program]))
  return (values, onto) => {
    const data = new Snapshot(module, onto)
    for (const [datum, json] of Object.entries(values)) {
      const program = programs.get(datum)
      if (program === undefined) return misfit(datum, '', `the policy has no data \`${datum}\``)
      const found = misfitOf(validators.data, datum, json)
      if (found !== null) return misfit(datum, found.pointer, `data \`${datum}${found.pointer}\` ${found.problem}`)
      const prepared = program.prepare(json)
      if (prepared === undefined) return misfit(datum, '', `data \`${datum}\` holds a value that has no meaning there`)
      data[datum] = prepared
    }
    linkData(module, data)
    return { ok: true, data: Object.freeze(data) }
  }
}

/** One shape for all generations of the data of a policy, so that where a decision finds a datum in one, it finds it in the next. Nothing is inherited. */
class Snapshot {
  [datum: string]: unknown

  constructor({ data }: PolicyModule, onto: DataSnapshot) {
    for (const { name } of data) this[name] = onto[name]
  }
}
Object.setPrototypeOf(Snapshot.prototype, null)
Reflect.deleteProperty(Snapshot.prototype, 'constructor')

function misfit(datum: string, pointer: string, message: string): DataResult {
  return { ok: false, datum, pointer, message }
}
