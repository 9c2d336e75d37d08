/**
 * Flow facts: the possible callers and the present optional values at a place, implied by the outcome of earlier conditions.
 * Facts are compared by identity, so a chain can tell which operands made a later one well-typed (`guardsOf`).
 */
import type { Identity } from '../../model.ts'

/** A fact that an earlier condition implies, such as the presence of an optional field. */
export interface Fact {
  /** Description of the fact, for messages and debugging. Facts are compared by identity. */
  readonly about: string
}

export type CallerMember = Identity | 'anonymous'

export interface FlowFacts {
  /** Possible callers; null if a reported mistake hides them, after which nothing about `caller` is reported. */
  readonly callers: ReadonlySet<CallerMember> | null
  /** The facts that narrowed the set of possible callers, `callers`. */
  readonly callerFacts: readonly Fact[]
  readonly present: Presence | null
  readonly differing: Differing | null
}

/** The stable paths that are known to differ from a constant (`constantKey`), the newest first. No operand depends on them. */
interface Differing {
  readonly path: string
  readonly constant: string
  readonly before: Differing | null
}

/**
 * The present stable paths (`stableKey`), the newest first. Facts only grow from a place to those after it, so a list with a
 * shared tail is cheap; a map would be copied for each guard of a long chain.
 */
interface Presence {
  readonly path: string
  readonly fact: Fact
  readonly before: Presence | null
}

/** The facts if an expression is true, and if it is false. Only boolean expressions change facts. */
export interface Outcomes {
  readonly whenTrue: FlowFacts
  readonly whenFalse: FlowFacts
}

export function knowing(callers: Iterable<CallerMember> | null): FlowFacts {
  return { callers: callers === null ? null : new Set(callers), callerFacts: [], present: null, differing: null }
}

/** Returns the fact that the value at a path is present; null if that is not known. */
export function presenceOf(known: FlowFacts, path: string): Fact | null {
  for (let at = known.present; at !== null; at = at.before) if (at.path === path) return at.fact
  return null
}

export function withPresent(known: FlowFacts, path: string): FlowFacts {
  if (presenceOf(known, path) !== null) return known
  return { ...known, present: { path, fact: { about: path }, before: known.present } }
}

/** Returns the facts in which the value at a path is not the constant. */
export function withDiffering(known: FlowFacts, path: string, constant: string): FlowFacts {
  return { ...known, differing: { path, constant, before: known.differing } }
}

export function isDiffering(known: FlowFacts, path: string, constant: string): boolean {
  for (let at = known.differing; at !== null; at = at.before) if (at.path === path && at.constant === constant) return true
  return false
}

/**
 * Returns the facts with only those possible callers for which `keep` is true. Returns the facts unchanged if all or no callers
 * remain.
 */
export function withCallers(known: FlowFacts, keep: (member: CallerMember) => boolean): FlowFacts {
  if (known.callers === null) return known
  const callers = new Set([...known.callers].filter(keep))
  if (callers.size === 0 || callers.size === known.callers.size) return known
  return { ...known, callers, callerFacts: [...known.callerFacts, { about: 'caller' }] }
}

/** Returns the facts with an unknown set of callers. */
export function withUnknownCallers(known: FlowFacts): FlowFacts {
  return { ...known, callers: null }
}

/** Returns the facts that hold after two alternative branches, whichever is taken. Both branches started from `base`. */
export function joinFlows(base: FlowFacts, a: FlowFacts, b: FlowFacts): FlowFacts {
  if (a === b) return a
  const differing = a.differing === b.differing ? a.differing : base.differing
  return { ...joinCallers(base, a, b), present: joinPresent(base.present, a.present, b.present), differing }
}

function joinCallers(base: FlowFacts, a: FlowFacts, b: FlowFacts): Pick<FlowFacts, 'callers' | 'callerFacts'> {
  if (a.callers === null || b.callers === null) return { callers: null, callerFacts: base.callerFacts }
  if (a.callers === b.callers && a.callerFacts === b.callerFacts) return a
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

/** Returns the facts that `after` has gained since `before`. */
export function factsGained(before: FlowFacts, after: FlowFacts): readonly Fact[] {
  const gained = after.callerFacts.slice(before.callerFacts.length)
  for (let at = after.present; at !== before.present && at !== null; at = at.before) gained.push(at.fact)
  return gained
}
