/** Regular expressions (RE2, `spec/language/decisions/0008`) as languages of z3: literals, classes, groups, `|`, `*`, `+`, `?`, `{}`, `.`, and the ends of a text. */
import { type Formula, text } from './smt.ts'
import { UnsupportedError } from './unsupported-error.ts'

const ANYTHING = 're.all'
/** All but the end of a line. */
const DOT = `(re.diff re.allchar (str.to_re ${text('\n')}))`

/** The texts in some part of which a pattern matches. */
export function languageOf(pattern: string): Formula {
  return new RegexReader(pattern).language()
}

class RegexReader {
  readonly #letters: readonly string[]
  #at = 0

  constructor(pattern: string) {
    this.#letters = Array.from(pattern)
  }

  /** `^` and `$` may stand at the ends of the whole alone, or of each of the outermost alternatives. */
  language(): Formula {
    const ways = [this.#anchored()]
    while (this.#take('|')) ways.push(this.#anchored())
    if (this.#at < this.#letters.length) throw new UnsupportedError(`the pattern ${this.#letters.join('')}`)
    return union(ways)
  }

  #anchored(): Formula {
    const before = this.#take('^') ? [] : [ANYTHING]
    const inside = this.#sequence()
    const after = this.#take('$') ? [] : [ANYTHING]
    return joined([...before, ...inside, ...after])
  }

  #sequence(): readonly Formula[] {
    const parts: Formula[] = []
    while (this.#at < this.#letters.length && !['|', ')', '$'].includes(this.#letters[this.#at] as string))
      parts.push(this.#repeated())
    return parts
  }

  #repeated(): Formula {
    let one = this.#atom()
    for (;;) {
      if (this.#take('*')) one = `(re.* ${one})`
      else if (this.#take('+')) one = `(re.+ ${one})`
      else if (this.#take('?')) one = `(re.opt ${one})`
      else if (this.#take('{')) one = this.#times(one)
      else return one
    }
  }

  /** `{2}`, `{2,}` and `{2,4}`. */
  #times(one: Formula): Formula {
    let written = ''
    while (!this.#take('}')) {
      if (this.#at >= this.#letters.length) throw new UnsupportedError('a brace that does not end')
      written += this.#letters[this.#at++]
    }
    const [, least, comma, most] = /^(\d+)(,?)(\d*)$/.exec(written) ?? []
    if (least === undefined) throw new UnsupportedError(`{${written}} in a pattern`)
    if (comma === '') return `((_ re.^ ${least}) ${one})`
    return most === '' ? `(re.++ ((_ re.^ ${least}) ${one}) (re.* ${one}))` : `((_ re.loop ${least} ${most}) ${one})`
  }

  #atom(): Formula {
    if (this.#take('(')) {
      const ways = [joined(this.#sequence())]
      while (this.#take('|')) ways.push(joined(this.#sequence()))
      if (!this.#take(')')) throw new UnsupportedError('a group with something special in it')
      return union(ways)
    }
    if (this.#take('[')) return this.#class()
    if (this.#take('.')) return DOT
    return `(str.to_re ${text(this.#letter())})`
  }

  #class(): Formula {
    const isNegated = this.#take('^')
    const ranges: Formula[] = []
    while (!this.#take(']')) {
      const from = this.#letter()
      const to = this.#take('-') ? this.#letter() : from
      ranges.push(`(re.range ${text(from)} ${text(to)})`)
    }
    return isNegated ? `(re.diff re.allchar ${union(ranges)})` : union(ranges)
  }

  /** By itself, or behind a backslash. */
  #letter(): string {
    const letter = this.#letters[this.#at++]
    if (letter === undefined || (letter !== '\\' && '^$?*+{}'.includes(letter)))
      throw new UnsupportedError(`${letter} in a pattern`)
    if (letter !== '\\') return letter
    const escaped = this.#letters[this.#at++]
    if (escaped === undefined || /[a-zA-Z0-9]/.test(escaped)) throw new UnsupportedError(`\\${escaped} in a pattern`)
    return escaped
  }

  #take(letter: string): boolean {
    if (this.#letters[this.#at] !== letter) return false
    this.#at++
    return true
  }
}

function union(ways: readonly Formula[]): Formula {
  return ways.length === 1 ? (ways[0] as Formula) : `(re.union ${ways.join(' ')})`
}

function joined(parts: readonly Formula[]): Formula {
  if (parts.length === 0) return `(str.to_re ${text('')})`
  return parts.length === 1 ? (parts[0] as Formula) : `(re.++ ${parts.join(' ')})`
}
