/**
 * What the parser keeps of texts that it has read, in a process of its own with little memory, in which V8 collects when it wants to.
 * Prints, as JSON, whether tokens and trees were let go of.
 */
import { setTimeout } from 'node:timers/promises'
import { Parser } from '../../language/syntax/grammar/grammar.ts'
import type { Tokens } from '../../language/syntax/tokenize.ts'
import { generatePolicy } from './generate-policy.ts'

/** Remembers, weakly, the first token of each text. */
class WatchedParser extends Parser {
  readonly firstTokens: WeakRef<object>[] = []

  protected override begin(source: { name: string; text: string }, lexed: Tokens): void {
    this.firstTokens.push(new WeakRef(lexed.tokens[0] as object))
    super.begin(source, lexed)
  }
}

/** Reads texts until these are let go of, which costs a collection or two; false where they are not. */
async function areCollected(refs: readonly WeakRef<object>[]): Promise<boolean> {
  for (let round = 0; round < 200; round += 1) {
    new Parser().parse({ name: 'other.iap', text: [...generatePolicy(200, true).values()].join('') })
    await setTimeout(0)
    if (refs.every((ref) => ref.deref() === undefined)) return true
  }
  return false
}

export interface Retained {
  /** Whether the tokens of texts went whose trees are held. */
  readonly tokens: boolean
  /** Declarations in those trees. */
  readonly held: number
  /** Whether trees went that nobody holds, the last one included, with the parser still there. */
  readonly trees: boolean
}

const parser = new WatchedParser()
const trees = [...generatePolicy(200, false)].map(([name, text]) => parser.parse({ name, text }).result)
const tokens = await areCollected(parser.firstTokens)
const held = trees.reduce((sum, { declarations }) => sum + declarations.length, 0)
const refs = trees.map((tree) => new WeakRef(tree))
trees.length = 0
const gone = await areCollected(refs)
const again = parser.parse({ name: 'again.iap', text: 'label a' })
if (again.result.declarations.length !== 1) throw new Error('the parser reads no more')
console.log(JSON.stringify({ tokens, held, trees: gone } satisfies Retained))
