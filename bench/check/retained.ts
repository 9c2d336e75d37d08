/**
 * What the parser keeps of texts that it has read, in a process of its own with little memory, in which V8 collects when it wants to.
 * Prints, as JSON, whether tokens and trees were let go of.
 */
import { setTimeout } from 'node:timers/promises'
import { Parser } from '../../language/syntax/grammar/parser.ts'
import type { Tokens } from '../../language/syntax/tokenize.ts'
import { generatePolicy } from './generate-policy.ts'

/** Counts what was collected. Weak references would be kept alive by being looked at while V8 marks. */
class Collected {
  private watched = 0
  private gone = 0
  private readonly registry = new FinalizationRegistry(() => {
    this.gone += 1
  })

  watch(...values: readonly object[]): void {
    this.watched += values.length
    for (const value of values) this.registry.register(value, null)
  }

  /** Reads other texts until all that is watched is gone, which costs a collection or two; false where it is not. */
  async areAll(): Promise<boolean> {
    for (let round = 0; round < 200 && this.gone < this.watched; round += 1) {
      new Parser().parse({ name: 'other.iap', text: [...generatePolicy(200, true).values()].join('') })
      await setTimeout(0)
    }
    return this.gone === this.watched
  }
}

/** Watches the first token of each text. */
class WatchedParser extends Parser {
  readonly firstTokens = new Collected()

  protected override begin(source: { name: string; text: string }, lexed: Tokens): void {
    this.firstTokens.watch(lexed.tokens[0] as object)
    super.begin(source, lexed)
  }
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
const tokens = await parser.firstTokens.areAll()
const held = trees.reduce((sum, { declarations }) => sum + declarations.length, 0)
const watched = new Collected()
// Not in a loop here: the variable of one would hold the last.
watched.watch(...trees)
trees.length = 0
const gone = await watched.areAll()
const again = parser.parse({ name: 'again.iap', text: 'label a' })
if (again.result.declarations.length !== 1) throw new Error('the parser reads no more')
console.log(JSON.stringify({ tokens, held, trees: gone } satisfies Retained))
