/** IAP5xxx: policies that compile but are probably wrong. */
import { define } from './define.ts'

export const ignoreIncomplete = define({
  code: 'IAP5001',
  severity: 'warning',
  message: (p: { lacks: 'code' | 'reason' }) =>
    p.lacks === 'code' ? '`iap-ignore` has no warning code' : '`iap-ignore` has no reason',
  help: () => 'write `// iap-ignore IAP5014: the reason`; without a reason nothing is ignored',
})

export const ignoreCode = define({
  code: 'IAP5002',
  severity: 'warning',
  message: (p: { code: string; why: string }) => `\`${p.code}\` cannot be ignored: ${p.why}`,
  help: () => 'use the code of a warning, which is shown in brackets before the message',
})

export const ignoreUnused = define({
  code: 'IAP5003',
  severity: 'warning',
  message: (p: { code: string }) => `this comment ignores \`${p.code}\`, which is not reported here`,
  help: () => 'remove the comment, or move it to the line of the warning or directly before the declaration',
})

export const neverApplies = define({
  code: 'IAP5010',
  severity: 'warning',
  message: (p: { rule: string; why: string; asks: boolean }) =>
    p.asks
      ? `\`${p.rule}\` never permits anything: ${p.why}; callers are still challenged to sign in or step up`
      : `\`${p.rule}\` can never apply: ${p.why}`,
  help: (p: { asks: boolean }) =>
    p.asks
      ? 'correct the condition; if you remove the permit, callers who are challenged now are denied'
      : 'correct the condition, or remove the rule',
})

export const hiddenPermit = define({
  code: 'IAP5011',
  severity: 'warning',
  message: (p: { permit: string; forbids: string }) =>
    `\`${p.permit}\` never permits anything: whenever it applies, ${p.forbids} applies too`,
  help: () => 'remove the permit, or narrow the forbid with `except`, `to` or `unless`',
})

export const unreachableRoute = define({
  code: 'IAP5012',
  severity: 'warning',
  message: (p: { routes: string }) => `no rule permits access to ${p.routes}`,
  help: (p: { forbid: string | null }) =>
    p.forbid === null
      ? 'add a permit; if the route is meant to be closed, write a forbid or remove the route'
      : `add a permit; to close the route, let \`${p.forbid}\` apply to everyone without a condition, or remove the route`,
})

export const unlabelledRoute = define({
  code: 'IAP5013',
  severity: 'warning',
  message: (p: { route: string; service: string }) => `\`${p.route}\` has no label, but other routes of \`${p.service}\` do`,
  help: () => 'rules on labels do not apply to it: add a label with `is`, a new one if no existing label fits',
})

export const unusedRole = define({
  code: 'IAP5014',
  severity: 'warning',
  message: (p: { name: string }) => `the role \`${p.name}\` is never used`,
  help: () => 'use it in a `to` clause or after `is`, or remove it',
})

export const unusedLabel = define({
  code: 'IAP5015',
  severity: 'warning',
  message: (p: { name: string }) => `the label \`${p.name}\` is never used`,
  help: () => 'add it to routes with `is`, or remove it',
})

export const unusedDef = define({
  code: 'IAP5016',
  severity: 'warning',
  message: (p: { name: string }) => `the def \`${p.name}\` is never used`,
  help: () => 'call it, or remove it',
})

export const unusedData = define({
  code: 'IAP5017',
  severity: 'warning',
  message: (p: { name: string }) => `no condition reads the data \`${p.name}\``,
  help: () => 'read it, or remove it so that nobody has to push it',
})

export const unusedImport = define({
  code: 'IAP5018',
  severity: 'warning',
  message: (p: { name: string }) => `\`${p.name}\` is imported but never used in this file`,
  help: () => 'remove it from the import; the imported file stays part of the policy if it is listed or imported elsewhere',
})

export const unusedType = define({
  code: 'IAP5019',
  severity: 'warning',
  message: (p: { name: string }) => `the type \`${p.name}\` is never used`,
  help: () => 'use it, or remove it',
})

export const unusedIdentity = define({
  code: 'IAP5020',
  severity: 'warning',
  message: (p: { name: string }) => `no rule permits anything to callers of the identity \`${p.name}\``,
  help: () => 'use it in a `to` clause or in the `of` of a role, or remove it',
})

export const duplicateRule = define({
  code: 'IAP5021',
  severity: 'warning',
  message: (p: { rule: string; other: string }) => `\`${p.rule}\` duplicates \`${p.other}\``,
  help: () => 'keep one of the two: a later change to one would miss the other',
})

export const redundantGuard = define({
  code: 'IAP5022',
  severity: 'warning',
  message: (p: { why: string }) => `this test is redundant: ${p.why}`,
  help: () => 'remove it, or test what was intended',
})

export const constantCondition = define({
  code: 'IAP5023',
  severity: 'warning',
  message: (p: { value: boolean }) => `this is always \`${p.value}\``,
  help: (p: { value: boolean }) =>
    p.value
      ? 'remove it, or make it depend on the request'
      : 'make it depend on the request, or remove the condition that it is part of',
})

