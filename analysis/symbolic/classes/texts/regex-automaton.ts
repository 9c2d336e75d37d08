import { RE2JS } from 're2js'
import { type Automaton, cutsAt } from './automaton.ts'

/** An instruction of the engine's program, which its types do not declare. A test compares the automaton with the engine. */
interface Instruction {
  readonly op: number
  readonly out: number
  readonly arg: number
  readonly runes: Int32Array
  matchRune(codePoint: number): boolean
}
interface Program {
  readonly inst: readonly Instruction[]
  readonly start: number
}

const OP = {
  alternative: 1,
  alternativeMatch: 2,
  capture: 3,
  empty: 4,
  fail: 5,
  match: 6,
  nothing: 7,
  rune: 8,
  rune1: 9,
  any: 10,
  anyNotLine: 11,
}
const FOLD_CASE = 1
/** The conditions of instructions that read nothing. */
const AT = { beginLine: 1, endLine: 2, beginText: 4, endText: 8, boundary: 16, noBoundary: 32 }
const NEW_LINE = 10

/** What precedes a position, as far as some condition needs it. */
type Before = 'begin' | 'line' | 'word' | 'other'

interface State {
  /** Sorted instructions that wait for the next code point, before following those that read nothing. */
  readonly waiting: readonly number[]
  readonly before: Before
}

/**
 * Automaton for the test whether an RE2 pattern matches some part of a text. A state is a set of instructions of the compiled
 * pattern (Thompson). Once the pattern matches, the result stays true.
 */
export class RegexAutomaton implements Automaton {
  readonly start: number
  readonly #place: number
  readonly #program: Program
  readonly #cuts: readonly number[]
  /** Whether it has conditions on words or lines. */
  readonly #asks: { readonly words: boolean; readonly lines: boolean }
  readonly #states: (State | 'matched')[] = ['matched']
  readonly #numbers = new Map<string, number>()

