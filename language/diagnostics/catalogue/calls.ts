/** IAP3xxx, shared with `types.ts` and `reads.ts`: functions, defs and constants; possible failures, cost and size bounds. */
import { define, didYouMean, importIt } from './define.ts'

export const unknownFunction = define({
  code: 'IAP3033',
  severity: 'error',
  message: (p: { name: string; written: string | null }) =>
    p.written === null ? `there is no function \`${p.name}\`` : `\`${p.name}\` cannot be called in this form`,
  help: (p: { name: string; written: string | null; suggestion: string | null; elsewhere: string | null }) =>
    p.written === null
      ? importIt(p) ||
        didYouMean(p.suggestion) ||
        'use a function of the chapter "Built-ins" of the reference, or declare a `def`'
      : `write \`${p.written}\``,
})

export const argumentCount = define({
  code: 'IAP3034',
  severity: 'error',
  message: (p: { name: string; least: number; most: number | null; given: number }) => {
    const given = p.given === 0 ? 'none was' : p.given === 1 ? 'one was' : `${p.given} were`
    return `\`${p.name}\` takes ${counts(p.least, p.most)}, but ${given} given`
  },
  help: (p: { name: string; least: number; most: number | null }) => `call \`${p.name}\` with ${counts(p.least, p.most)}`,
})

export const argumentType = define({
  code: 'IAP3035',
  severity: 'error',
  message: (p: { name: string; wanted: string; type: string }) =>
    `\`${p.name}\` expects \`${p.wanted}\`, but this is \`${p.type}\``,
  help: (p: { wanted: string }) => `pass a value of type \`${p.wanted}\``,
})

export const receiverType = define({
  code: 'IAP3036',
  severity: 'error',
  message: (p: { name: string; type: string }) => `\`${p.name}\` cannot be called on \`${p.type}\``,
  help: (p: { name: string; type: string; on: string }) =>
    p.name === 'contains' && /^(?:list|set)</.test(p.type)
      ? `write \`x in …\`${p.type.endsWith('<cidr>') ? ', or for ranges `….exists(range, range.containsIP(x))`' : ''}`
      : `call \`${p.name}\` on one of: ${p.on}`,
})

export const roleMayFail = define({
  code: 'IAP3038',
  severity: 'error',
  message: () => 'this can fail to evaluate, which is not allowed in a role',
  help: () => 'avoid arithmetic and conversions, or move this into a `when` of the rules that need it',
})

export const constantNeeded = define({
  code: 'IAP3057',
  severity: 'error',
  message: (p: { name: string }) => `this argument of \`${p.name}\` must be a constant`,
  help: () => 'write a quoted string',
})

export const badPattern = define({
  code: 'IAP3058',
  severity: 'error',
  message: (p: { why: string; part: string | null }) =>
    `this regular expression is invalid: ${p.why.replaceAll('`', "'")}` +
    (p.part === null ? '' : `, at \`${p.part.replaceAll('`', "'")}\``),
  help: () =>
    'write RE2 syntax of at most 4,096 characters, without look-around and back-references; write `\\\\d` ' +
    'in a quoted string for `\\d` in the pattern',
})

export const badConstant = define({
  code: 'IAP3059',
  severity: 'error',
  message: (p: { text: string; what: string }) => `\`${p.text.replaceAll('`', "'")}\` is not ${p.what}`,
  help: (p: { what: string; example: string }) => `write ${p.what}, such as \`${p.example}\``,
})

export const requirementPlace = define({
  code: 'IAP3061',
  severity: 'error',
  message: (p: { what: string }) => `\`${p.what}\` cannot be required here`,
  help: (p: { place: string }) =>
    p.place === 'rule'
      ? 'in a permit, write `require`; in a forbid, write a separate clause: `unless mfa`'
      : 'require it only in rules and invariants: with `require` in a permit, with `unless` in a forbid',
})

export const tooCostly = define({
  code: 'IAP3062',
  severity: 'error',
  message: (p: { steps: number; limit: number }) =>
    `this may take ${grouped(p.steps)} steps, but at most ${grouped(p.limit)} are allowed`,
  help: () => 'nest fewer comprehensions; `in` takes one step for a set or a map, and one per element for a list',
})

export const tooDeep = define({
  code: 'IAP3064',
  severity: 'error',
  message: (p: { depth: number; limit: number }) =>
    `this is nested ${p.depth} levels deep, including the defs that it calls, but at most ${p.limit} are allowed`,
  help: () => 'reduce the number of defs that call other defs',
})

export const defNotCalled = define({
  code: 'IAP3070',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is a def and must be called`,
  help: (p: { name: string; parameters: number }) => `write \`${p.name}(${p.parameters === 0 ? '' : '…'})\``,
})

export const divisionByZero = define({
  code: 'IAP3071',
  severity: 'error',
  message: () => 'this divides by zero, which always fails',
  help: () => 'divide by another number',
})

export const duplicateParameter = define({
  code: 'IAP3072',
  severity: 'error',
  message: (p: { name: string }) => `the parameter \`${p.name}\` is declared twice`,
  help: () => 'give one of the two another name',
})

export const positionBelow = define({
  code: 'IAP3073',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` does not accept a negative number and always fails here`,
  help: () => 'write 0 or a positive number',
})

export const longText = define({
  code: 'IAP3074',
  severity: 'error',
  message: (p: { texts: number; limit: number }) =>
    `this may concatenate ${grouped(p.texts)} strings into one, but at most ${grouped(p.limit)} are allowed`,
  help: () => 'concatenate fewer strings; a string doubles each time it is added to itself',
})

function counts(least: number, most: number | null): string {
  if (most === null) return least === 1 ? 'one argument or more' : `${least} arguments or more`
  if (least === most) return count(most)
  return least === 0 ? `at most ${count(most)}` : `${least} to ${most} arguments`
}

function grouped(value: number): string {
  return value < Number.MAX_SAFE_INTEGER ? String(value).replace(/\B(?=(\d{3})+$)/g, ',') : 'countless'
}

function count(arguments_: number): string {
  if (arguments_ === 0) return 'no argument'
  return arguments_ === 1 ? 'one argument' : `${arguments_} arguments`
}
