/** What must be true of every text: that of policies, generated and real, and that of what is none. */
import { parse } from '../../../language/index.ts'
import { visit } from '../../../language/syntax/children.ts'
import { generatePolicy } from '../generate/policy.ts'
import { Random } from '../generate/random.ts'
import { mangle } from './mangle.ts'
import type { PolicyFile } from './policies.ts'
import { readMangled } from './read-mangled.ts'
import { formattingProblem } from './round-trip.ts'

export interface TextProblem {
  readonly seed: number
  readonly what: 'formatting' | 'mangled'
  readonly problem: string
  readonly text: string
}

export interface Formatted {
  readonly policies: number
  /** How many nodes of each kind were in them. */
  readonly nodes: ReadonlyMap<string, number>
  readonly problem: TextProblem | null
}

/** Formats a generated policy of each seed, and every real one once. */
export function formatPolicies(seeds: readonly number[], real: readonly PolicyFile[]): Formatted {
  const nodes = new Map<string, number>()
  const sources = [
    ...real.map(({ name, text }, at) => ({ seed: at, name, text })),
    ...seeds.flatMap((seed) =>
      Object.entries(generatePolicy(seed))
        .filter(([name]) => name.endsWith('.iap'))
        .map(([name, text]) => ({ seed, name, text })),
    ),
  ]
  for (const { seed, name, text } of sources) {
    const problem = formattingProblem({ name, text }, new Random(seed))
    if (problem !== null) return { policies: sources.length, nodes, problem: { seed, what: 'formatting', problem, text } }
    visit(parse({ name, text }).result, ({ kind }) => nodes.set(kind, (nodes.get(kind) ?? 0) + 1))
  }
  return { policies: sources.length, nodes, problem: null }
}

export interface MangledCounts {
  readonly sources: number
  /** Of these, how many were policies all the same. */
  readonly policies: number
  /** Milliseconds of the one that took the longest. */
  readonly longest: number
}

/** One mangled source of each seed. */
export class MangledSources {
  readonly #real: readonly PolicyFile[]
  #generated: { readonly seed: number; readonly files: Readonly<Record<string, string>> } | null = null
  #sources = 0
  #policies = 0
  #longest = 0

  constructor(real: readonly PolicyFile[]) {
    this.#real = real
  }

  /** Null: all is well. */
  read(seed: number): TextProblem | null {
    const random = new Random(seed)
    const { name, text: whole, read } = this.#source(seed, random)
    const text = mangle(somewhatOf(whole, random), random)
    const { problem, milliseconds, kind } = readMangled(name, text, read)
    this.#sources += 1
    if (kind === 'a policy') this.#policies += 1
    this.#longest = Math.max(this.#longest, milliseconds)
    return problem === null ? null : { seed, what: 'mangled', problem, text }
  }

  counts(): MangledCounts {
    return { sources: this.#sources, policies: this.#policies, longest: this.#longest }
  }

  #source(seed: number, random: Random): { readonly name: string; readonly text: string; read(name: string): string | null } {
    if (this.#real.length > 0 && random.chance(0.6)) {
      const { name, text, read } = random.pick(this.#real)
      return { name: name.slice(name.lastIndexOf('/') + 1), text, read }
    }
    // Of one policy come many.
    const policySeed = Math.floor(seed / 20)
    if (this.#generated?.seed !== policySeed) this.#generated = { seed: policySeed, files: generatePolicy(policySeed) }
    const { files } = this.#generated
    return { name: 'policy.iap', text: files['policy.iap'] as string, read: (name) => files[name] ?? null }
  }
}

/** A long text is cut down to some of its declarations: what is mangled does not lie in its length. */
function somewhatOf(text: string, random: Random): string {
  const blocks = text.split('\n\n')
  if (text.length < 800 || random.chance(0.1)) return text
  return random.some(blocks, 800 / text.length).join('\n\n')
}
