/**
 * The kinds of tokens. Words are lexed as `Identifier` and classified by `tokenize`, as most keywords are also names. Each
 * contextual keyword has two kinds: the soft one is also an `Identifier`; the hard one is for a word that certainly begins
 * something (`synchronization-tokens.ts`), so that what is broken before it ends there.
 */
import { createToken, Lexer, type TokenType } from 'chevrotain'
import { matchText } from './match-text.ts'

/** Token category of any word, even a reserved one: a bare key of JSON. */
export const Word = createToken({ name: 'Word', label: 'a key', pattern: Lexer.NA })
export const Identifier = createToken({
  name: 'Identifier',
  label: 'a name',
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  categories: [Word],
})

/** Token types by word, for words that can be a keyword or a name. */
export const contextualWords = new Map<string, TokenType>()
export const keywordOf = new Map<TokenType, TokenType>()
export const reservedWords = new Map<string, TokenType>()
const words: TokenType[] = []

function contextual(word: string, category?: TokenType): TokenType {
  const label = `\`${word}\``
  const name = word[0]?.toUpperCase() + word.slice(1)
  const categories = category === undefined ? [] : [category]
  const keyword = createToken({ name, label, pattern: Lexer.NA, categories })
  const soft = createToken({ name: `Soft${name}`, label, pattern: Lexer.NA, categories: [keyword, Identifier] })
  contextualWords.set(word, soft)
  keywordOf.set(soft, keyword)
  words.push(keyword, soft)
  return keyword
}

function reserved(word: string, category?: TokenType): TokenType {
  const name = word[0]?.toUpperCase() + word.slice(1)
  const categories = category === undefined ? [Word] : [Word, category]
  const type = createToken({ name, label: `\`${word}\``, pattern: Lexer.NA, categories })
  reservedWords.set(word, type)
  words.push(type)
  return type
}

/** Token category of binary operators: `||` to `%`, `in` and `is`. */
export const BinaryOperator = createToken({ name: 'BinaryOperator', label: 'an operator', pattern: Lexer.NA })
words.push(BinaryOperator)

export const Import = reserved('import')
reserved('in', BinaryOperator)
export const As = reserved('as')
export const True = reserved('true')
export const False = reserved('false')
export const Null = reserved('null')
export const Mfa = reserved('mfa')
export const Acr = reserved('acr')
export const Auth = reserved('auth')

export const Type = contextual('type')
export const Identity = contextual('identity')
export const Role = contextual('role')
export const Label = contextual('label')
export const Data = contextual('data')
export const Def = contextual('def')
export const Service = contextual('service')
export const Permit = contextual('permit')
export const Forbid = contextual('forbid')
export const Shadow = contextual('shadow')
export const Invariant = contextual('invariant')
export const Test = contextual('test')
export const Fixture = contextual('fixture')

export const From = contextual('from')
export const Via = contextual('via')
export const Of = contextual('of')
export const At = contextual('at')
export const Is = contextual('is', BinaryOperator)
export const Openapi = contextual('openapi')
export const Route = contextual('route')
export const Rpc = contextual('rpc')
export const Query = contextual('query')
export const Body = contextual('body')
export const Schema = contextual('schema')

export const On = contextual('on')
export const Except = contextual('except')
export const To = contextual('to')
export const When = contextual('when')
export const Unless = contextual('unless')
export const Require = contextual('require')
export const Within = contextual('within')
export const Limit = contextual('limit')
export const Per = contextual('per')
export const By = contextual('by')
export const Header = contextual('header')
export const Because = contextual('because')

export const Permitted = contextual('permitted')
export const Denied = contextual('denied')
export const Only = contextual('only')
export const Always = contextual('always')
export const Allow = contextual('allow')
export const UnknownWord = contextual('unknown')

export const Given = contextual('given')
export const For = contextual('for')
export const Any = contextual('any')
export const Request = contextual('request')
export const Anonymous = contextual('anonymous')
export const Authenticated = contextual('authenticated')
export const Ago = contextual('ago')
export const Mtls = contextual('mtls')
export const Missing = contextual('missing')
export const Timestamp = contextual('timestamp')
export const Expect = contextual('expect')
export const Deny = contextual('deny')
export const Unauthenticated = contextual('unauthenticated')
export const Challenge = contextual('challenge')
export const Reject = contextual('reject')
export const No = contextual('no')
export const Cases = contextual('cases')

const quotes = ['"', "'"]
export const Text = createToken({
  name: 'Text',
  label: 'a quoted string',
  pattern: (text, offset) => matchText(text, offset, 'text'),
  start_chars_hint: [...quotes, 'r', 'R'],
  line_breaks: true,
})
/** Token of a text without a closing quote, which the line or the file ends. Reported by the lexer, then parsed as a text. */
export const OpenText = createToken({
  name: 'OpenText',
  pattern: (text, offset) => matchText(text, offset, 'open'),
  start_chars_hint: quotes,
  line_breaks: true,
  categories: [Text],
})
/** Token of a CEL bytes literal, `b"…"`, which the language lacks. */
export const Bytes = createToken({
  name: 'Bytes',
  pattern: (text, offset) => matchText(text, offset, 'bytes'),
  start_chars_hint: ['b', 'B'],
  line_breaks: true,
})

