/**
 * JavaScript as a value that only this file can make: from template literals of our own source, from quoted literals
 * (`quote.ts`), names (`names.ts`) and numbers. A string of the policy has no way in but through `literal`.
 */

let make: (text: string, hidden?: number) => Code
let hiddenOf: (code: Code) => number

export class Code {
  readonly #text: string
  /** How much of the text are marks, which nobody will see. */
  readonly #hidden: number
  /** The text between references, and their numbers, once somebody asked. */
  #pieces: Pieces | null = null

  private constructor(text: string, hidden: number) {
    this.#text = text
    this.#hidden = hidden
  }

  static {
    make = (text, hidden = 0) => new Code(text, hidden)
    hiddenOf = (code) => code.#hidden
  }

  /** With its marks, which `layOut` takes out in the end. */
  toString(): string {
    return this.#text
  }

  /** Of what people will see. */
  get length(): number {
    return this.#text.length - this.#hidden
  }

  pieces(): Pieces {
    this.#pieces ??= piecesOf(this.#text)
    return this.#pieces
  }
}

interface Pieces {
  /** One more than references. */
  readonly texts: readonly string[]
  readonly references: readonly number[]
}

/** Like those of `MARK`. */
export const REFERENCE = { begins: '\x04', ends: '\x05' } as const

function piecesOf(text: string): Pieces {
  const [first = '', ...rest] = text.split(REFERENCE.begins)
  const texts = [first]
  const references: number[] = []
  for (const one of rest) {
    const end = one.indexOf(REFERENCE.ends)
    references.push(Number.parseInt(one.slice(0, end), 10))
    texts.push(one.slice(end + 1))
  }
  return { texts, references }
}

/** Stands for something that has no name or number yet: the n-th of what `resolve` is given. About as wide as a name with `wish` in it. */
export function reference(n: number, wish: string): Code {
  return make(`${REFERENCE.begins}${n} ${wish}${REFERENCE.ends}`)
}

/** The same with names and numbers in the place of references. */
export function resolve(code: Code, names: readonly Part[]): Code {
  const { texts, references } = code.pieces()
  if (references.length === 0) return code
  let text = texts[0] as string
  for (const [at, n] of references.entries()) text += `${textOf(names[n] as Part)}${texts[at + 1]}`
  return make(text, hiddenOf(code))
}

/** A finite number, an integer of any size, or a Code in a template of our own. */
export type Part = Code | number | bigint

/** What stands in our own source without parts: each is made once. */
const whole = new Map<string, Code>()

/** The template tag: js`${object}.length`. */
export function js(template: TemplateStringsArray, ...parts: readonly Part[]): Code {
  let text = template[0] as string
  if (parts.length === 0) return wholeOf(text)
  let hidden = 0
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] as Part
    if (part instanceof Code) hidden += hiddenOf(part)
    text += textOf(part)
    text += template[at + 1] as string
  }
  return make(text, hidden)
}

function wholeOf(text: string): Code {
  const known = whole.get(text)
  if (known !== undefined) return known
  const made = make(text)
  whole.set(text, made)
  return made
}

function textOf(part: Part): string {
  if (part instanceof Code) return part.toString()
  if (typeof part === 'number' && Number.isFinite(part)) return Object.is(part, -0) ? '-0' : String(part)
  if (typeof part === 'bigint') return `${part}n`
  throw new Error('only code and finite numbers go into code')
}

/** Codes one after another with our own text between them. */
export function joinCode(codes: readonly Code[], separator: ', ' | '\n' | '\n\n' | ' && ' | ' || ' | ''): Code {
  let text = ''
  let hidden = 0
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] as Code
    if (at > 0) text += separator
    text += code.toString()
    hidden += hiddenOf(code)
  }
  return make(text, hidden)
}

/** Lines of a body, two spaces further in. No literal holds a line break, so this changes layout alone. */
export function indent(code: Code): Code {
  const text = code.toString()
  return text === '' ? code : make(indented(text), hiddenOf(code))
}

function indented(text: string): string {
  return text.includes('\n') ? text.replace(/^(?=.)/gm, '  ') : `  ${text}`
}

/** As many characters as the members of a list have that stands in one line. */
const SHORT = 90

/** Members between brackets: in a line if they are short, else a line each. */
export function enclose(members: readonly Code[], brackets: '{}' | '[]'): Code {
  let length = 0
  let hidden = 0
  let inLine = true
  for (const member of members) {
    length += member.length + 2
    hidden += hiddenOf(member)
    inLine &&= length - 2 < SHORT && !member.toString().includes('\n')
  }
  const [open, close] = brackets as unknown as readonly [string, string]
  if (members.length === 0) return make(brackets)
  const space = brackets === '{}' ? ' ' : ''
  if (inLine) return make(`${open}${space}${joinCode(members, ', ')}${space}${close}`, hidden)
  let text = open
  for (const member of members) text += `\n${indented(member.toString())},`
  return make(`${text}\n${close}`, hidden)
}

/**
 * Control characters, which no code holds: literals and comments escape them, and nothing else makes any. They take a byte, so that a text of
 * marked code does not take two for each of its characters.
 */
export const MARK = { begins: '\x01', named: '\x02', ends: '\x03' } as const

/**
 * The same code, marked as what became of a place of the policy: `rule orders_read`, or `rule orders_read 1` for its second clause. Marks
 * are no layout; `layOut` turns them into positions. A place is a name and no position, so that code may be kept while its source changes.
 */
export function mark(place: string, code: Code): Code {
  if (!/^[a-z]+ [A-Za-z0-9_.]+(?: \d+)?$/.test(place)) throw new Error('not a place of a policy')
  return make(`${MARK.begins}${place}${MARK.named}${code}${MARK.ends}`, hiddenOf(code) + place.length + 3)
}

/** A string literal: `quote` sees to it that it is one and stays one. */
export function literal(text: string): Code {
  return make(quote(text))
}

/** An identifier; throws where it is none. */
export function identifier(name: string): Code {
  if (!/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name)) throw new Error('not an identifier')
  return make(name)
}

/** The end of a line for people: printable ASCII, the rest as `?`. */
export function comment(text: string): Code {
  return make(`// ${text.replace(/[^\x20-\x7e]/g, '?')}`)
}

/** Characters that stand for themselves in a literal: printable ASCII but the quote and the backslash, and Latin letters. */
const PLAIN = /^[\x20-\x26\x28-\x5b\x5d-\x7e\xa1-\xac\xae-\u024f]*$/

/**
 * A text in single quotes. Everything else than `PLAIN` is escaped: quotes, backslashes, control and format characters, line
 * separators, lone surrogates; and `<` where it could end or begin something in an HTML page.
 */
function quote(text: string): string {
  if (PLAIN.test(text) && !text.includes('<')) return `'${text}'`
  const escaped = Array.from({ length: text.length }, (_, at) => escapeUnit(text, at)).join('')
  return `'${escaped}'`
}

function escapeUnit(text: string, at: number): string {
  const unit = text[at] ?? ''
  if (unit === "'" || unit === '\\') return `\\${unit}`
  if (unit === '\n') return '\\n'
  if (unit === '<' && /[/!]/.test(text[at + 1] ?? '')) return '\\x3c'
  if (PLAIN.test(unit)) return unit
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
