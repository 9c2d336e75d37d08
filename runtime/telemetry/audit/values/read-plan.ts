/** What to record of an identity's requests to similar routes, planned in advance. */
import { type Manifest, type PolicyReads, type ReadSet, type ReadType, type ReadValue, readPath } from '../../../abi/index.ts'
import { isOfSubject, valuesFor } from '../../../policy/reads/index.ts'
import { isSecretName, mayHoldText, withoutSecrets } from '../../../realm/program/secret-names.ts'

export interface Part {
  readonly path: string
  /** Key of the value in the record, with its quotes and colon: `"caller.department":`. */
  readonly key: string
  readonly type: ReadType
  /** Whether to search the value for secrets, because texts may be tokens and maps may have any keys. */
  readonly isLookedInto: boolean
  /** Reason why the value is never recorded, or `null` if it is recorded. */
  readonly omitted: 'secret' | 'whole' | null
  /** Whether the value is a claim that the record already holds as the subject. */
  readonly isSubject: boolean
  /** Whether the value identifies the subject, as the claim of the subject and the names in a certificate do. */
  readonly namesSubject: boolean
  /** Whether the record holds only whether the value is present, not the value itself. */
  readonly isPresence: boolean
  readonly header: string | null
  readonly at: readonly string[]
}

export interface ReadPlan {
  /** Values to record that depend on the credential alone. */
  readonly ofCaller: readonly Part[]
  readonly ofRequest: readonly Part[]
  /** Whether conditions of the route may read a body. */
  readonly body: boolean
}

export class ReadPlans {
  readonly #reads: PolicyReads
  readonly #bodies: ReadonlySet<string>
  /** By set and other inputs: similar routes share one, and its caches. */
  readonly #shared = new Map<string, ReadPlan | null>()

  constructor(manifest: Manifest, reads: PolicyReads) {
    this.#reads = reads
    this.#bodies = new Set(manifest.bodies)
  }

  /**
   * Returns a plan that lists which values to record for requests to a route by callers of the identity `name`, or by anonymous
   * callers if it is `null`. Returns `null` if the record holds all values anyway.
   */
  make(route: string, name: string | null): ReadPlan | null {
    const place = Object.hasOwn(this.#reads.routes, route) ? (this.#reads.routes[route] as number) : -1
    const body = this.#bodies.has(route)
    const key = `${place} ${body} ${name ?? ''}`
    const known = this.#shared.get(key)
    if (known !== undefined) return known
    const set = this.#reads.sets[place]
    const made = set === undefined ? null : this.#planOf(set, name, body)
    this.#shared.set(key, made)
    return made
  }

  #planOf(set: ReadSet, name: string | null, body: boolean): ReadPlan | null {
    const identity = this.#reads.identities.find((one) => one.name === name) ?? null
    const all = valuesFor(set, identity)
    const ofCaller = all.filter(({ at: [root] }) => root === 'caller' || root === 'auth')
    const ofRequest = all.filter(({ at: [root] }) => root !== 'caller' && root !== 'auth')
    if (all.length === 0 && !body) return null
    const partOf = (value: ReadValue): Part => {
      const { at, type } = value
      const path = readPath(at)
      const header = at[0] === 'request' ? (at[2] ?? null) : null
      const isWhole = at[0] === 'body' && at.length === 1 && !isPruned(type)
      const omitted = at[0] !== 'auth' && at.some(isSecretName) ? 'secret' : isWhole ? 'whole' : null
      const isSubject = identity !== null && at[0] === 'caller' && isOfSubject(at[1] as string, identity)
      const namesSubject = isSubject || at[0] === 'connection' || (identity?.spiffe === true && at[1] === 'dns_names')
      return {
        ...{
          path,
          key: `${JSON.stringify(path)}:`,
          omitted,
          isSubject,
          namesSubject,
          header,
          at,
          isPresence: value.presence === true,
        },
        type: withoutSecrets(type),
        isLookedInto: mayHoldText(type),
      }
    }
    return { ofCaller: ofCaller.map(partOf), ofRequest: ofRequest.map(partOf), body }
  }
}

/** Returns whether a type is that of a list of records in a body of which only parts are recorded. */
function isPruned(type: ReadType): boolean {
  return typeof type === 'object' && ('list' in type || 'set' in type) && isRecord('list' in type ? type.list : type.set)
}

function isRecord(type: ReadType): boolean {
  return typeof type === 'object' && 'record' in type
}
