/** IAP3xxx, shared with `types.ts` and `reads.ts`: functions, defs and constants; possible failures, cost and size bounds. */
import { define, didYouMean, importIt } from './define.ts'

export const unknownFunction = define({
  code: 'IAP3033',
  severity: 'error',
  message: (p: { name: string; written: string | null }) =>
    p.written === null ? `there is no function \`${p.name}\`` : `\`${p.name}\` is not called like this`,
  help: (p: { name: string; written: string | null; suggestion: string | null; elsewhere: string | null }) =>
    p.written === null
      ? importIt(p) || didYouMean(p.suggestion) || 'the functions are listed in the reference, chapter built-ins'
      : `write \`${p.written}\``,
})

export const argumentCount = define({
  code: 'IAP3034',
  severity: 'error',
  message: (p: { name: string; least: number; most: number | null; given: number }) => {
    const given = p.given === 0 ? 'none is' : p.given === 1 ? 'one is' : `${p.given} are`
    return `\`${p.name}\` takes ${counts(p.least, p.most)}, and ${given} given`
  },
  help: (p: { name: string; least: number; most: number | null }) => `give \`${p.name}\` ${counts(p.least, p.most)}`,
})

export const argumentType = define({
  code: 'IAP3035',
  severity: 'error',
  message: (p: { name: string; wanted: string; type: string }) =>
    `\`${p.name}\` takes \`${p.wanted}\`, and this is \`${p.type}\``,
  help: (p: { wanted: string }) => `give it \`${p.wanted}\``,
})

export const receiverType = define({
  code: 'IAP3036',
  severity: 'error',
  message: (p: { name: string; type: string }) => `\`${p.name}\` cannot be called on \`${p.type}\``,
  help: (p: { name: string; type: string; on: string }) =>
    p.name === 'contains' && /^(?:list|set)</.test(p.type)
      ? `write \`x in …\`${p.type.endsWith('<cidr>') ? ', or of ranges `….exists(range, range.containsIP(x))`' : ''}`
      : `\`${p.name}\` is called on: ${p.on}`,
})

export const roleMayFail = define({
  code: 'IAP3038',
  severity: 'error',
  message: () => 'this can fail to evaluate, and a role must not be able to',
  help: () => 'say it without arithmetic and conversions, or move this into a `when` of the rules that need it',
})

export const constantNeeded = define({
  code: 'IAP3057',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` takes a constant here`,
  help: () => 'write a quoted text',
})

export const badPattern = define({
  code: 'IAP3058',
  severity: 'error',
  message: (p: { why: string; part: string | null }) =>
    `this is no regular expression: ${p.why.replaceAll('`', "'")}` +
    (p.part === null ? '' : `, at \`${p.part.replaceAll('`', "'")}\``),
  help: () =>
    'write RE2 syntax, of at most 4,096 characters, which has no look-around and no back-references; `\\\\d` ' +
    'in a quoted text is `\\d` of the pattern',
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
  message: (p: { what: string }) => `\`${p.what}\` cannot be asked for here`,
  help: (p: { place: string }) =>
    p.place === 'rule'
      ? 'a permit asks for it by `require`, a forbid by a clause of its own: `unless mfa`'
      : 'only rules and invariants ask for it: `require` of a permit, `unless` of a forbid',
})

export const tooCostly = define({
  code: 'IAP3062',
  severity: 'error',
  message: (p: { steps: number; limit: number }) =>
    `this may take ${grouped(p.steps)} steps, and ${grouped(p.limit)} are allowed`,
  help: () => 'nest fewer comprehensions; `in` of a set or a map takes one step, of a list as many as it has elements',
})

export const tooDeep = define({
  code: 'IAP3064',
  severity: 'error',
  message: (p: { depth: number; limit: number }) =>
    `this nests ${p.depth} levels deep with the defs that it calls, and ${p.limit} are allowed`,
  help: () => 'let defs call fewer defs',
})

export const defNotCalled = define({
  code: 'IAP3070',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is a def, and is called`,
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
  message: (p: { name: string }) => `\`${p.name}\` takes no negative number here, and always fails`,
  help: () => 'count from 0',
})

export const longText = define({
  code: 'IAP3074',
  severity: 'error',
  message: (p: { texts: number; limit: number }) =>
    `this may put ${grouped(p.texts)} texts together into one, and ${grouped(p.limit)} are allowed`,
  help: () => 'add up fewer; where a text is added to itself again and again, it doubles each time',
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
