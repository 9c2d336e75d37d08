import { type DataSnapshot, noData, type Policy } from '../../policy/index.ts'
import { asking } from '../../realm/index.ts'
import type { DataHandle } from '../../realm/program/program.ts'
import type { LogRecord } from '../audit/query/index.ts'
import { membersOf } from './recorded.ts'

/** Why nothing can be replayed: the bundle's fault, or that of what was given with it. */
export class ReplayError extends Error {}

export interface GivenData {
  /** Values of data, as JSON, with their versions. A record that was decided by another version lacks it. */
  readonly data?: Readonly<Record<string, { readonly version: string; readonly json: unknown }>>
  /** Whether data count whatever version records name. */
  readonly anyVersion?: boolean
}

export interface DataOfRecord {
  /** Which of them are lacking, as text. */
  readonly key: string
  readonly lacking: ReadonlySet<string>
  /** What callers are made of: what is lacking is not there, so that roles that read it are lacking, too. */
  readonly given: DataSnapshot
  /** What decisions ask for: what is lacking throws. */
  readonly decided: DataSnapshot
}

/** Before the name of what never arrived. */
const ABSENT = '-'

/** Data that a policy decides recorded requests by: those that were given, where they are of the version that decided. */
export class ReplayData {
  readonly #policy: Policy
  readonly #names: readonly string[]
  readonly #revision: string
  readonly #options: GivenData
  readonly #all: DataSnapshot
  readonly #known = new Map<string, DataOfRecord>()
  readonly #whole: DataOfRecord

  /** Throws `ReplayError` where data do not fit the policy. */
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
      // Of what the policy itself decided it is known what had not arrived; another one may not have named it.
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
    // Without any there is nothing of which some could be lacking, but the names.
    const { handle, arrived } = this.#all
    const states = this.#names.map((name) => (arrived.has(name) || stateOf(name) === LACKING ? stateOf(name) : ABSENT_STATE))
    const made: DataHandle = asking(() => dataWithout(handle, ...states))
    return { handle: made, arrived: new Set(this.#names.filter((_, at) => states[at] !== ABSENT_STATE)) }
  }
}

/** As `Program.dataWithout` takes them. */
const THERE = 0
const ABSENT_STATE = 1
const LACKING = 2
