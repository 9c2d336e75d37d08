import { CONSTRUCTORS } from '../../runtime/abi/allowlist/names.ts'
import { type Code, identifier } from './code.ts'

/** Words that a local must not be named: reserved words, the locals of every emitted function, and globals. */
const TAKEN: ReadonlySet<string> = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally
  for function if implements import in instanceof interface let new null package private protected public return static super
  switch this throw true try typeof undefined var void while with yield async of get set NaN Infinity globalThis
  abi facts request trace obligations denied challenged caller claims data auth json roles value values variables spiffe __proto__
  ${Object.keys(CONSTRUCTORS).join(' ')}`.split(/\s+/),
)

/**
 * Generates the local names of one function. Local names contain no `$`, unlike those of the module (`moduleName`), so they never
 * collide.
 */
export class Names {
  readonly #used = new Set<string>()

  fresh(wish: string): Code {
    const base = clean(wish)
    let name = base
    for (let count = 2; TAKEN.has(name) || this.#used.has(name); count += 1) name = `${base}_${count}`
    this.#used.add(name)
    return identifier(name)
  }
}

/**
 * Returns a name of the module, joined from two or more parts: `decide$orders$read`. Different parts give different names, as
 * names of policies contain no `$`.
 */
export function moduleName(first: string, second: string | number, ...rest: readonly (string | number)[]): Code {
  return identifier([first, second, ...rest].map((part) => clean(String(part))).join('$'))
}

function clean(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_')
}
