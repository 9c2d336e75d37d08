import { type Automaton, END } from './automaton.ts'
import { ConstantsAutomaton } from './constants-automaton.ts'
import { PartsAutomaton } from './parts-automaton.ts'
import { RegexAutomaton } from './regex-automaton.ts'
import type { BeginningTest, PartTest, TextTest } from './text-test.ts'

/** A set of texts that pass the same tests. */
export interface TextClass {
  /** The sorted indices of the tests that the texts of this class pass. */
  readonly holds: readonly number[]
  /** A text of the class, no longer than any other. */
  readonly example: string
}

/** Thrown if the tests distinguish more kinds of texts than the limit allows. */
export class TooManyTextsError extends Error {}

/** The maximum number of states of the product automaton. */
const MOST = 50_000

/**
 * Partitions all texts by some tests, with an example for each class, ordered by the examples' lengths.
 *
 * @throws TooManyTextsError if there are more than `most` classes
 */
export function textClasses(tests: readonly TextTest[], most = MOST): readonly TextClass[] {
  const automata = automataOf(tests)
  const first = automata.map(({ start }) => start)
  const seen = new Set([first.join()])
  const classes = new Map<string, TextClass>()
  for (let level: Reached[] = [{ states: first, text: '' }]; level.length > 0; ) {
    const next: Reached[] = []
    for (const { states, text } of level) {
      const holds = automata.flatMap((automaton, at) => automaton.holds(states[at] as number)).sort((a, b) => a - b)
      const key = holds.join()
      if (!classes.has(key)) classes.set(key, { holds, example: text })
      for (const codePoint of codePointsFor(automata, states)) {
        const reached = states.map((state, at) => (automata[at] as Automaton).step(state, codePoint))
        const name = reached.join()
        if (seen.has(name)) continue
        if (seen.size >= most) throw new TooManyTextsError(`texts differ in more than ${most} ways: simplify the conditions`)
        seen.add(name)
        next.push({ states: reached, text: text + String.fromCodePoint(codePoint) })
      }
    }
    level = next
  }
  return [...classes.values()]
}

interface Reached {
  readonly states: readonly number[]
  readonly text: string
}

function automataOf(tests: readonly TextTest[]): readonly Automaton[] {
  const beginnings: [number, BeginningTest][] = []
  const parts: [number, PartTest][] = []
  const automata: Automaton[] = []
  for (const [place, test] of tests.entries()) {
    if (test.kind === 'matches') automata.push(new RegexAutomaton(place, test.pattern))
    else if (isOfParts(test)) parts.push([place, test])
    else beginnings.push([place, test])
  }
  if (parts.length > 0) automata.unshift(new PartsAutomaton(parts))
  if (beginnings.length > 0 || automata.length === 0) automata.unshift(new ConstantsAutomaton(beginnings))
  return automata
}

function isOfParts(test: BeginningTest | PartTest): test is PartTest {
  return test.kind === 'ends' || test.kind === 'contains'
}

/** Returns one code point of each range in which all automata behave alike. */
function codePointsFor(automata: readonly Automaton[], states: readonly number[]): readonly number[] {
  const cuts = new Set([0, END])
  for (const [at, automaton] of automata.entries()) for (const cut of automaton.cuts(states[at] as number)) cuts.add(cut)
  const sorted = [...cuts].sort((a, b) => a - b)
  return sorted.slice(0, -1).flatMap((from, at) => exampleIn(from, sorted[at + 1] as number) ?? [])
}

/** Returns a common character of a range if possible, for readable examples that pass decoders. Excludes surrogates. */
function exampleIn(from: number, to: number): number | null {
  for (const [first, last] of LIKED) {
    const at = Math.max(from, first)
    if (at < to && at <= last) return at
  }
  if (from >= 0xd800 && from < 0xe000) return to > 0xe000 ? 0xe000 : null
  return from
}

const LIKED = (['az', '09', 'AZ', '-.', '!~'] as const).map((range) => [range.charCodeAt(0), range.charCodeAt(1)] as const)
