import { type DataSnapshot, noData, type Policy } from '../../policy/index.ts'
import { asking } from '../../realm/index.ts'
import type { DataHandle } from '../../realm/program/program.ts'
import type { LogRecord } from '../audit/query/index.ts'
import { membersOf } from './recorded.ts'

/** Error for a replay that is impossible because the bundle or an input is invalid. */
export class ReplayError extends Error {}

export interface GivenData {
  /**
   * Data of the policy by name, as JSON values with their versions. A record that was decided with another version of a datum is
   * replayed as if the datum were missing, unless `anyVersion` is set.
   */
  readonly data?: Readonly<Record<string, { readonly version: string; readonly json: unknown }>>
  /**
   * Whether to use the data in `data` for all records, even for records that were decided with another version. Default: false.
   */
  readonly anyVersion?: boolean
}

export interface DataOfRecord {
  readonly key: string
  readonly lacking: ReadonlySet<string>
  readonly given: DataSnapshot
  readonly decided: DataSnapshot
}

/** Version that marks data that was never received. */
const ABSENT = '-'

/**
 * Provides the data of a policy for replayed decisions. A datum is used for a record if it has the version that the record names.
 */
export class ReplayData {
  readonly #policy: Policy
  readonly #names: readonly string[]
  readonly #revision: string
  readonly #options: GivenData
  readonly #all: DataSnapshot
  readonly #known = new Map<string, DataOfRecord>()
  readonly #whole: DataOfRecord

  /**
   * Validates and converts the given data for decisions of a policy.
   *
   * @throws ReplayError if data does not match the policy
   */
  constructor(policy: Policy, options: GivenData) {
    const values = Object.entries(options.data ?? {}).map(([name, { json }]) => [name, json] as const)
    const prepared = policy.prepare(Object.fromEntries(values), noData)
    if (!prepared.ok) throw new ReplayError(prepared.message)
    this.#policy = policy
    this.#names = policy.module.data.map(({ name }) => name)
    this.#revision = policy.revision
    this.#options = options
    this.#all = prepared.data
    this.#whole = { key: '', lacking: new Set(), given: prepared.data, decided: prepared.data }
  }

  for(record: LogRecord): DataOfRecord {
    const { data = {}, anyVersion = false } = this.#options
    const versions = membersOf(record.data)
    const isOwn = record.revision === this.#revision
    let key = ''
    for (const name of this.#names) {
      const given = data[name]
      if (given !== undefined && (anyVersion || given.version === versions[name])) continue
      // The policy's own records show what was not received; another policy may not have used it.
      key += isOwn && versions[name] === undefined ? `${ABSENT}${name},` : `${name},`
    }
    return key === '' ? this.#whole : (this.#known.get(key) ?? this.#without(key))
  }

  #without(key: string): DataOfRecord {
    const names = key.split(',').slice(0, -1)
    const lacking = new Set(names.filter((name) => !name.startsWith(ABSENT)))
    const absent = new Set(names.filter((name) => name.startsWith(ABSENT)).map((name) => name.slice(ABSENT.length)))
    const given = this.#snapshotOf((name) => (absent.has(name) || lacking.has(name) ? ABSENT_STATE : THERE))
    const decided = this.#snapshotOf((name) => (lacking.has(name) ? LACKING : absent.has(name) ? ABSENT_STATE : THERE))
    const made = { key, lacking, given, decided }
    this.#known.set(key, made)
    return made
  }

  #snapshotOf(stateOf: (name: string) => number): DataSnapshot {
    const { dataWithout } = this.#policy.program
    // Without data, only names can be missing.
    const { handle, arrived } = this.#all
    const states = this.#names.map((name) => (arrived.has(name) || stateOf(name) === LACKING ? stateOf(name) : ABSENT_STATE))
    const made: DataHandle = asking(() => dataWithout(handle, ...states))
    return { handle: made, arrived: new Set(this.#names.filter((_, at) => states[at] !== ABSENT_STATE)) }
  }
}

const THERE = 0
const ABSENT_STATE = 1
const LACKING = 2
