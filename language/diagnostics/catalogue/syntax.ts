/** IAP1xxx: syntax errors. */
import { define, didYouMean } from './define.ts'

export const unexpected = define({
  code: 'IAP1001',
  severity: 'error',
  message: (p: { expected: string; found: string }) => `expected ${p.expected}, but found ${p.found}`,
  help: (p: { expected: string; suggestion: string | null; hint: string | null }) =>
    didYouMean(p.suggestion) || (p.hint ?? `write ${p.expected} here, or take out what is too much`),
})

export const unexpectedCharacter = define({
  code: 'IAP1002',
  severity: 'error',
  message: (p: { text: string }) => `\`${p.text}\` is no part of the language`,
  help: (p: { text: string }) =>
    p.text === ';' ? 'take it out; what is listed is parted by `,`' : 'take it out, or put it into a quoted text',
})

export const unterminatedText = define({
  code: 'IAP1003',
  severity: 'error',
  message: (p: { quote: string }) => `this text has no closing \`${p.quote}\`${p.quote.length === 1 ? ' on its line' : ''}`,
  help: (p: { quote: string }) =>
    p.quote.length === 1
      ? `close it with \`${p.quote}\`; a line break inside a text is written \`\\n\``
      : `close it with \`${p.quote}\``,
})

export const unterminatedComment = define({
  code: 'IAP1004',
  severity: 'error',
  message: () => 'this comment is never closed',
  help: () => 'close it with `*/`',
})

export const badEscape = define({
  code: 'IAP1005',
  severity: 'error',
  message: (p: { escape: string }) => `\`${p.escape}\` is no escape of a quoted text`,
  help: () =>
    'use `\\\\`, a quote after a backslash, `\\n`, `\\r`, `\\t`, `\\xHH`, `\\uHHHH` or `\\UHHHHHHHH`, and ' +
    'code points that are characters',
})

export const malformedNumber = define({
  code: 'IAP1006',
  severity: 'error',
  message: (p: { text: string }) => `\`${p.text}\` is not a number`,
  help: () => 'write a number such as `42`, `0x2a`, `1.5` or `1e3`; in JSON no hexadecimal, leading zero or leading point',
})

export const numberOutOfRange = define({
  code: 'IAP1007',
  severity: 'error',
  message: (p: { text: string; type: string }) => `\`${p.text}\` is out of the range of \`${p.type}\``,
  help: (p: { type: string }) => ranges.get(p.type) ?? 'write another number',
})
const ranges = new Map([
  ['int', 'an `int` lies within ±9007199254740991'],
  ['double', 'a `double` is finite, at most about `1.79e308`'],
  ['period', 'a period has at most 9007199254740991 milliseconds, some 285,000 years'],
  ['status', 'a status is a number of three digits from `100` to `599`'],
])

export const tooDeep = define({
  code: 'IAP1008',
  severity: 'error',
  message: (p: { limit: number }) => `this nests deeper than ${p.limit} levels`,
  help: () => 'split it into several clauses, roles or types',
})

export const repeatedClause = define({
  code: 'IAP1010',
  severity: 'error',
  message: (p: { of: string; clause: string }) => `${p.of} says \`${p.clause}\` once at most`,
  help: (p: { clause: string }) =>
    ['on', 'except', 'to'].includes(p.clause)
      ? `join them with commas in one \`${p.clause}\`, or write two declarations`
      : 'keep one of the two',
})

export const missingOn = define({
  code: 'IAP1011',
  severity: 'error',
  message: (p: { effect: string; rule: string }) => `the ${p.effect} \`${p.rule}\` does not say \`on\` which routes it is`,
  help: () => 'add a clause such as `on orders.read`, `on orders.*`, `on label pii` or `on *`',
})

export const methodCase = define({
  code: 'IAP1012',
  severity: 'error',
  message: (p: { method: string; upper: string }) => `\`${p.method}\` is no name of a method: those are upper-case`,
  help: (p: { method: string; upper: string }) => `write \`${p.upper}\`; a method with other characters than letters is quoted`,
})

export const duplicateKey = define({
  code: 'IAP1013',
  severity: 'error',
  message: (p: { key: string }) => `the key \`${p.key}\` stands twice in this object`,
  help: () => 'keep one of the two',
})

export const hiddenCharacter = define({
  code: 'IAP1014',
  severity: 'error',
  message: (p: { codePoint: string }) => `a hidden character (${p.codePoint}) makes this text read otherwise than it is`,
  help: () => 'take it out; in a quoted text it can be written as an escape such as `\\u202e`',
})

export const missingSeparator = define({
  code: 'IAP1015',
  severity: 'error',
  message: (p: { name: string }) => `the field \`${p.name}\` begins on the line of the one before it`,
  help: () => 'put a comma between the two, or a line break',
})

export const reservedWord = define({
  code: 'IAP1016',
  severity: 'error',
  message: (p: { word: string }) => `\`${p.word}\` is a reserved word and cannot be a name`,
  help: () => 'choose another name; a claim can have any foreign name: `mine from "theirs": string`',
})

export const lackedLiteral = define({
  code: 'IAP1017',
  severity: 'error',
  message: (p: { text: string; type: string }) =>
    `\`${p.text}\` is of CEL's type \`${p.type}\`, which the language does not have`,
  help: (p: { type: string }) => insteadOf.get(p.type) ?? 'write a literal of another type',
})
const insteadOf = new Map([
  ['uint', 'write an `int` such as `1`'],
  ['bytes', 'write a quoted text without the `b`'],
  ['message', 'write a map such as `{"a": 1}`'],
  ['null_type', 'what may be absent is optional: ask `has(caller.level)`, or read it with `.?level`'],
])

export const missingForm = define({
  code: 'IAP1018',
  severity: 'error',
  message: (p: { invariant: string }) => `the invariant \`${p.invariant}\` does not say what must hold`,
  help: () =>
    'add `permitted only when`, `permitted when` or `denied when` and a condition, `permitted always` or `denied always`',
})

export const badName = define({
  code: 'IAP1019',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` begins with a digit and cannot be a name`,
  help: () => 'a name begins with a letter or `_`; a claim can have any foreign name: `mine from "theirs": string`',
})

export const partOrder = define({
  code: 'IAP1020',
  severity: 'error',
  message: (p: { part: string }) => `\`${p.part}\` stands twice or too late in this test`,
  help: () =>
    'the parts of a test stand in this order: `as`, `authenticated`, the request, `header`, `data`, `mtls`, ' +
    '`at`, `from`, `expect`, `cases`',
})
