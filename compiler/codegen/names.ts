import { CONSTRUCTORS } from '../../runtime/abi/allowlist/names.ts'
import { type Code, identifier } from './code.ts'

/** Words that a local name must not be: the language's, those of every emitted function, and global values. */
const TAKEN: ReadonlySet<string> = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally
  for function if implements import in instanceof interface let new null package private protected public return static super
  switch this throw true try typeof undefined var void while with yield async of get set NaN Infinity globalThis
  abi facts request trace obligations denied challenged caller claims data auth json roles value values variables spiffe __proto__
  ${Object.keys(CONSTRUCTORS).join(' ')}`.split(/\s+/),
)

/**
 * Names of one function. They hold no `$`, and names of the module always do (`moduleName`), so that neither hides the other
 * and names of a policy are found again in the code.
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

/** `decide$orders$read`, of at least two parts; distinct where the parts are, as names of a policy hold no `$`. */
export function moduleName(first: string, second: string | number, ...rest: readonly (string | number)[]): Code {
  return identifier([first, second, ...rest].map((part) => clean(String(part))).join('$'))
}

function clean(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_')
}
