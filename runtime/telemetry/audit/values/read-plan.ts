/**
 * What is recorded of the requests that one identity makes to the routes that read the same, worked out before the first of them.
 */
import { type Manifest, type PolicyReads, type ReadSet, type ReadType, type ReadValue, readPath } from '../../../abi/index.ts'
import { isOfSubject, valuesFor } from '../../../policy/reads/index.ts'
import { isSecretName, mayHoldText, withoutSecrets } from '../../../realm/program/secret-names.ts'

export interface Part {
  readonly path: string
  /** `"caller.department":` */
  readonly key: string
  readonly type: ReadType
  /** Whether it is looked into for what is secret: a text may be a token, and a map have any keys. */
  readonly isLookedInto: boolean
  /** Why it is never recorded; null: it is. */
  readonly omitted: 'secret' | 'whole' | null
  /** Of the claims: whether the record has it already, where it is that of the subject. */
  readonly isSubject: boolean
  /** Whether it says who the subject is: the claim, and what else a certificate calls its holder. */
  readonly namesSubject: boolean
  /** Whether no more is recorded of it than whether it is there. */
  readonly isPresence: boolean
  /** Of a header: its name. */
  readonly header: string | null
  readonly at: readonly string[]
}

export interface ReadPlan {
  /** What a credential alone settles. */
  readonly ofCaller: readonly Part[]
  readonly ofRequest: readonly Part[]
  /** Whether the route may read a body at all. */
  readonly body: boolean
}

/** The plans of one policy. */
export class ReadPlans {
  readonly #reads: PolicyReads
  readonly #bodies: ReadonlySet<string>
  /** By route, then by the index of the identity + 1. */
  readonly #plans = new Map<string, (ReadPlan | null | undefined)[]>()
  /** By the place of the set and what else they depend on: routes alike have one, and what is kept by it. */
  readonly #shared = new Map<string, ReadPlan | null>()

  constructor(manifest: Manifest, reads: PolicyReads) {
    this.#reads = reads
    this.#bodies = new Set(manifest.bodies)
  }

  /** Null: a record has all that is read. `identity`: null for an anonymous caller. */
  of(route: string, index: number, identity: string | null): ReadPlan | null {
    const known = this.#plans.get(route)
    const plan = known?.[index + 1]
    if (plan !== undefined) return plan
    const made = this.#make(route, identity)
    const plans = known ?? []
    plans[index + 1] = made
    if (known === undefined) this.#plans.set(route, plans)
    return made
  }

  #make(route: string, name: string | null): ReadPlan | null {
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

/** Of a body that is a list of records, some of what is in them. */
function isPruned(type: ReadType): boolean {
  return typeof type === 'object' && ('list' in type || 'set' in type) && isRecord('list' in type ? type.list : type.set)
}

function isRecord(type: ReadType): boolean {
  return typeof type === 'object' && 'record' in type
}
