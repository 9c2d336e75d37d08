/** IAP3xxx, shared with `reads.ts` and `calls.ts`: type errors. */
import { define, didYouMean } from './define.ts'

export const unknownType = define({
  code: 'IAP3001',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is not a type`,
  help: (p: { suggestion: string | null }) =>
    didYouMean(p.suggestion) ||
    'types are `bool`, `int`, `double`, `string`, `timestamp`, `duration`, `ip`, `cidr`, `list<T>`, `set<T>`, ' +
      '`map<string, T>`, records, string literals such as `"a" | "b"`, and names declared by `type`',
})

export const typeArguments = define({
  code: 'IAP3003',
  severity: 'error',
  message: (p: { name: string; given: string | null }) =>
    p.given === null ? `\`${p.name}\` needs type arguments` : `\`${p.name}\` does not take ${p.given}`,
  help: (p: { form: string }) => `write ${p.form}`,
})

export const recursiveType = define({
  code: 'IAP3004',
  severity: 'error',
  message: (p: { name: string }) => `the type \`${p.name}\` contains itself`,
  help: () => 'recursive types are not supported: write out as many levels as you need',
})

export const typeTooLarge = define({
  code: 'IAP3039',
  severity: 'error',
  message: (p: { name: string | null; limit: string }) =>
    `${p.name === null ? 'this record' : `the type \`${p.name}\``} ${p.limit}, including the types that it refers to`,
  help: () => 'declare only the fields that conditions read: a value may have other fields, which are ignored',
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
  message: (p: { type: string }) => `expected \`bool\`, but this is \`${p.type}\``,
  help: () => 'write a test, such as `… == …`, `… in …` or `has(…)`',
})

export const mismatch = define({
  code: 'IAP3007',
  severity: 'error',
  message: (p: { operator: string; left: string; right: string }) =>
    `\`${p.operator}\` cannot be applied to \`${p.left}\` and \`${p.right}\``,
  help: (p: { numbers: boolean; instead: string | null }) => {
    const instead = p.instead === null ? 'both sides must have the same type' : `write ${p.instead}`
    return p.numbers ? `${instead}: \`int\` and \`double\` are not converted implicitly` : instead
  },
})

export const neverEqual = define({
  code: 'IAP3008',
  severity: 'error',
  message: (p: { left: string; right: string; never: boolean }) =>
    `\`${p.left}\` and \`${p.right}\` have no value in common, so this ${p.never ? 'can never be' : 'is always'} true`,
  help: () => 'compare with one of the values of the type, or add the value to the type',
})

export const incomparable = define({
  code: 'IAP3009',
  severity: 'error',
  message: (p: { type: string }) => `\`${p.type}\` cannot be compared as a whole`,
  help: () => 'compare its fields or elements: records and collections of records have no `==`',
})

export const notOrdered = define({
  code: 'IAP3010',
  severity: 'error',
  message: (p: { type: string }) => `\`${p.type}\` has no order`,
  help: () => '`<`, `<=`, `>` and `>=` compare two values of type `bool`, `int`, `double`, `string`, `timestamp` or `duration`',
})

export const inNeedsCollection = define({
  code: 'IAP3011',
  severity: 'error',
  message: (p: { type: string }) => `\`in\` needs a list, a set or a map on its right, but this is \`${p.type}\``,
  help: (p: { type: string }) =>
    p.type === 'cidr' ? 'write `….containsIP(source.ip)`' : 'to search in a string, write `.contains(…)`',
})

export const arithmeticTypes = define({
  code: 'IAP3012',
  severity: 'error',
  message: (p: { operator: string; type: string }) => `\`${p.operator}\` cannot be applied to \`${p.type}\``,
  help: (p: { operator: string }) => {
    if (p.operator === '+') return '`+` adds numbers, strings, lists, timestamps and durations'
    if (p.operator === '-') return '`-` subtracts numbers, timestamps and durations'
    return p.operator === '%' ? '`%` takes two `int` values' : `\`${p.operator}\` takes two \`int\` or two \`double\` values`
  },
})

export const mixedBranches = define({
  code: 'IAP3013',
  severity: 'error',
  message: (p: { left: string; right: string }) => `the branches have different types: \`${p.left}\` and \`${p.right}\``,
  help: () => 'both branches of `? :` must have the same type',
})

export const listElements = define({
  code: 'IAP3014',
  severity: 'error',
  message: (p: { left: string; right: string }) => `this list mixes \`${p.left}\` and \`${p.right}\``,
  help: () => 'all elements of a list must have the same type',
})

export const emptyList = define({
  code: 'IAP3015',
  severity: 'error',
  message: () => 'the type of this empty list is unknown',
  help: () => 'compare it with a list, as in `caller.groups == []`, or test `size(…) == 0`',
})

export const nestedOptional = define({
  code: 'IAP3054',
  severity: 'error',
  message: (p: { within: string }) => `this is an optional, which ${p.within} cannot contain`,
  help: () => 'unwrap it with `.orValue(…)`; read a field of an optional with `.?`',
})

export const setOfOthers = define({
  code: 'IAP3055',
  severity: 'error',
  message: (p: { range: string; type: string }) =>
    `\`map\` over a \`${p.range}\` returns a set, which cannot contain \`${p.type}\``,
  help: () => 'map to strings, numbers, bools, timestamps or addresses, or start from a list',
})

export const emptyIn = define({
  code: 'IAP3060',
  severity: 'error',
  message: (p: { collection: string }) => `\`${p.collection}\` is empty, so this can never be true`,
  help: () => 'add elements, or remove the test',
})

export const valueType = define({
  code: 'IAP3063',
  severity: 'error',
  message: (p: { wanted: string; type: string }) => `expected \`${p.wanted}\`, but this is \`${p.type}\``,
  help: (p: { wanted: string }) =>
    p.wanted === 'string' ? 'write a string, or convert the value with `string(…)`' : `write \`${p.wanted}\``,
})

export const mapKey = define({
  code: 'IAP3065',
  severity: 'error',
  message: () => 'the keys of a map must be quoted strings',
  help: () => 'quote the key; if keys must be computed, use `data`',
})

export const duplicateKey = define({
  code: 'IAP3066',
  severity: 'error',
  message: (p: { key: string }) => `the key \`${p.key.replaceAll('`', "'")}\` appears twice in this map`,
  help: () => 'keep one of the two',
})

export const mapValues = define({
  code: 'IAP3067',
  severity: 'error',
  message: (p: { left: string; right: string }) => `this map mixes values of type \`${p.left}\` and \`${p.right}\``,
  help: () => 'all values of a map must have the same type',
})

export const emptyMap = define({
  code: 'IAP3068',
  severity: 'error',
  message: () => 'the type of this empty map is unknown',
  help: () => 'compare it with a map, or test `size(…) == 0`',
})
