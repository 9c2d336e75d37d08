/** IAP1xxx: syntax errors. */
import { define, didYouMean } from './define.ts'

export const unexpected = define({
  code: 'IAP1001',
  severity: 'error',
  message: (p: { expected: string; found: string }) => `expected ${p.expected}, but found ${p.found}`,
  help: (p: { expected: string; suggestion: string | null; hint: string | null }) =>
    didYouMean(p.suggestion) || (p.hint ?? `write ${p.expected} here, or remove what does not belong here`),
})

export const unexpectedCharacter = define({
  code: 'IAP1002',
  severity: 'error',
  message: (p: { text: string }) => (p.text === '`' ? 'unexpected backtick' : `unexpected character \`${p.text}\``),
  help: (p: { text: string; instead: string | null }) => {
    if (p.instead !== null) return `write ${p.instead}`
    return p.text === ';' ? 'remove it; separate the elements of a list with `,`' : 'remove it, or put it in a quoted string'
  },
})

export const unterminatedText = define({
  code: 'IAP1003',
  severity: 'error',
  message: (p: { quote: string }) =>
    `this string is not closed with \`${p.quote}\`${p.quote.length === 1 ? ' on the same line' : ''}`,
  help: (p: { quote: string }) =>
    p.quote.length === 1
      ? `close it with \`${p.quote}\`; write a line break inside a string as \`\\n\``
      : `close it with \`${p.quote}\``,
})

export const unterminatedComment = define({
  code: 'IAP1004',
  severity: 'error',
  message: () => 'this comment is not closed',
  help: () => 'close it with `*/`',
})

export const badEscape = define({
  code: 'IAP1005',
  severity: 'error',
  message: (p: { escape: string }) => `\`${p.escape}\` is not an escape sequence of a quoted string`,
  help: (p: { escape: string }) =>
    /^\\[dwsDWSB.+*()[\]{}^$|/-]$/.test(p.escape)
      ? `for a regular expression, write \`\\${p.escape}\`, or a raw string: \`r"${p.escape}"\``
      : 'use `\\\\`, a backslash and a quote, `\\n`, `\\r`, `\\t`, `\\xHH`, `\\uHHHH` or `\\UHHHHHHHH`, with ' +
        'the number of a Unicode character',
})

export const malformedNumber = define({
  code: 'IAP1006',
  severity: 'error',
  message: (p: { text: string }) => `\`${p.text}\` is not a number`,
  help: () =>
    'write a number such as `42`, `0x2a`, `1.5` or `1e3`; JSON allows no hexadecimal numbers, leading zeros or leading points',
})

export const numberOutOfRange = define({
  code: 'IAP1007',
  severity: 'error',
  message: (p: { text: string; type: string }) => `\`${p.text}\` is out of the range of \`${p.type}\``,
  help: (p: { type: string }) => ranges.get(p.type) ?? 'write another number',
})
const ranges = new Map([
  ['int', 'an `int` must be from -9007199254740991 to 9007199254740991'],
  ['double', 'a `double` must be finite, with an absolute value of at most about `1.79e308`'],
  ['period', 'a period may have at most 9007199254740991 milliseconds, about 285,000 years'],
  ['status', 'a status must be a number from `100` to `599`'],
])

export const tooDeep = define({
  code: 'IAP1008',
  severity: 'error',
  message: (p: { limit: number }) => `this is nested more than ${p.limit} levels deep`,
  help: () => 'split it into several clauses, roles or types',
})

export const repeatedClause = define({
  code: 'IAP1010',
  severity: 'error',
  message: (p: { of: string; clause: string }) => `${p.of} can have only one \`${p.clause}\``,
  help: (p: { clause: string }) =>
    ['on', 'except', 'to'].includes(p.clause)
      ? `list all of them in one \`${p.clause}\`, separated by commas, or write two declarations`
      : 'keep one of the two',
})

export const missingOn = define({
  code: 'IAP1011',
  severity: 'error',
  message: (p: { effect: string; rule: string }) => `the ${p.effect} \`${p.rule}\` has no \`on\` clause, so it selects no routes`,
  help: () => 'add a clause such as `on orders.read`, `on orders.*`, `on label pii` or `on *`',
})

export const methodCase = define({
  code: 'IAP1012',
  severity: 'error',
  message: (p: { method: string; upper: string }) => `\`${p.method}\` is not a method: methods are written in upper case`,
  help: (p: { method: string; upper: string }) =>
    `write \`${p.upper}\`; quote a method that contains other characters than letters`,
})

export const duplicateKey = define({
  code: 'IAP1013',
  severity: 'error',
  message: (p: { key: string }) => `the key \`${p.key}\` appears twice in this object`,
  help: () => 'keep one of the two',
})

export const hiddenCharacter = define({
  code: 'IAP1014',
  severity: 'error',
  message: (p: { codePoint: string }) =>
    `an invisible character (${p.codePoint}) can make this code look different from what it means`,
  help: () => 'remove it; in a quoted string, write it as an escape sequence such as `\\u202e`',
})

export const missingSeparator = define({
  code: 'IAP1015',
  severity: 'error',
  message: (p: { name: string }) => `the field \`${p.name}\` follows another field on the same line without a comma`,
  help: () => 'separate the two fields with a comma or a line break',
})

export const reservedWord = define({
  code: 'IAP1016',
  severity: 'error',
  message: (p: { word: string }) => `\`${p.word}\` is a reserved word and cannot be a name`,
  help: (p: { word: string }) => {
    const rename = `to read a claim with this name, rename it: \`mine from "${p.word}": string\``
    return p.word === 'mfa' || p.word === 'acr' || p.word === 'auth'
      ? `${rename}; to require how the caller signed in, write a clause such as \`require mfa within 10m\``
      : `choose another name; ${rename}`
  },
})

export const lackedLiteral = define({
  code: 'IAP1017',
  severity: 'error',
  message: (p: { text: string; type: string }) => `\`${p.text}\` has the CEL type \`${p.type}\`, which is not supported`,
  help: (p: { type: string }) => insteadOf.get(p.type) ?? 'write a literal of another type',
})
const insteadOf = new Map([
  ['uint', 'write an `int` such as `1`'],
  ['bytes', 'write a quoted string without the `b`'],
  ['message', 'write a map such as `{"a": 1}`'],
  ['null_type', 'a value that may be missing is optional: test `has(caller.level)`, or read it with `.?level`'],
])

export const missingForm = define({
  code: 'IAP1018',
  severity: 'error',
  message: (p: { invariant: string }) => `the invariant \`${p.invariant}\` states no outcome`,
  help: () =>
    'add `permitted only when`, `permitted when` or `denied when` and a condition, `permitted always` or `denied always`',
})

export const badName = define({
  code: 'IAP1019',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` begins with a digit and cannot be a name`,
  help: () => 'begin the name with a letter or `_`; to read a claim with this name, rename it: `mine from "theirs": string`',
})

export const notUtf8 = define({
  code: 'IAP1021',
  severity: 'error',
  message: (p: { file: string }) => `\`${p.file}\` is not UTF-8 text from here on`,
  help: () => 'save the file as UTF-8; nothing else is reported about it until then',
})

export const partOrder = define({
  code: 'IAP1020',
  severity: 'error',
  message: (p: { part: string }) => `\`${p.part}\` is repeated or out of order in this test`,
  help: () =>
    'write the parts of a test in this order: `given`, `as`, `authenticated`, the request, `header`, `data`, ' +
    '`mtls`, `at`, `from`, `expect`, `cases`',
})
