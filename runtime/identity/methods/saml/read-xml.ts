import { ProviderRefusal } from '../../provider/provider-refusal.ts'

export interface XmlElement {
  /** Local name of the element. */
  readonly name: string
  readonly namespace: string
  /**
   * Attribute values by name, prefixed with `{namespace}` if the attribute has one. Namespace declarations are not included.
   */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Text of the element itself, without the text of its children. */
  readonly text: string
  /** Texts and child elements in document order, from which the element can be serialized. */
  readonly content: readonly (string | XmlElement)[]
  readonly prefix: string
  readonly written: readonly XmlAttribute[]
  /** Namespaces in scope by prefix. The empty prefix is the default namespace. */
  readonly scope: ReadonlyMap<string, string>
}

export interface XmlAttribute {
  readonly prefix: string
  readonly name: string
  readonly namespace: string
  readonly value: string
}

export interface XmlLimits {
  /** Maximum length of the document in UTF-16 code units. */
  readonly size: number
  readonly elements: number
}

/** Limits for untrusted input, which a library parses again at more than linear cost. */
const MESSAGE: XmlLimits = { size: 65_536, elements: 1_000 }
/** Maximum sizes, because canonicalization repeats a namespace in each element that uses it. */
const MOST = { depth: 16, attributes: 16, name: 128, prefixes: 16, namespace: 200 }

const XML = 'http://www.w3.org/XML/1998/namespace'
const XMLNS = 'http://www.w3.org/2000/xmlns/'

interface Open extends XmlElement {
  readonly children: Open[]
  readonly content: (string | Open)[]
  readonly qualified: string
  text: string
}

/**
 * Parses a subset of XML that any two parsers read alike, in one pass. DTDs (and so entities), comments, processing
 * instructions, CDATA and non-ASCII names are refused: each has been used to make a signature check see another name than the
 * application.
 *
 * @param comments whether to skip comments, for files of the operator
 * @throws ProviderRefusal for any other text
 */
export function readXml(text: string, limits: XmlLimits = MESSAGE, comments = false): XmlElement {
  if (text.length > limits.size) throw refusal(`it is longer than ${limits.size} characters`)
  if (INVALID.test(text)) throw refusal('it contains a character that XML does not allow')
  const reader = new Reader(text, limits, comments)
  return reader.read()
}

/** Pattern of a character that XML does not allow (Extensible Markup Language 1.0, section 2.2). */
const INVALID = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

const DECLARATION = /<\?xml version="1\.0"(?: encoding="utf-8")?(?: standalone="(?:yes|no)")? ?\?>/iy
const SPACE = /[ \t\r\n]*/y
const COMMENT = /<!--(?:(?!--)[\s\S])*-->/y
const TAG = /<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)/y
const ATTRIBUTE = /[ \t\r\n]+([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/y
const TAG_END = /[ \t\r\n]*(\/?)>/y
/** Pattern of an end tag without optional white space, which has confused parsers. */
const END = /<\/([A-Za-z_][\w.:-]*)>/y
const TEXT = /[^<]+/y
const REFERENCE = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));|&|\r\n?/g
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

class Reader {
  readonly #text: string
  readonly #limits: XmlLimits
  readonly #comments: boolean
  #at = 0
  #elements = 0

  constructor(text: string, limits: XmlLimits, comments: boolean) {
    this.#text = text
    this.#limits = limits
    this.#comments = comments
  }

