/** IAP3xxx, shared with `reads.ts` and `calls.ts`: type errors. */
import { define, didYouMean } from './define.ts'

export const unknownType = define({
  code: 'IAP3001',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is not a type`,
  help: (p: { suggestion: string | null }) =>
    didYouMean(p.suggestion) ||
    'types are `bool`, `int`, `double`, `string`, `timestamp`, `duration`, `ip`, `cidr`, `list<T>`, `set<T>`, ' +
      '`map<string, T>`, records, texts such as `"a" | "b"`, and names declared by `type`',
})

export const typeArguments = define({
  code: 'IAP3003',
  severity: 'error',
  message: (p: { name: string; given: string | null }) =>
    p.given === null ? `\`${p.name}\` is no type by itself` : `\`${p.name}\` does not take ${p.given}`,
  help: (p: { form: string }) => `write ${p.form}`,
})

export const recursiveType = define({
  code: 'IAP3004',
  severity: 'error',
  message: (p: { name: string }) => `the type \`${p.name}\` contains itself`,
  help: () => 'a type is finite: write out as many levels as are needed',
})

export const typeTooLarge = define({
  code: 'IAP3039',
  severity: 'error',
  message: (p: { name: string | null; limit: string }) =>
    `${p.name === null ? 'this record' : `the type \`${p.name}\``} ${p.limit}, with those that it names`,
  help: () => 'declare only what conditions read: what else a record holds does no harm',
})

export const duplicateField = define({
  code: 'IAP3005',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is declared twice here`,
  help: () => 'keep one of the two, or give one another name',
})

export const conditionNotBool = define({
  code: 'IAP3006',
  severity: 'error',
  message: (p: { type: string }) => `a \`bool\` is expected here, and this is \`${p.type}\``,
  help: () => 'compare it with something: `== …`, `in …`, `has(…)`',
})

export const mismatch = define({
  code: 'IAP3007',
  severity: 'error',
  message: (p: { operator: string; left: string; right: string }) =>
    `\`${p.operator}\` has \`${p.left}\` on one side and \`${p.right}\` on the other`,
  help: (p: { numbers: boolean; instead: string | null }) => {
    if (p.numbers) return '`int` and `double` never mix unseen: write a literal such as `3.0`, or convert one by `double(…)`'
    return p.instead === null ? 'both sides must be of one type' : `write ${p.instead}`
  },
})

export const neverEqual = define({
  code: 'IAP3008',
  severity: 'error',
  message: (p: { left: string; right: string; never: boolean }) =>
    `\`${p.left}\` and \`${p.right}\` have no value in common, so this ${p.never ? 'can never be' : 'is always'} true`,
  help: () => 'compare with one of the values that the type has, or widen the type',
})

export const incomparable = define({
  code: 'IAP3009',
  severity: 'error',
  message: (p: { type: string }) => `\`${p.type}\` cannot be compared as a whole`,
  help: () => 'compare its fields or elements: a record, or what holds records, has no `==`',
})

export const notOrdered = define({
  code: 'IAP3010',
  severity: 'error',
  message: (p: { type: string }) => `\`${p.type}\` has no order`,
  help: () => '`<`, `<=`, `>` and `>=` take two of `bool`, `int`, `double`, `string`, `timestamp` or `duration`',
})

export const inNeedsCollection = define({
  code: 'IAP3011',
  severity: 'error',
  message: (p: { type: string }) => `\`in\` looks into a list, a set or a map, and this is \`${p.type}\``,
  help: (p: { type: string }) =>
    p.type === 'cidr' ? 'ask the range: `….containsIP(source.ip)`' : 'for a text within a text use `.contains(…)`',
})

export const arithmeticTypes = define({
  code: 'IAP3012',
  severity: 'error',
  message: (p: { operator: string; type: string }) => `\`${p.operator}\` does not take \`${p.type}\``,
  help: (p: { operator: string }) => {
    if (p.operator === '+') return '`+` takes numbers, texts, lists, times and durations'
    if (p.operator === '-') return '`-` takes numbers, times and durations'
    return p.operator === '%' ? '`%` takes two of `int`' : `\`${p.operator}\` takes two of \`int\` or two of \`double\``
  },
})

export const mixedBranches = define({
  code: 'IAP3013',
  severity: 'error',
  message: (p: { left: string; right: string }) => `the two branches are \`${p.left}\` and \`${p.right}\``,
  help: () => 'both branches of `? :` must be of one type',
})

export const listElements = define({
  code: 'IAP3014',
  severity: 'error',
  message: (p: { left: string; right: string }) => `this list has \`${p.left}\` and \`${p.right}\` in it`,
  help: () => 'the elements of a list are of one type',
})

export const emptyList = define({
  code: 'IAP3015',
  severity: 'error',
  message: () => 'nothing tells the type of this empty list',
  help: () => 'compare it with something, as in `caller.groups == []`, or ask for `size(…) == 0`',
})

export const nestedOptional = define({
  code: 'IAP3054',
  severity: 'error',
  message: (p: { within: string }) => `this is an optional, and ${p.within} holds none`,
  help: () => 'take what it holds by `.orValue(…)`; a field of an optional is read by `.?`',
})

export const setOfOthers = define({
  code: 'IAP3055',
  severity: 'error',
  message: (p: { range: string; type: string }) => `what is mapped over a \`${p.range}\` is a set, and none holds \`${p.type}\``,
  help: () => 'map to texts, numbers, bools, times or addresses, or begin with a list',
})

export const emptyIn = define({
  code: 'IAP3060',
  severity: 'error',
  message: (p: { collection: string }) => `nothing is in \`${p.collection}\`, so this can never be true`,
  help: () => 'fill it, or take the test out',
})

export const valueType = define({
  code: 'IAP3063',
  severity: 'error',
  message: (p: { wanted: string; type: string }) => `\`${p.wanted}\` is expected here, and this is \`${p.type}\``,
  help: (p: { wanted: string }) =>
    p.wanted === 'string' ? 'write a text, or convert it by `string(…)`' : `write \`${p.wanted}\``,
})

export const mapKey = define({
  code: 'IAP3065',
  severity: 'error',
  message: () => 'the keys of a map are written as quoted texts',
  help: () => 'write the key in quotes; for a key that is worked out use data',
})

export const duplicateKey = define({
  code: 'IAP3066',
  severity: 'error',
  message: (p: { key: string }) => `the key \`${p.key.replaceAll('`', "'")}\` is twice in this map`,
  help: () => 'keep one of the two',
})

export const mapValues = define({
  code: 'IAP3067',
  severity: 'error',
  message: (p: { left: string; right: string }) => `this map has \`${p.left}\` and \`${p.right}\` in it`,
  help: () => 'the values of a map are of one type',
})

export const emptyMap = define({
  code: 'IAP3068',
  severity: 'error',
  message: () => 'nothing tells the type of this empty map',
  help: () => 'compare it with something, or ask for `size(…) == 0`',
})
