/**
 * What is known at a place in a condition because something before it was true (or false): which callers are possible,
 * and which optional things are present. Facts are compared by identity, so that a chain can tell which of its operands
 * made a later one well-typed (`guardsOf`).
 */
import type { Identity } from '../../model.ts'

/** One thing that became known at one place. */
export interface Fact {
  /** For messages and debugging; identity is what counts. */
  readonly about: string
}

export type CallerMember = Identity | 'anonymous'

export interface FlowFacts {
  /** Null where a reported mistake keeps it from being known who calls, so that nothing more is said of `caller`. */
  readonly callers: ReadonlySet<CallerMember> | null
  /** What narrowed `callers`, all of it. */
  readonly callerFacts: readonly Fact[]
  readonly present: Presence | null
}

/**
 * Stable paths (`stablePath`) that are present, the last one that became known first. What is known only grows from a
 * place to those behind it, so a list that shares its tail is cheap where a map would be copied for every guard of a long chain.
 */
interface Presence {
  readonly path: string
  readonly fact: Fact
  readonly before: Presence | null
}

/** What is known after an expression, by its outcome. Both are what was known before it for all but booleans. */
export interface Outcomes {
  readonly whenTrue: FlowFacts
  readonly whenFalse: FlowFacts
}

export function knowing(callers: Iterable<CallerMember> | null): FlowFacts {
  return { callers: callers === null ? null : new Set(callers), callerFacts: [], present: null }
}

/** The fact that a path is present, or null where that is not known. */
export function presenceOf(known: FlowFacts, path: string): Fact | null {
  for (let at = known.present; at !== null; at = at.before) if (at.path === path) return at.fact
  return null
}

export function withPresent(known: FlowFacts, path: string): FlowFacts {
  if (presenceOf(known, path) !== null) return known
  return { ...known, present: { path, fact: { about: path }, before: known.present } }
}

/** Narrows to a non-empty subset; a narrowing that leaves nobody, or everybody, tells nothing. */
export function withCallers(known: FlowFacts, keep: (member: CallerMember) => boolean): FlowFacts {
  if (known.callers === null) return known
  const callers = new Set([...known.callers].filter(keep))
  if (callers.size === 0 || callers.size === known.callers.size) return known
  return { ...known, callers, callerFacts: [...known.callerFacts, { about: 'caller' }] }
}

/** What is known where someone calls of whom nothing can be said. */
export function withUnknownCallers(known: FlowFacts): FlowFacts {
  return { ...known, callers: null }
}

/** What is known where either of two ways led, both of which started from `base`. */
export function joinFlows(base: FlowFacts, a: FlowFacts, b: FlowFacts): FlowFacts {
  if (a === b) return a
  return { ...joinCallers(base, a, b), present: joinPresent(base.present, a.present, b.present) }
}

function joinCallers(base: FlowFacts, a: FlowFacts, b: FlowFacts): Pick<FlowFacts, 'callers' | 'callerFacts'> {
  if (a.callers === null || b.callers === null) return { callers: null, callerFacts: base.callerFacts }
  const callers = new Set([...a.callers, ...b.callers])
  if (callers.size === base.callers?.size) return base
  return { callers, callerFacts: [...base.callerFacts, { about: 'caller' }] }
}

function joinPresent(base: Presence | null, a: Presence | null, b: Presence | null): Presence | null {
  if (a === base || b === base) return base
  const inA = new Map<string, Fact>()
  for (let at = a; at !== base && at !== null; at = at.before) inA.set(at.path, at.fact)
  let joined = base
  for (let at = b; at !== base && at !== null; at = at.before) {
    const fact = inA.get(at.path)
    if (fact !== undefined) joined = { path: at.path, fact: fact === at.fact ? fact : { about: at.path }, before: joined }
  }
  return joined
}

/** The facts that `after`, which started from `before`, holds more. */
export function factsGained(before: FlowFacts, after: FlowFacts): readonly Fact[] {
  const gained = after.callerFacts.slice(before.callerFacts.length)
  for (let at = after.present; at !== before.present && at !== null; at = at.before) gained.push(at.fact)
  return gained
}