export const forbidMayFail = define({
  code: 'IAP5024',
  severity: 'warning',
  message: (p: { rule: string }) => `this may fail to evaluate, in which case \`${p.rule}\` forbids the request`,
  help: (p: { fails: 'arithmetic' | 'zone' | 'conversion' | 'call' }) => {
    if (p.fails === 'zone')
      return 'write the time zone as a constant, such as `"Europe/Berlin"`, or permit by zone in several rules'
    if (p.fails === 'conversion')
      return 'declare the value with the type that it has, such as `{id: int}`, instead of converting it'
    if (p.fails === 'call') return 'test the value by what cannot fail, such as `startsWith`, `contains` or `matches`'
    return 'bound the operands from both sides, as in `0 <= x && x < 1000 && x * 2 > 9`, or avoid the arithmetic'
  },
})

export const denyByNegation = define({
  code: 'IAP5025',
  severity: 'warning',
  message: (p: { rule: string; what: string }) =>
    `\`${p.rule}\` applies to every ${p.what} except those excluded here, including unforeseen ones`,
  help: () => 'select routes with `on` and `except`, which match the normalized path and the method',
})

export const missingBecause = define({
  code: 'IAP5026',
  severity: 'warning',
  message: (p: { rule: string }) => `the forbid \`${p.rule}\` has no \`because\``,
  help: () => 'add `because "…"`: it is the only explanation that a denied caller sees',
})

export const duplicateTest = define({
  code: 'IAP5027',
  severity: 'warning',
  message: (p: { name: string }) => `two tests in this file are named \`${p.name}\``,
  help: () => 'give each test a distinct name, so that a report shows which one failed',
})

export const overlappingRoutes = define({
  code: 'IAP5028',
  severity: 'warning',
  message: (p: { specific: string; general: string; rule: string }) =>
    `\`${p.specific}\` matches some paths of \`${p.general}\`, but \`${p.rule}\` applies to only one of these routes`,
  help: () => 'name both routes in the rule, or make the templates differ in a literal segment',
})

export const opensLater = define({
  code: 'IAP5029',
  severity: 'warning',
  message: (p: { permit: string; what: string }) => `\`${p.permit}\` also permits every route that is added later ${p.what}`,
  help: () => 'name the routes; if this is intended, add `// iap-ignore IAP5029: …` with the reason',
})

export const voidLimit = define({
  code: 'IAP5030',
  severity: 'warning',
  message: (p: { permit: string; other: string }) =>
    `the limit of \`${p.permit}\` has no effect: whenever it applies, \`${p.other}\` applies without a limit`,
  help: () => 'add a limit to the other permit, or narrow that permit',
})

export const impossibleValue = define({
  code: 'IAP5031',
  severity: 'warning',
  message: (p: { value: string; is: string; so: string }) => `\`${p.value}\` ${p.is}, ${p.so}`,
  help: () => 'compare it with a value that it can have',
})

export const headLeftOut = define({
  code: 'IAP5032',
  severity: 'warning',
  message: (p: { rule: string }) => `\`${p.rule}\` forbids \`GET\` but not \`HEAD\`, which the same routes accept`,
  help: () => 'remove the method if the rule is only on `GET` routes; otherwise name both: `request.method in ["GET", "HEAD"]`',
})

export const openPattern = define({
  code: 'IAP5033',
  severity: 'warning',
  message: (p: { why: 'anywhere' | 'uneven' }) =>
    p.why === 'anywhere'
      ? '`matches` finds this pattern anywhere in the string, because the pattern is not anchored'
      : 'the alternatives of this pattern are anchored differently: `|` splits the whole pattern',
  help: () => 'anchor it at both ends, as in `^(a|b)$`; if it may match anywhere, use `contains`, or write `.*` in the pattern',
})

export const coveredRule = define({
  code: 'IAP5034',
  severity: 'warning',
  message: (p: { rule: string; effect: 'permit' | 'forbid'; others: string }) =>
    p.effect === 'permit'
      ? `\`${p.rule}\` has no effect: whenever it permits, ${p.others} permits too`
      : `\`${p.rule}\` has no effect: whenever it forbids, ${p.others} forbids in the same way`,
  help: () => 'remove it, or change it to cover requests that the others do not',
})

export const openRoute = define({
  code: 'IAP5035',
  severity: 'warning',
  message: (p: { route: string }) => `every request to \`${p.route}\` is permitted, regardless of the caller`,
  help: () => 'if this is intended, write one permit `to anyone` without a condition; otherwise narrow the permits',
})

export const mixedHierarchy = define({
  code: 'IAP5036',
  severity: 'warning',
  message: (p: { claim: string; above: string; hierarchy: string }) =>
    `a caller whose \`${p.claim}\` equals \`${p.above}\` is within it, whatever \`${p.hierarchy}\` contains`,
  help: (p: { claim: string; hierarchy: string }) =>
    `if it has users and groups, prefix their names: \`${p.hierarchy}.within("user:" + caller.${p.claim}, "group:…")\``,
})
