/** Mistakes of people who come from other languages: each check gets the unexpected token, its neighbors, and the expectation. */
import { asKeyword, isIdentifier, type LaidToken } from '../../synchronization-tokens.ts'
import * as kinds from '../../tokens.ts'
import { type CommonMistake, endOf, helpOnly, replacing, touches, type Unexpected } from './mistake.ts'
import * as policyLanguages from './policy-languages.ts'
import { partWords } from './region.ts'

/** Returns the first known mistake, such as a word of another language, that explains the unexpected token; null if none does. */
export function commonMistakeOf(unexpected: Unexpected): CommonMistake | null {
  for (const slip of slips) {
    const found = slip(unexpected)
    if (found !== null) return found
  }
  return null
}

const slips: readonly ((unexpected: Unexpected) => CommonMistake | null)[] = [
  policyLanguages.yaml,
  policyLanguages.otherDeclaration,
  policyLanguages.otherRule,
  policyLanguages.otherImport,
  policyLanguages.clauseWithColon,
  policyLanguages.bracketedList,
  policyLanguages.hostsOfService,
  policyLanguages.callerByClaim,
  policyLanguages.wordOperator,
  policyLanguages.quantifier,
  policyLanguages.bracedRule,
  policyLanguages.colons,
  bracedCondition,
  prefixWord,
  unionType,
  hyphenedName,
  equalsTooLong,
  arrow,
  bareTime,
  perUnit,
  parted,
  placeholder,
  listOfOthers,
  optionalType,
  bodyOfTest,
  lateRequest,
  lateProperty,
  unquoted,
  quotedName,
  listedOtherwise,
  otherWord,
]

const operators = new Map([
  ['=', '=='],
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
])
const conditions = new Map(['if', 'where', 'provided', '='].map((word) => [word, 'when']))
const declarations = new Map([...['function', 'func', 'fn'].map((word) => [word, 'def'] as const)])
const effects = new Map([
  ...['allow', 'allowed', 'ok', '200'].map((word) => [word, 'permit'] as const),
  ...['forbid', 'forbidden', '403'].map((word) => [word, 'deny'] as const),
  ['401', 'unauthenticated'],
])
/** Units of periods by their other names. */
const units = new Map([
  ['ms', 'ms'],
  ...['s', 'sec', 'secs', 'second', 'seconds'].map((word) => [word, 's'] as const),
  ...['m', 'min', 'mins', 'minute', 'minutes'].map((word) => [word, 'm'] as const),
  ...['h', 'hour', 'hours'].map((word) => [word, 'h'] as const),
  ...['d', 'day', 'days'].map((word) => [word, 'd'] as const),
])
const openings = new Set([
  'to',
  'of',
  'via',
  'is',
  'on',
  'except',
  'when',
  'unless',
  'by',
  'require',
  'limit',
  'header',
  'because',
])
const lists = new Set(['to', 'of', 'via', 'is', 'on', 'except'])

