/**
 * JavaScript as a value that only this file can make: from template literals of our own source, quoted literals (`quote.ts`),
 * names (`names.ts`) and numbers. A string of the policy enters only through `literal`.
 */
import { withoutForbiddenWords } from '../../runtime/abi/forbidden-word.ts'
import { quote } from './quote.ts'

/** The parts of a code. Nested codes are concatenated once, by `layOut`. */
type Made =
  | string
  | { readonly kind: 'template'; readonly template: Template; readonly parts: readonly CodePart[] }
  | { readonly kind: 'list'; readonly codes: readonly Code[]; readonly separator: string }
  | { readonly kind: 'indented'; readonly code: Code }
  | { readonly kind: 'marked'; readonly code: Code; readonly place: string }
  | { readonly kind: 'reference'; readonly n: number }
  | { readonly kind: 'resolved'; readonly code: Code; readonly names: readonly CodePart[] }

let make: (made: Made, length: number, breaks: number, refers: boolean) => Code
let madeOf: (code: Code) => Made

export class Code {
  readonly #made: Made
  /** The number of characters of the code. A reference counts as the name that it asks for; marks count as nothing. */
  readonly length: number
  readonly breaks: number
  /** Whether the code contains references: placeholders for names that are not known yet. */
  readonly refers: boolean

  private constructor(made: Made, length: number, breaks: number, refers: boolean) {
    this.#made = made
    this.length = length
    this.breaks = breaks
    this.refers = refers
  }

  static {
    make = (made, length, breaks, refers) => new Code(made, length, breaks, refers)
    madeOf = (code) => code.#made
  }

  /** Returns the code as text, including marks of origins and placeholders. Codes with equal texts are equal. */
  toString(): string {
    return typeof this.#made === 'string' ? this.#made : textOf(this)
  }

  /** Returns whether the code is a single text, such as an identifier, that matches the pattern. */
  is(pattern: RegExp): boolean {
    return typeof this.#made === 'string' && pattern.test(this.#made)
  }
}

function makeText(text: string): Code {
  return make(text, text.length, breaksOf(text), false)
}

function breaksOf(text: string): number {
  let breaks = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks += 1
  return breaks
}

/** A value that may be inserted into a template of generated code: a finite number, a bigint, or other code. */
export type CodePart = Code | number | bigint

/** Parsed templates by their source text. */
const templates = new WeakMap<TemplateStringsArray, Template>()

interface Template {
  readonly texts: readonly string[]
  readonly length: number
  readonly breaks: number
  /** The code of a template without parts. */
  readonly whole: Code
}

/** Template tag that builds JavaScript code: js`${object}.length`. */
export function js(texts: TemplateStringsArray, ...parts: readonly CodePart[]): Code {
  const template = templates.get(texts) ?? lookAt(texts)
  if (parts.length === 0) return template.whole
  let { length, breaks } = template
  let refers = false
  let isText = true
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] as CodePart
    if (part instanceof Code) {
      length += part.length
      breaks += part.breaks
      refers ||= part.refers
      isText &&= typeof madeOf(part) === 'string'
    } else length += numeral(part).length
  }
  if (isText && length < SMALL && breaks === 0) return make(inOne(texts, parts), length, 0, false)
  return make({ kind: 'template', template, parts }, length, breaks, refers)
}

/** Texts up to this length are concatenated at once, as remembering their parts costs more. */
const SMALL = 64

function inOne(texts: readonly string[], parts: readonly CodePart[]): string {
  let text = texts[0] as string
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] as CodePart
    text += (part instanceof Code ? (madeOf(part) as string) : numeral(part)) + (texts[at + 1] as string)
  }
  return text
}

function lookAt(texts: TemplateStringsArray): Template {
  const text = texts.join('')
  const whole = makeText(text)
  const template = { texts, length: whole.length, breaks: whole.breaks, whole }
  templates.set(texts, template)
  return template
}

function numeral(part: number | bigint): string {
  if (typeof part === 'number' && Number.isFinite(part)) return Object.is(part, -0) ? '-0' : String(part)
  if (typeof part === 'bigint') return `${part}n`
  throw new Error('only code and finite numbers go into code')
}

/**
 * Returns a placeholder for a name or number that is not known yet. `resolve` replaces it by the n-th value.
 *
 * @param wish the name that the placeholder asks for, used to estimate the length
 */
export function reference(n: number, wish: string): Code {
  return make({ kind: 'reference', n }, wish.length + 3, 0, true)
}

/** Replaces each placeholder in emitted code: placeholder n becomes `names[n]`, a name or a number. */
export function resolve(code: Code, names: readonly CodePart[]): Code {
  if (!code.refers) return code
  const refers = names.some((name) => name instanceof Code && name.refers)
  return make({ kind: 'resolved', code, names }, code.length, code.breaks, refers)
}

/** Concatenates codes with a separator. */
export function joinCode(codes: readonly Code[], separator: ', ' | '\n' | '\n\n' | ' && ' | ' || ' | ''): Code {
  const [only] = codes
  if (only === undefined) return js``
  if (codes.length === 1) return only
  let length = (codes.length - 1) * separator.length
  let breaks = (codes.length - 1) * breaksOf(separator)
  let refers = false
  for (const code of codes) {
    length += code.length
    breaks += code.breaks
    refers ||= code.refers
  }
  return make({ kind: 'list', codes, separator }, length, breaks, refers)
}

const INDENTATION = 2

/** Indents all lines of a code by two spaces. String literals contain no line breaks, so their values do not change. */
export function indent(code: Code): Code {
  if (code.length === 0) return code
  return make({ kind: 'indented', code }, code.length + INDENTATION * (code.breaks + 1), code.breaks, code.refers)
}

