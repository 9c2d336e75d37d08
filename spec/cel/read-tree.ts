/**
 * cel-go's debug text of an expression → tree. Behind every part stands what it is: `^#*expr.Constant_Int64Value#` in the text of a parsed
 * one, `~int`, and `^` with what was found for a name or a call, in that of a checked one.
 */
import { type CelTree, call, type LiteralTree } from './cel-tree.ts'
import type { CelType } from './cel-type.ts'

export function readTree(text: string): CelTree {
  const reader = new TreeReader(text)
  const tree = reader.part()
  reader.end()
  return tree
}

/** `map(string, int)` */
export function readType(text: string): CelType {
  const reader = new TreeReader(text)
  const type = reader.type()
  reader.end()
  return type
}

const OPERATOR = /_\[\??_\]|_\?\._|_\?_:_|[!-]_|_(?:&&|\|\||[=!<>]=|[<>+\-*/%])_|@?in(?=\()/y
const NAME = /\.?[\w@]+(?:\.[\w@]+)*/y
const NUMBER = /(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?u?|[+-]Inf|NaN)(?=[~^])/y
const QUOTED = /b?"(?:[^"\\]|\\.)*"/y
/** A package and a message; of everything else what is before a dot. */
const TYPE_NAME = /(?:[a-z]\w*\.)+[A-Z]\w*(?:\.[A-Z]\w*)*|[\w!]+/y
/** A method is told from a message by its name: `"a"~string.charAt(…)`. */
const SIMPLE_TYPE = /(?:bool|int|uint|double|string|bytes|null|dyn|timestamp|duration|list|map|optional_type|wrapper|type|any)\b/y

class TreeReader {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  part(): CelTree {
    let tree = this.adorned(this.primary())
    while (this.take('.')) {
      const name = this.match(/[\w@]+/y)
      if (this.sees('(')) tree = this.adorned({ kind: 'call', target: tree, name, operands: this.operands('(', ')') })
      else tree = this.adorned({ kind: 'field', of: tree, name, tested: this.take('~test-only~') })
    }
    return tree
  }

  end(): void {
    this.skip()
    if (this.at < this.text.length) this.fail('the end')
  }

  type(): CelType {
    this.skip()
    const name = this.tryMatch(SIMPLE_TYPE) ?? this.match(TYPE_NAME)
    const of: CelType[] = []
    if (this.text[this.at] === '(') {
      this.at += 1
      do of.push(this.type())
      while (this.take(','))
      this.expect(')')
    }
    return { name, of }
  }

  private primary(): CelTree {
    this.skip()
    const operator = this.tryMatch(OPERATOR)
    if (operator !== null) return call(operator, this.operands('(', ')'))
    if (this.sees('[')) return { kind: 'list', elements: this.operands('[', ']') }
    if (this.sees('{')) return { kind: 'map', entries: this.entries() }
    const quoted = this.tryMatch(QUOTED)
    if (quoted !== null) return { kind: 'literal', of: quoted.startsWith('b') ? 'bytes' : 'string', text: unquoted(quoted) }
    const number = this.tryMatch(NUMBER)
    if (number !== null) return { kind: 'literal', of: number.endsWith('u') ? 'uint' : 'int', text: number.replace(/u$/, '') }
    const name = this.match(NAME)
    if (name === '__comprehension__') return this.loop()
    if (this.sees('(')) return call(name, this.operands('(', ')'))
    if (this.sees('{')) return { kind: 'message', name, values: this.fields() }
    if (name === 'true' || name === 'false') return { kind: 'literal', of: 'bool', text: name }
    if (name === 'null') return { kind: 'literal', of: 'null', text: name }
    return { kind: 'name', name }
  }

  /** What stands behind a part. */
  private adorned(tree: CelTree): CelTree {
    let known = tree
    for (;;) {
      const kind = this.tryMatch(/\^#\*expr\.\w+#/y)
      if (kind === null) break
      if (kind === '^#*expr.Constant_DoubleValue#') known = asDouble(known)
    }
    if (this.text[this.at] !== '~') return known
    this.at += 1
    const type = this.type()
    if (type.name === 'double') known = asDouble(known)
    if (this.text[this.at] === '^') this.found(known)
    return { ...known, type }
  }

  /** The name that was found for a name, a message or a type; the overloads of a call. */
  private found(tree: CelTree): void {
    this.at += 1
    if ((tree.kind === 'name' || tree.kind === 'message') && this.text.startsWith(tree.name, this.at)) this.at += tree.name.length
    else this.match(/[\w@|]+/y)
  }

  private operands(open: string, close: string): CelTree[] {
    const operands: CelTree[] = []
    this.expect(open)
    if (this.take(close)) return operands
    do operands.push(this.part())
    while (this.take(','))
    this.expect(close)
    return operands
  }

  private entries(): { key: CelTree; value: CelTree }[] {
    const entries: { key: CelTree; value: CelTree }[] = []
    this.expect('{')
    if (this.take('}')) return entries
    do {
      const key = this.part()
      this.expect(':')
      entries.push({ key, value: this.part() })
    } while (this.take(','))
    this.expect('}')
    return entries
  }

  private fields(): CelTree[] {
    const values: CelTree[] = []
    this.expect('{')
    if (this.take('}')) return values
    do {
      this.skip()
      this.match(/[\w`.]+/y)
      this.expect(':')
      values.push(this.part())
    } while (this.take(','))
    this.expect('}')
    return values
  }

  private loop(): CelTree {
    const labelled = <T>(label: string, read: () => T): T => {
      this.expect(`// ${label}`)
      this.skip()
      const value = read()
      this.take(',')
      return value
    }
    const name = () => this.match(/[\w@#]+/y)
    const part = () => this.part()
    this.expect('(')
    const variable = labelled('Variable', name)
    const range = labelled('Target', part)
    const result = labelled('Accumulator', name)
    const steps = ['Init', 'LoopCondition', 'LoopStep', 'Result'].map((label) => labelled(label, part))
    this.expect(')')
    return { kind: 'loop', variable, range, result, steps }
  }

  private sees(text: string): boolean {
    return this.text.startsWith(text, this.at)
  }

  private take(text: string): boolean {
    const before = this.at
    this.skip()
    if (!this.sees(text)) {
      this.at = before
      return false
    }
    this.at += text.length
    return true
  }

  private expect(text: string): void {
    if (!this.take(text)) this.fail(`\`${text}\``)
  }

  private skip(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1
  }

  private tryMatch(pattern: RegExp): string | null {
    pattern.lastIndex = this.at
    const [found] = pattern.exec(this.text) ?? []
    if (found === undefined) return null
    this.at += found.length
    return found
  }

  private match(pattern: RegExp): string {
    return this.tryMatch(pattern) ?? this.fail(String(pattern))
  }

  private fail(expected: string): never {
    throw new Error(`a tree of cel-go is not as expected: ${expected} before \`${this.text.slice(this.at, this.at + 40)}\``)
  }
}

function asDouble(tree: CelTree): CelTree {
  if (tree.kind !== 'literal' || tree.of !== 'int') return tree
  const literal: LiteralTree = { kind: 'literal', of: 'double', text: String(Number(tree.text.replace('Inf', 'Infinity'))) }
  return literal
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** Go's escapes. */
function unquoted(quoted: string): string {
  const inner = quoted.slice(quoted.indexOf('"') + 1, -1)
  return inner.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g, (_, byte, four, eight, one) => {
    const digits = byte ?? four ?? eight
    return digits === undefined ? (ESCAPES[one] ?? one) : String.fromCodePoint(Number.parseInt(digits, 16))
  })
}