  read(): XmlElement {
    this.#match(DECLARATION)
    this.#misc()
    const root = this.#element()
    this.#misc()
    if (this.#at < this.#text.length) throw this.#unreadable()
    return root
  }

  #element(): XmlElement {
    const root = this.#open(null)
    const open: Open[] = root.closed ? [] : [root.element]
    while (open.length > 0) {
      const here = open.at(-1) as Open
      const text = this.#match(TEXT)
      if (text !== null) {
        if (text[0].includes(']]>')) throw this.#unreadable()
        const characters = expanded(text[0])
        here.text += characters
        here.content.push(characters)
        continue
      }
      if (this.#text.startsWith('</', this.#at)) {
        if (this.#match(END)?.[1] !== here.qualified) throw this.#unreadable()
        open.pop()
        continue
      }
      if (this.#comments && this.#match(COMMENT) !== null) continue
      if (open.length >= MOST.depth) throw refusal(`it is nested deeper than ${MOST.depth} elements`)
      const { element, closed } = this.#open(here)
      here.children.push(element)
      here.content.push(element)
      if (!closed) open.push(element)
    }
    return root.element
  }

  #open(parent: Open | null): { readonly element: Open; readonly closed: boolean } {
    const qualified = this.#match(TAG)?.[1]
    if (qualified === undefined || qualified.length > MOST.name) throw this.#unreadable()
    if (++this.#elements > this.#limits.elements) throw refusal(`it has more than ${this.#limits.elements} elements`)
    const raw: (readonly [string, string])[] = []
    for (let found = this.#match(ATTRIBUTE); found !== null; found = this.#match(ATTRIBUTE)) {
      const [, name = '', double, single] = found
      // A line end becomes a space unless it is a reference (section 3.3.3).
      if (raw.push([name, expanded((double ?? single ?? '').replace(/\r\n?|[\t\n]/g, ' '))]) > MOST.attributes)
        throw refusal(`an element has more than ${MOST.attributes} attributes`)
    }
    const end = this.#match(TAG_END)
    if (end === null) throw this.#unreadable()
    const scope = scopeOf(raw, parent?.scope ?? OUTSIDE)
    const [prefix, name] = parted(qualified)
    const written = attributesOf(raw, scope)
    const element: Open = {
      ...{ qualified, scope, prefix, name, namespace: uriOf(prefix, scope), written, children: [], content: [], text: '' },
      attributes: new Map(written.map((one) => [one.namespace === '' ? one.name : `{${one.namespace}}${one.name}`, one.value])),
    }
    return { element, closed: end[1] === '/' }
  }

  /** Skips white space, and comments if they are allowed. */
  #misc(): void {
    do this.#match(SPACE)
    while (this.#comments && this.#match(COMMENT) !== null)
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found !== null) this.#at = pattern.lastIndex
    return found
  }

  #unreadable(): ProviderRefusal {
    const rest = this.#text.slice(this.#at, this.#at + 9)
    if (rest.startsWith('<!--')) return refusal('it holds a comment')
    if (rest === '<![CDATA[') return refusal('it holds a CDATA section')
    if (rest.startsWith('<!')) return refusal('it has a document type (DTD)')
    if (rest.startsWith('<?')) return refusal('it holds a processing instruction')
    return refusal('it is not well-formed XML')
  }
}

const OUTSIDE: ReadonlyMap<string, string> = new Map([['xml', XML]])

function scopeOf(raw: readonly (readonly [string, string])[], outer: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  let scope: Map<string, string> | null = null
  for (const [name, value] of raw) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue
    const prefix = name.slice(6)
    if (prefix === 'xml' || prefix === 'xmlns' || value === XML || value === XMLNS || (prefix !== '' && value === ''))
      throw refusal('it declares a reserved namespace')
    if (value.length > MOST.namespace) throw refusal(`a namespace is longer than ${MOST.namespace} characters`)
    scope ??= new Map(outer)
    if (scope.set(prefix, value).size > MOST.prefixes) throw refusal(`more than ${MOST.prefixes} namespaces are declared at once`)
  }
  return scope ?? outer
}

function parted(qualified: string): readonly [prefix: string, name: string] {
  const at = qualified.indexOf(':')
  return at === -1 ? ['', qualified] : [qualified.slice(0, at), qualified.slice(at + 1)]
}

function uriOf(prefix: string, scope: ReadonlyMap<string, string>): string {
  const uri = scope.get(prefix)
  if (uri === undefined && prefix !== '') throw refusal('it uses an undeclared namespace')
  return uri ?? ''
}

/**
 * Returns the attributes of an element without namespace declarations. Refuses duplicates, also by two prefixes of one
 * namespace (Namespaces in XML 1.0, section 6.3).
 */
function attributesOf(raw: readonly (readonly [string, string])[], scope: ReadonlyMap<string, string>): readonly XmlAttribute[] {
  const found: XmlAttribute[] = []
  const seen = new Set<string>()
  for (const [qualified, value] of raw) {
    const [prefix, name] = parted(qualified)
    const isDeclaration = qualified === 'xmlns' || prefix === 'xmlns'
    // Libraries treat any name with this prefix as a declaration, which no signature covers.
    if (!isDeclaration && qualified.startsWith('xmlns')) throw refusal('an attribute has a reserved name')
    const namespace = isDeclaration || prefix === '' ? '' : uriOf(prefix, scope)
    const key = isDeclaration ? qualified : `{${namespace}}${name}`
    if (seen.has(key)) throw refusal('an element has an attribute twice')
    seen.add(key)
    if (!isDeclaration) found.push({ prefix, name, namespace, value })
  }
  return found
}

/**
 * Returns a text with normalized line ends (Extensible Markup Language 1.0, section 2.11) and replaced references (sections 4.1
 * and 4.6).
 */
function expanded(text: string): string {
  if (!/[&\r]/.test(text)) return text
  return text.replace(REFERENCE, (whole, name?: string, decimal?: string, hexadecimal?: string) => {
    if (name !== undefined) return NAMED[name] as string
    if (whole.startsWith('\r')) return '\n'
    const code = decimal !== undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hexadecimal ?? '', 16)
    const isCharacter = Number.isInteger(code) && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    const character = isCharacter ? String.fromCodePoint(code) : ''
    if (character === '' || INVALID.test(character))
      throw refusal('it refers to an entity, or to a character that XML does not allow')
    return character
  })
}

function refusal(why: string): ProviderRefusal {
  return new ProviderRefusal(`the SAML message of the provider cannot be read: ${why}`)
}