/** Token of a period, `10m`: a whole number and a unit. The longest units are matched first. */
export const Period = createToken({ name: 'Period', label: 'a period such as `10m`', pattern: /\d+(?:ms|[smhd])(?!\w|\.\d)/ })
export const Double = createToken({
  name: 'Double',
  label: 'a number',
  pattern: /(?:\d+\.\d+|\.\d+)(?:[eE][+-]?\d+)?(?!\w)|\d+[eE][+-]?\d+(?!\w)/,
})
export const Int = createToken({ name: 'Int', label: 'a whole number', pattern: /0x[0-9a-fA-F]+(?!\w)|\d+(?!\w|\.\d)/ })
/** Token of a CEL unsigned integer, `1u`, which the language lacks. */
export const Uint = createToken({ name: 'Uint', pattern: /(?:0x[0-9a-fA-F]+|\d+)[uU](?!\w)/ })
export const Malformed = createToken({ name: 'Malformed', pattern: /(?:\d*\.)?\d\w*/ })
/** Token of a placeholder, `$x`, in a test with cases. */
export const Placeholder = createToken({ name: 'Placeholder', label: 'a placeholder', pattern: /\$[A-Za-z_][A-Za-z0-9_]*/ })
/** Token of unreadable characters. */
export const Unknown = createToken({ name: 'Unreadable', pattern: Lexer.NA })

function punctuation(name: string, text: string, category?: TokenType): TokenType {
  return createToken({ name, label: `\`${text}\``, pattern: text, categories: category === undefined ? [] : [category] })
}

export const OpenBrace = punctuation('OpenBrace', '{')
export const CloseBrace = punctuation('CloseBrace', '}')
export const OpenParen = punctuation('OpenParen', '(')
export const CloseParen = punctuation('CloseParen', ')')
export const OpenBracket = punctuation('OpenBracket', '[')
export const CloseBracket = punctuation('CloseBracket', ']')
export const Comma = punctuation('Comma', ',')
export const Colon = punctuation('Colon', ':')
export const Question = punctuation('Question', '?')
export const Ellipsis = punctuation('Ellipsis', '...')
export const Dot = punctuation('Dot', '.')
export const AtSign = punctuation('AtSign', '@')
export const Or = punctuation('Or', '||', BinaryOperator)
export const And = punctuation('And', '&&', BinaryOperator)
export const Equal = punctuation('Equal', '==', BinaryOperator)
export const Unequal = punctuation('Unequal', '!=', BinaryOperator)
export const AtMost = punctuation('AtMost', '<=', BinaryOperator)
export const AtLeast = punctuation('AtLeast', '>=', BinaryOperator)
export const Less = punctuation('Less', '<', BinaryOperator)
export const Greater = punctuation('Greater', '>', BinaryOperator)
export const Plus = punctuation('Plus', '+', BinaryOperator)
export const Minus = punctuation('Minus', '-', BinaryOperator)
export const Star = punctuation('Star', '*', BinaryOperator)
const Slash = punctuation('Slash', '/', BinaryOperator)
const Percent = punctuation('Percent', '%', BinaryOperator)
export const Bang = punctuation('Bang', '!')
export const Bar = punctuation('Bar', '|')
export const Assign = punctuation('Assign', '=')

const WhiteSpace = createToken({ name: 'WhiteSpace', pattern: /[ \t\r\n]+/, group: Lexer.SKIPPED })
/** A byte order mark is white space only at the start of a text. */
const ByteOrderMark = createToken({
  name: 'ByteOrderMark',
  pattern: (text, offset) => (offset === 0 && text.startsWith('\uFEFF') ? ['\uFEFF'] : null),
  start_chars_hint: ['\uFEFF'],
  line_breaks: false,
  group: Lexer.SKIPPED,
})
export const Doc = createToken({ name: 'Doc', pattern: /\/\/\/(?!\/)[^\n\r]*/, group: 'comments' })
const LineComment = createToken({ name: 'LineComment', pattern: /\/\/[^\n\r]*/, group: 'comments' })
const BlockComment = createToken({ name: 'BlockComment', pattern: /\/\*[\s\S]*?\*\//, group: 'comments', line_breaks: true })
/** Token of a comment that is not closed, which the lexer reports. */
export const OpenComment = createToken({ name: 'OpenComment', pattern: /\/\*[\s\S]*/, group: 'comments', line_breaks: true })

/**
 * Token types in the order in which the lexer tries them: longer ones before their prefixes. `scan.ts` has a fast path for common
 * ones.
 */
export const lexed: TokenType[] = [
  WhiteSpace,
  Text,
  Bytes,
  OpenText,
  Identifier,
  Doc,
  LineComment,
  BlockComment,
  OpenComment,
  Double,
  Int,
  Period,
  Uint,
  Malformed,
  ...[OpenBrace, CloseBrace, OpenParen, CloseParen, OpenBracket, CloseBracket, Comma, Colon, Question, Ellipsis, Dot, AtSign],
  ...[Or, And, Equal, Unequal, AtMost, AtLeast, Less, Greater, Plus, Minus, Star, Slash, Percent, Bang, Bar, Assign],
  Placeholder,
  ByteOrderMark,
]

export const vocabulary: TokenType[] = [Word, ...words, Unknown, ...lexed]
