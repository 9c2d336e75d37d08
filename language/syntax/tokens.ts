/**
 * The kinds of tokens. Words are lexed as `Identifier` and then told apart by `tokenize`, as most keywords are names
 * wherever a name can stand. Each contextual keyword has two kinds: the soft one is also an `Identifier`; the keyword
 * itself is given to a word that surely begins something (`beginnings.ts`), so that what is broken before it ends there.
 */
import { createToken, Lexer, type TokenType } from 'chevrotain'

export const Identifier = createToken({ name: 'Identifier', label: 'a name', pattern: /[A-Za-z_][A-Za-z0-9_]*/ })

/** Soft kinds by word, and the keyword that each can become. */
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
  const categories = category === undefined ? [] : [category]
  const type = createToken({ name, label: `\`${word}\``, pattern: Lexer.NA, categories })
  reservedWords.set(word, type)
  words.push(type)
  return type
}

function category(name: string, label: string): TokenType {
  const type = createToken({ name, label, pattern: Lexer.NA })
  words.push(type)
  return type
}

/** `||` to `-`, `is`, and those of CEL that this version lacks. */
export const BinaryOperator = category('BinaryOperator', 'an operator')
export const LaterDeclaration = category('LaterDeclaration', 'a declaration')
export const LaterClause = category('LaterClause', 'a clause')

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
export const Service = contextual('service')
export const Permit = contextual('permit')
export const Forbid = contextual('forbid')
export const Test = contextual('test')
export const Data = contextual('data', LaterDeclaration)
export const Def = contextual('def', LaterDeclaration)
export const Invariant = contextual('invariant', LaterDeclaration)
export const Shadow = contextual('shadow', LaterDeclaration)

export const From = contextual('from')
export const Via = contextual('via')
export const Of = contextual('of')
export const At = contextual('at')
export const Is = contextual('is', BinaryOperator)
export const Route = contextual('route')
export const Rpc = contextual('rpc')
export const Query = contextual('query')
export const Body = contextual('body')

export const On = contextual('on')
export const Except = contextual('except')
export const To = contextual('to')
export const When = contextual('when')
export const Unless = contextual('unless')
export const Because = contextual('because')
export const Require = contextual('require', LaterClause)
export const Limit = contextual('limit', LaterClause)
export const Header = contextual('header', LaterClause)

export const Expect = contextual('expect')
export const By = contextual('by')

export const Text = createToken({
  name: 'Text',
  label: 'a quoted text',
  pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*"|'(?:[^'\\\n\r]|\\[^\n\r])*'/,
})
/** A text that its line ends: reported when lexed, then read as a text. */
export const OpenText = createToken({
  name: 'OpenText',
  pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*\\?|'(?:[^'\\\n\r]|\\[^\n\r])*\\?/,
  categories: [Text],
})

export const Double = createToken({
  name: 'Double',
  label: 'a number',
  pattern: /(?:\d+\.\d+|\.\d+)(?:[eE][+-]?\d+)?(?!\w)|\d+[eE][+-]?\d+(?!\w)/,
})
export const Int = createToken({ name: 'Int', label: 'a whole number', pattern: /0[xX][0-9a-fA-F]+(?!\w)|\d+(?!\w|\.\d)/ })
export const Malformed = createToken({ name: 'Malformed', pattern: /(?:\d*\.)?\d\w*/ })
/** Characters that the lexer knows nothing to do with. */
export const Unknown = createToken({ name: 'Unknown', pattern: Lexer.NA })

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
export const Slash = punctuation('Slash', '/', BinaryOperator)
export const Percent = punctuation('Percent', '%', BinaryOperator)
export const Bang = punctuation('Bang', '!')
export const Bar = punctuation('Bar', '|')
export const Assign = punctuation('Assign', '=')

const WhiteSpace = createToken({ name: 'WhiteSpace', pattern: /[ \t\r\n]+/, group: Lexer.SKIPPED })
/** A byte order mark is white space at the beginning of a text, and nowhere else. */
const ByteOrderMark = createToken({
  name: 'ByteOrderMark',
  pattern: (text, offset) => (offset === 0 && text.startsWith('\uFEFF') ? ['\uFEFF'] : null),
  start_chars_hint: ['\uFEFF'],
  line_breaks: false,
  group: Lexer.SKIPPED,
})
export const Doc = createToken({ name: 'Doc', pattern: /\/\/\/(?!\/)[^\n\r]*/, group: 'docs' })
const LineComment = createToken({ name: 'LineComment', pattern: /\/\/[^\n\r]*/, group: Lexer.SKIPPED })
const BlockComment = createToken({ name: 'BlockComment', pattern: /\/\*[\s\S]*?\*\//, group: Lexer.SKIPPED, line_breaks: true })
/** A comment that the text ends: reported when lexed. */
export const OpenComment = createToken({ name: 'OpenComment', pattern: /\/\*[\s\S]*/, group: 'openComments', line_breaks: true })

/** In the order in which they are tried: the longer before what it begins with. */
const lexed: readonly TokenType[] = [
  WhiteSpace,
  Identifier,
  Doc,
  LineComment,
  BlockComment,
  OpenComment,
  Text,
  OpenText,
  Double,
  Int,
  Malformed,
  ...[OpenBrace, CloseBrace, OpenParen, CloseParen, OpenBracket, CloseBracket, Comma, Colon, Question, Ellipsis, Dot, AtSign],
  ...[Or, And, Equal, Unequal, AtMost, AtLeast, Less, Greater, Plus, Minus, Star, Slash, Percent, Bang, Bar, Assign],
  ByteOrderMark,
]

export const vocabulary: TokenType[] = [...words, Unknown, ...lexed]
export const lexer = new Lexer([...lexed], { positionTracking: 'onlyOffset', ensureOptimizations: true })