/** The maximum number of characters of a list's members for one line. */
const SHORT = 90

/** Encloses a list's or object's members in brackets: on one line if they are short, else one member per line. */
export function enclose(members: readonly Code[], brackets: '{}' | '[]'): Code {
  const isObject = brackets === '{}'
  if (members.length === 0) return isObject ? js`{}` : js`[]`
  const inLine = joinCode(members, ', ')
  if (inLine.length < SHORT && inLine.breaks === 0) return isObject ? js`{ ${inLine} }` : js`[${inLine}]`
  const lines = indent(
    joinCode(
      members.map((member) => js`${member},`),
      '\n',
    ),
  )
  return isObject ? js`{\n${lines}\n}` : js`[\n${lines}\n]`
}

/**
 * Marks code with its origin in the policy: `rule orders_read`, or `rule orders_read 1` for the second clause of that rule.
 * `layOut` turns marks into positions. The origin is a name instead of a position, so code can be kept while its source changes.
 */
export function mark(place: string, code: Code): Code {
  if (!/^[a-z]+ [A-Za-z0-9_.]+(?: \d+)?$/.test(place)) throw new Error(`not a position in a policy: ${place}`)
  return make({ kind: 'marked', code, place }, code.length, code.breaks, code.refers)
}

/** Receives a code piece by piece, in order. `depth` is the indentation of the line if the piece begins one. */
export interface CodeReader {
  /** Receives a text without line breaks. */
  readText(text: string, depth: number): void
  readBreak(): void
  readReference(n: number, depth: number): void
  /** Receives the start of code with an origin in the policy; `readMarkEnd` receives its end. */
  readMark(place: string, depth: number): void
  readMarkEnd(depth: number): void
}

/** The values of references, and those of the references in them. */
interface Names {
  readonly names: readonly CodePart[]
  readonly outer: Names | null
}

export function readCode(code: Code, reader: CodeReader): void {
  read(code, 0, null, reader)
}

function read(code: Code, depth: number, names: Names | null, reader: CodeReader): void {
  const made = madeOf(code)
  if (typeof made === 'string') {
    if (code.breaks > 0) readLines(made, depth, reader)
    else if (made !== '') reader.readText(made, depth)
    return
  }
  switch (made.kind) {
    case 'template':
      readTemplate(made.template, made.parts, depth, names, reader)
      return
    case 'list':
      for (let at = 0; at < made.codes.length; at += 1) {
        if (at > 0) readLines(made.separator, depth, reader)
        read(made.codes[at] as Code, depth, names, reader)
      }
      return
    case 'indented':
      read(made.code, depth + INDENTATION, names, reader)
      return
    case 'marked':
      reader.readMark(made.place, depth)
      read(made.code, depth, names, reader)
      reader.readMarkEnd(depth)
      return
    case 'reference':
      if (names === null) reader.readReference(made.n, depth)
      else readPart(names.names[made.n] as CodePart, depth, names.outer, reader)
      return
    case 'resolved':
      read(made.code, depth, { names: made.names, outer: names }, reader)
  }
}

function readTemplate(
  { texts, breaks }: Template,
  parts: readonly CodePart[],
  depth: number,
  names: Names | null,
  reader: CodeReader,
): void {
  for (let at = 0; at < texts.length; at += 1) {
    if (at > 0) readPart(parts[at - 1] as CodePart, depth, names, reader)
    const text = texts[at] as string
    if (breaks > 0) readLines(text, depth, reader)
    else if (text !== '') reader.readText(text, depth)
  }
}

function readPart(part: CodePart, depth: number, names: Names | null, reader: CodeReader): void {
  if (part instanceof Code) read(part, depth, names, reader)
  else reader.readText(numeral(part), depth)
}

function readLines(text: string, depth: number, reader: CodeReader): void {
  let from = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
    if (at > from) reader.readText(text.slice(from, at), depth)
    reader.readBreak()
    from = at + 1
  }
  if (from === 0) {
    if (text !== '') reader.readText(text, depth)
  } else if (from < text.length) reader.readText(text.slice(from), depth)
}

/** Control characters, which no code holds, as literals and comments escape them. */
const MARK = { begins: '\x01', named: '\x02', ends: '\x03' } as const
const REFERENCE = { begins: '\x04', ends: '\x05' } as const

function textOf(code: Code): string {
  let text = ''
  let isLineEmpty = true
  const add = (some: string, depth: number) => {
    text += isLineEmpty ? ' '.repeat(depth) + some : some
    isLineEmpty = false
  }
  readCode(code, {
    readText: add,
    readBreak() {
      text += '\n'
      isLineEmpty = true
    },
    readReference: (n, depth) => add(`${REFERENCE.begins}${n}${REFERENCE.ends}`, depth),
    readMark: (place, depth) => add(`${MARK.begins}${place}${MARK.named}`, depth),
    readMarkEnd: (depth) => add(MARK.ends, depth),
  })
  return text
}

/** Returns a JavaScript string literal. Characters are escaped so that the text cannot end the literal. */
export function literal(text: string): Code {
  return makeText(quote(text))
}

/**
 * Creates the code of an identifier.
 *
 * @throws Error if the name is not an identifier
 */
export function identifier(name: string): Code {
  if (!/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name)) throw new Error('not an identifier')
  return makeText(name)
}

/** Returns a JavaScript comment to the end of the line. Characters other than printable ASCII become `?`. */
export function comment(text: string): Code {
  return makeText(withoutForbiddenWords(`// ${text.replace(/[^\x20-\x7e]/g, '?')}`))
}
