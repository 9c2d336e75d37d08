import { plain, type Scenario, type Shown, type Wait } from './request-scenario.ts'

/** Allowed values, the first of which is taken. */
export type Facets = { readonly [Key in keyof Omit<Scenario, 'goneIn' | 'revokedIn'>]?: readonly Scenario[Key][] }

/** One reason for which a request does not reach a service. */
export interface Condition {
  readonly name: string
  /** Removing this from a request removes the reason. */
  readonly reason: Facets
  /** What the request must be like for the reason to be one. */
  readonly given: Facets
  readonly goneIn?: Wait
  readonly revokedIn?: Wait
  /** Whether effect and reason are those of a decision that was made in the meantime. */
  readonly keepsDecision?: true
  /** `null`: there is neither an answer nor a record. */
  readonly shown: Shown | null
}

type Parts = Partial<Omit<Condition, 'name' | 'shown'>> & { readonly shown?: Partial<Shown> }

/** A refusal with its status and code. */
export function refusal(name: string, status: number, code: string, { shown, ...parts }: Parts = {}): Condition {
  const all = { status, told: code, code, effect: 'reject', reason: null, detail: null, ...shown } as const
  return { name, reason: {}, given: {}, ...parts, shown: all }
}

/** An answer of the proxy's own that is no refusal. */
export function answer(name: string, status: number, { shown, ...parts }: Parts): Condition {
  return refusal(name, status, '', { ...parts, shown: { told: null, code: null, ...shown } })
}

/** Nothing is sent, as nobody is there. */
export function silence(name: string, { shown, ...parts }: Parts): Condition {
  return refusal(name, 0, '', { ...parts, shown: { status: null, told: null, code: 'client-closed', ...shown } })
}

/** Returns the request of which all conditions are true, or the facet of which they need different values. */
export function compose(...all: readonly Omit<Condition, 'name' | 'shown'>[]): Scenario | keyof Facets {
  const values: Record<string, readonly unknown[]> = {}
  for (const [key, allowed] of all.flatMap(({ reason, given }) => [...Object.entries(given), ...Object.entries(reason)])) {
    const both = values[key]?.filter((value) => (allowed as readonly unknown[]).includes(value)) ?? allowed
    if (both.length === 0) return key as keyof Facets
    values[key] = both
  }
  const waits = (of: 'goneIn' | 'revokedIn') => new Set(all.flatMap((one) => one[of] ?? []))
  const chosen = Object.fromEntries(Object.entries(values).map(([key, [first]]) => [key, first]))
  return { ...plain, ...chosen, goneIn: waits('goneIn'), revokedIn: waits('revokedIn') }
}