  /**
   * Creates the automaton of a pattern.
   *
   * @param pattern pattern in RE2 syntax, verified by the checker
   */
  constructor(place: number, pattern: string) {
    this.#place = place
    this.#program = programOf(pattern)
    const asked = this.#program.inst.reduce((all, { op, arg }) => (op === OP.empty ? all | arg : all), 0)
    this.#asks = {
      words: (asked & (AT.boundary | AT.noBoundary)) !== 0,
      lines: (asked & (AT.beginLine | AT.endLine)) !== 0,
    }
    this.#cuts = cutsAt(this.#points())
    this.start = this.#number({ waiting: [this.#program.start], before: 'begin' })
  }

  cuts(state: number): readonly number[] {
    return state === MATCHED ? [] : this.#cuts
  }

  step(state: number, codePoint: number): number {
    const from = this.#states[state] as State | 'matched'
    if (from === 'matched') return MATCHED
    const reached = this.#reached(from, this.#where(from.before, codePoint))
    if (reached === 'matched') return MATCHED
    const waiting = new Set([this.#program.start])
    for (const at of reached) {
      const instruction = this.#program.inst[at] as Instruction
      if (reads(instruction, codePoint)) waiting.add(instruction.out)
    }
    return this.#number({ waiting: [...waiting].sort((a, b) => a - b), before: this.#kindOf(codePoint) })
  }

  holds(state: number): readonly number[] {
    const from = this.#states[state] as State | 'matched'
    if (from === 'matched' || this.#reached(from, this.#where(from.before, null)) === 'matched') return [this.#place]
    return []
  }

  /** Returns the reading instructions that are reachable through those that read nothing. */
  #reached({ waiting }: State, where: number): readonly number[] | 'matched' {
    const seen = new Set(waiting)
    const reading: number[] = []
    for (const at of seen) {
      const { op, out, arg } = this.#program.inst[at] as Instruction
      if (op === OP.match) return 'matched'
      if (op === OP.fail) continue
      if (op === OP.alternative || op === OP.alternativeMatch) seen.add(out).add(arg)
      else if (op === OP.capture || op === OP.nothing) seen.add(out)
      else if (op === OP.empty) {
        if ((arg & ~where) === 0) seen.add(out)
      } else reading.push(at)
    }
    return reading
  }

  /** Returns the conditions that hold between two code points; null: the end. */
  #where(before: Before, next: number | null): number {
    const after = next === null ? 'end' : this.#kindOf(next)
    const [wasWord, isWord] = [before === 'word', after === 'word']
    return (
      (before === 'begin' ? AT.beginText | AT.beginLine : before === 'line' ? AT.beginLine : 0) |
      (after === 'end' ? AT.endText | AT.endLine : after === 'line' ? AT.endLine : 0) |
      (wasWord !== isWord ? AT.boundary : AT.noBoundary)
    )
  }

  #kindOf(codePoint: number): Exclude<Before, 'begin'> {
    if (this.#asks.lines && codePoint === NEW_LINE) return 'line'
    return this.#asks.words && isWord(codePoint) ? 'word' : 'other'
  }

  #points(): readonly number[] {
    const points: number[] = []
    for (const { op, arg, runes } of this.#program.inst) {
      if (op === OP.anyNotLine) points.push(NEW_LINE, NEW_LINE + 1)
      if (op !== OP.rune && op !== OP.rune1) continue
      if (runes.length === 1) {
        const all = (arg & FOLD_CASE) === 0 ? [runes[0] as number] : alikeBut(runes[0] as number)
        for (const one of all) points.push(one, one + 1)
      } else for (let i = 0; i < runes.length; i += 2) points.push(runes[i] as number, (runes[i + 1] as number) + 1)
    }
    if (this.#asks.lines) points.push(NEW_LINE, NEW_LINE + 1)
    if (this.#asks.words) points.push(...WORD_CUTS)
    return points
  }

  #number(state: State): number {
    const key = `${state.before} ${state.waiting.join()}`
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.#states.length)
    this.#states.push(state)
    return this.#states.length - 1
  }
}

const MATCHED = 0

function reads(instruction: Instruction, codePoint: number): boolean {
  if (instruction.op === OP.any) return true
  return instruction.op === OP.anyNotLine ? codePoint !== NEW_LINE : instruction.matchRune(codePoint)
}

function programOf(pattern: string): Program {
  const { prog } = (RE2JS.compile(pattern) as unknown as { readonly re2Input: { readonly prog: Program } }).re2Input
  const known = new Set(Object.values(OP))
  if (!prog.inst.every(({ op }) => known.has(op))) throw new Error('the engine has an instruction that nobody knows')
  return prog
}

/** RE2's words are ASCII. */
function isWord(codePoint: number): boolean {
  return codePoint < 128 && /\w/.test(String.fromCodePoint(codePoint))
}

const WORD_CUTS = ['0', ':', 'A', '[', '_', '`', 'a', '{'].map((character) => character.charCodeAt(0))

/** The last one that has another case. */
const LAST_OF_TWO_CASES = 125_251
const alike = new Map<number, readonly number[]>()

/** A code point and those that differ from it by case alone, as the engine sees it. */
function alikeBut(codePoint: number): readonly number[] {
  const known = alike.get(codePoint)
  if (known !== undefined) return known
  const matches = RE2JS.compile(`(?i)\\x{${codePoint.toString(16)}}`)
  const { inst } = (matches as unknown as { readonly re2Input: { readonly prog: Program } }).re2Input.prog
  const rune = inst.find(({ op }) => op === OP.rune || op === OP.rune1) as Instruction
  const found: number[] = []
  for (let one = 0; one <= LAST_OF_TWO_CASES; one++) if (rune.matchRune(one)) found.push(one)
  if (!found.includes(codePoint)) found.push(codePoint)
  alike.set(codePoint, found)
  return found
}
