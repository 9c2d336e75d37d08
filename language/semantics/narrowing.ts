/**
 * What is known at a place in a condition because something before it was true (or false): which callers are possible,
 * and which optional things are present. Facts are compared by identity, so that a chain can tell which of its operands
 * made a later one well-typed (`guardsOf`).
 */
import type { Identity } from './model.ts'

/** One thing that became known at one place. */
export interface Fact {
  /** For messages and debugging; identity is what counts. */
  readonly about: string
}

export type CallerMember = Identity | 'anonymous'

export interface Known {
  readonly callers: ReadonlySet<CallerMember>
  /** What narrowed `callers`, all of it. */
  readonly callerFacts: readonly Fact[]
  /** Stable paths (`stablePath`) that are present. */
  readonly present: ReadonlyMap<string, Fact>
}

/** What is known after an expression, by its outcome. Both are what was known before it for all but booleans. */
export interface Outcomes {
  readonly whenTrue: Known
  readonly whenFalse: Known
}

export function knowing(callers: Iterable<CallerMember>): Known {
  return { callers: new Set(callers), callerFacts: [], present: new Map() }
}

export function withPresent(known: Known, path: string): Known {
  if (known.present.has(path)) return known
  return { ...known, present: new Map(known.present).set(path, { about: path }) }
}

/** Narrows to a non-empty subset; a narrowing that leaves nobody, or everybody, tells nothing. */
export function withCallers(known: Known, keep: (member: CallerMember) => boolean): Known {
  const callers = new Set([...known.callers].filter(keep))
  if (callers.size === 0 || callers.size === known.callers.size) return known
  return { ...known, callers, callerFacts: [...known.callerFacts, { about: 'caller' }] }
}

/** What is known where either of two ways led, both of which started from `base`. */
export function join(base: Known, a: Known, b: Known): Known {
  if (a === b) return a
  return { ...joinCallers(base, a, b), present: joinPresent(a, b) }
}

function joinCallers(base: Known, a: Known, b: Known): Pick<Known, 'callers' | 'callerFacts'> {
  const callers = new Set([...a.callers, ...b.callers])
  if (callers.size === base.callers.size) return base
  return { callers, callerFacts: [...base.callerFacts, { about: 'caller' }] }
}

function joinPresent(a: Known, b: Known): ReadonlyMap<string, Fact> {
  const present = new Map<string, Fact>()
  for (const [path, fact] of a.present) {
    const other = b.present.get(path)
    if (other !== undefined) present.set(path, other === fact ? fact : { about: path })
  }
  return present
}

/** The facts that `after` holds and `before` did not. */
export function factsGained(before: Known, after: Known): ReadonlySet<Fact> {
  const old = new Set<Fact>([...before.present.values(), ...before.callerFacts])
  return new Set([...after.present.values(), ...after.callerFacts].filter((fact) => !old.has(fact)))
}