/** A synonym of the expected word. */
function otherWord({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  const { image } = token
  const meant = () => {
    const before = tokens[at - 1]?.image
    if (what.startsWith('`permit`, `deny`')) return effects.get(image)
    if (image === 'in' && (before === 'mfa' || what === '`within`')) return 'within'
    if (image === '*' && before === 'to') return 'anyone'
    if (token.margin && what.includes('declaration') && declarations.has(image)) return declarations.get(image)
    const opening = openingBefore(tokens, at)
    if ((opening === 'of' || what.includes('clause')) && (image !== '=' || opening === 'of') && conditions.has(image))
      return 'when'
    return /operator|clause|`[)\]]`/.test(what) ? operators.get(image) : undefined
  }
  const suggestion = meant()
  return suggestion === undefined ? null : replacing(source, token, token, suggestion)
}

/** `to a and b` */
function listedOtherwise({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  const joins = ['and', 'or', '&&', '||', '|', '+', 'also'].includes(token.image)
  if (!joins || !/clause|declaration|route|`\{`/.test(what) || !lists.has(openingBefore(tokens, at) ?? '')) return null
  return replacing(source, token, token, ',')
}

/** Returns the keyword of the clause that contains a token, or null. */
function openingBefore(tokens: readonly LaidToken[], at: number): string | null {
  for (let before = at - 1; before >= 0; before -= 1) {
    const token = tokens[before] as LaidToken
    if (openings.has(token.image) && tokens[before - 1]?.tokenType !== kinds.Dot) return token.image
    if (token.margin) return null
  }
  return null
}

/** `when { caller.level > 3 }`, as in Cedar: read as a map without a value. */
function bracedCondition({ token, tokens, at, what }: Unexpected): CommonMistake | null {
  if (token.tokenType !== kinds.CloseBrace || what !== '`:`') return null
  let before = at - 1
  while (before > 0 && tokens[before]?.tokenType !== kinds.OpenBrace) before -= 1
  const clause = tokens[before - 1]?.image
  return clause === 'when' || clause === 'unless' ? helpOnly(`write the condition without braces: \`${clause} …\``) : null
}

/** `not caller is admin` and `if a then b else c`: the word was read as a name, and its operand is unexpected. */
function prefixWord({ tokens, at, what }: Unexpected): CommonMistake | null {
  const [before, first] = [tokens[at - 1]?.image, tokens[at - 2]]
  if (!/operator|clause/.test(what) || first?.tokenType === kinds.Dot) return null
  if (before === 'not') return helpOnly('write `!(…)` for `not …`')
  return before === 'if' ? helpOnly('write `TEST ? A : B` for `if TEST then A else B`') : null
}

/** `level: int | null`, `id: int | string` */
function unionType({ token, tokens, at, what }: Unexpected): CommonMistake | null {
  if (token.image !== '|' || (what !== 'a field' && !/declaration/.test(what))) return null
  const others = [tokens[at - 1]?.image, tokens[at + 1]?.image]
  if (others.includes('null')) return helpOnly('for a field that may be missing or null, write `?` after its name: `level?: int`')
  const areTypes = others.every((image) => image !== undefined && /^[A-Za-z_]\w*$|^[>}]$/.test(image))
  return areTypes ? helpOnly('only strings have alternatives, such as `"gold" | "plain"`: choose one type') : null
}

/** `create-payments` */
function hyphenedName({ token, tokens, at, source }: Unexpected): CommonMistake | null {
  const [before, after] = [tokens[at - 1], tokens[at + 1]]
  if (token.tokenType !== kinds.Minus || before === undefined || after === undefined) return null
  if (!isIdentifier(before.tokenType) || !isIdentifier(after.tokenType) || !touches(before, token) || !touches(token, after))
    return null
  const suggestion = `${before.image}_${after.image}`
  const hint = `names consist of letters, digits and \`_\`: write \`${suggestion}\``
  return { suggestion: null, hint, fixes: replacing(source, token, token, '_').fixes }
}

/** `===`, `!==` */
function equalsTooLong({ token, tokens, at, source }: Unexpected): CommonMistake | null {
  const before = tokens[at - 1]
  if (token.image !== '=' || before === undefined || !touches(before, token)) return null
  return before.image === '==' || before.image === '!=' ? replacing(source, before, token, before.image) : null
}

/** `x => …` and `x -> …` */
function arrow({ token, tokens, at, source }: Unexpected): CommonMistake | null {
  const [before, after] = [tokens[at - 1], tokens[at + 1]]
  const isThick = token.image === '=' && after?.image === '>' && touches(token, after)
  const isThin = token.image === '>' && before?.image === '-' && touches(before, token)
  if (isThick) return replacing(source, token, after, ',')
  return isThin ? replacing(source, before, token, ',') : null
}

/** `at "2026-03-02T09:00:00Z"` */
function bareTime({ token, what, source }: Unexpected): CommonMistake | null {
  if (what !== '`timestamp("…")`' || token.tokenType !== kinds.Text) return null
  return replacing(source, token, token, `timestamp(${token.image})`)
}

/** `limit 5/min` */
function perUnit({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  const next = tokens[at + 1]
  const unit = units.get(next?.image ?? '')
  if (what !== '`per`' || token.image !== '/' || next === undefined || unit === undefined) return null
  return { ...replacing(source, token, next, ` per 1${unit}`), suggestion: `per 1${unit}` }
}

/** `10 min`, `hour` */
function parted({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  if (!what.startsWith('a period')) return null
  const next = tokens[at + 1]
  const unit = units.get(next?.image ?? '')
  if (token.tokenType === kinds.Int && next !== undefined && unit !== undefined)
    return replacing(source, token, next, token.image + unit)
  const alone = units.get(token.image)
  return alone === undefined ? null : replacing(source, token, token, `1${alone}`)
}

/** `$ago` outside of a test with cases. */
function placeholder({ token }: Unexpected): CommonMistake | null {
  if (token.tokenType !== kinds.Placeholder) return null
  const hint = 'write placeholders only for a JSON value, for the string of a URL, a header, `at` or `from`, or for the effect'
  return { suggestion: null, hint, fixes: [] }
}

/** `[string]`, `string[]` */
function listOfOthers({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  const [before, next, third] = [tokens[at - 1], tokens[at + 1], tokens[at + 2]]
  if (token.tokenType !== kinds.OpenBracket || next === undefined) return null
  if (what === 'a type' && third?.tokenType === kinds.CloseBracket && isIdentifier(next.tokenType))
    return replacing(source, token, third, `list<${next.image}>`)
  if (next.tokenType !== kinds.CloseBracket || before === undefined || !isIdentifier(before.tokenType)) return null
  return touches(before, token) ? replacing(source, before, next, `list<${before.image}>`) : null
}

/** `level: int?` */
function optionalType({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  if (token.tokenType !== kinds.Question || what !== 'a field') return null
  const hint = 'write the `?` of an optional field after its name: `level?: int`'
  const colon = tokens[at - 2]
  if (colon?.tokenType !== kinds.Colon || !isIdentifier(tokens[at - 3]?.tokenType)) return { suggestion: null, hint, fixes: [] }
  const start = colon.startOffset
  const edits = [
    { span: { source, start, end: start }, text: '?' },
    { span: { source, start: token.startOffset, end: endOf(token) }, text: '' },
  ]
  return { suggestion: null, hint, fixes: [{ title: 'move the `?` after the name', edits }] }
}

/** `POST "…" body { … }` */
function bodyOfTest({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  const before = tokens[at - 1]
  const isJson = token.tokenType === kinds.OpenBrace || token.tokenType === kinds.OpenBracket
  if (!isJson || !what.startsWith('a quoted string') || before?.image !== 'body') return null
  const edits = [{ span: { source, start: before.startOffset, end: token.startOffset }, text: '' }]
  const hint = 'write JSON directly after the URL; `body` is for a raw string'
  return { suggestion: null, hint, fixes: [{ title: 'remove `body`', edits }] }
}

/** `data d missing GET "…"`, and `expect deny` without a request */
function lateRequest({ token, what }: Unexpected): CommonMistake | null {
  if (what !== 'a method' || !partWords.has(asKeyword(token))) return null
  return helpOnly(`write the request before \`${token.image}\`: \`GET "https://…"\``)
}

/** `as staff { … } for any request on …` */
function lateProperty({ token, tokens, at, what }: Unexpected): CommonMistake | null {
  if (!what.startsWith('a quoted string') || tokens[at - 1]?.image !== 'for' || token.image !== 'any') return null
  return helpOnly('a test of any request has no caller and no fixtures: begin with `for any request on …`, and write `when`')
}

/** A host, a path, a header or the like without quotes: up to the next space or comma. */
function unquoted({ token, tokens, at, what, source }: Unexpected): CommonMistake | null {
  if (!what.startsWith('a quoted string') || tokens[at - 1]?.image === 'because') return null
  const [text] = /^[./\w][^\s,"'`{}:=]*(?:\{[^\s{}"]*\}[^\s,"'`{}]*)*/.exec(source.text.slice(token.startOffset)) ?? ['']
  if (text === '') return null
  const span = { source, start: token.startOffset, end: token.startOffset + text.length }
  return { suggestion: `"${text}"`, hint: null, fixes: [{ title: 'quote it', edits: [{ span, text: `"${text}"` }] }] }
}

/** `permit "create payments"` */
function quotedName({ token, what, source }: Unexpected): CommonMistake | null {
  if (what !== 'a name' || token.tokenType !== kinds.Text) return null
  const name = token.image.slice(1, -1).replaceAll(/[ -]+/g, '_')
  return /^[A-Za-z_]\w*$/.test(name) && !kinds.reservedWords.has(name) ? replacing(source, token, token, name) : null
}
