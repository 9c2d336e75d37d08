/** IAP5xxx: policies that compile but are probably wrong. */
import { define } from './define.ts'

export const ignoreIncomplete = define({
  code: 'IAP5001',
  severity: 'warning',
  message: (p: { lacks: 'code' | 'reason' }) =>
    p.lacks === 'code' ? '`iap-ignore` does not say which warning it is about' : '`iap-ignore` does not say why',
  help: () => 'write `// iap-ignore IAP5014: the reason`; without a reason nothing is ignored',
})

export const ignoreCode = define({
  code: 'IAP5002',
  severity: 'warning',
  message: (p: { code: string; why: string }) => `\`${p.code}\` cannot be ignored: ${p.why}`,
  help: () => 'name the code of a warning, as it stands in brackets before its message',
})

export const ignoreUnused = define({
  code: 'IAP5003',
  severity: 'warning',
  message: (p: { code: string }) => `there is no \`${p.code}\` here to be ignored`,
  help: () =>
    'take the comment out; it stands on the line of the warning, or directly before the line or declaration that it is in',
})

export const neverApplies = define({
  code: 'IAP5010',
  severity: 'warning',
  message: (p: { rule: string; why: string; asks: boolean }) =>
    p.asks
      ? `\`${p.rule}\` never permits anything: ${p.why}; callers are asked to sign in or step up all the same`
      : `\`${p.rule}\` can never apply: ${p.why}`,
  help: (p: { asks: boolean }) =>
    p.asks
      ? 'mend it before somebody relies on it; without it, callers who are asked now are refused'
      : 'mend it, or take it out, before somebody relies on it',
})

export const hiddenPermit = define({
  code: 'IAP5011',
  severity: 'warning',
  message: (p: { permit: string; forbids: string }) =>
    `\`${p.permit}\` never permits anything: wherever it holds, ${p.forbids} holds too`,
  help: () => 'take the permit out, or let the forbid leave room for it by `except`, `to` or `unless`',
})

export const unreachableRoute = define({
  code: 'IAP5012',
  severity: 'warning',
  message: (p: { routes: string }) => `no rule permits ${p.routes} to anybody`,
  help: () => 'write a permit on it; if nobody is meant to reach it, say so by a forbid, or take it out',
})

export const unlabelledRoute = define({
  code: 'IAP5013',
  severity: 'warning',
  message: (p: { route: string; service: string }) => `\`${p.route}\` has no label, and other routes of \`${p.service}\` have`,
  help: () => 'rules on labels pass it over: add `is` and what it is, with a label of its own if none of them fits',
})

export const unusedRole = define({
  code: 'IAP5014',
  severity: 'warning',
  message: (p: { name: string }) => `the role \`${p.name}\` is used nowhere`,
  help: () => 'name it in a `to` or after `is`, or take it out',
})

export const unusedLabel = define({
  code: 'IAP5015',
  severity: 'warning',
  message: (p: { name: string }) => `the label \`${p.name}\` is used nowhere`,
  help: () => 'let routes carry it, or take it out',
})

export const unusedDef = define({
  code: 'IAP5016',
  severity: 'warning',
  message: (p: { name: string }) => `the def \`${p.name}\` is used nowhere`,
  help: () => 'call it, or take it out',
})

export const unusedData = define({
  code: 'IAP5017',
  severity: 'warning',
  message: (p: { name: string }) => `no condition reads the data \`${p.name}\``,
  help: () => 'read it, or take it out, so that nobody has to push it',
})

export const unusedImport = define({
  code: 'IAP5018',
  severity: 'warning',
  message: (p: { name: string }) => `\`${p.name}\` is imported, and not used in this file`,
  help: () => 'take it out of the import; the file that it names stays part of the policy if it is given, or imported elsewhere',
})

export const unusedType = define({
  code: 'IAP5019',
  severity: 'warning',
  message: (p: { name: string }) => `the type \`${p.name}\` is used nowhere`,
  help: () => 'use it, or take it out',
})

export const unusedIdentity = define({
  code: 'IAP5020',
  severity: 'warning',
  message: (p: { name: string }) => `no rule lets callers of \`${p.name}\` do anything`,
  help: () => 'name it in a `to` or in the `of` of a role, or take it out',
})

export const duplicateRule = define({
  code: 'IAP5021',
  severity: 'warning',
  message: (p: { rule: string; other: string }) => `\`${p.rule}\` says what \`${p.other}\` says`,
  help: () => 'keep one of the two: who changes one will not think of the other',
})

export const redundantGuard = define({
  code: 'IAP5022',
  severity: 'warning',
  message: (p: { why: string }) => `this is decided already: ${p.why}`,
  help: () => 'take it out, or ask what was meant',
})

export const constantCondition = define({
  code: 'IAP5023',
  severity: 'warning',
  message: (p: { value: boolean }) => `this is always \`${p.value}\``,
  help: (p: { value: boolean }) =>
    p.value ? 'take it out, or write what it is to depend on' : 'write what it is to depend on, or take out what it is part of',
})

export const forbidMayFail = define({
  code: 'IAP5024',
  severity: 'warning',
  message: (p: { rule: string }) => `this may fail to evaluate, and then \`${p.rule}\` forbids`,
  help: () =>
    'bound what goes in from both sides, as by `0 <= x && x < 1000 && x * 2 > 9`, or say it without arithmetic or conversion',
})

export const denyByNegation = define({
  code: 'IAP5025',
  severity: 'warning',
  message: (p: { rule: string; what: string }) =>
    `\`${p.rule}\` goes by what the ${p.what} is not, and so by all that nobody thought of`,
  help: () => 'name routes in `on` and `except`: they are matched once, in one spelling, with their methods',
})

export const missingBecause = define({
  code: 'IAP5026',
  severity: 'warning',
  message: (p: { rule: string }) => `the forbid \`${p.rule}\` does not say why`,
  help: () => 'add `because "…"`: it is the only text that a refused person reads',
})

export const duplicateTest = define({
  code: 'IAP5027',
  severity: 'warning',
  message: (p: { name: string }) => `two tests of this file are called \`${p.name}\``,
  help: () => 'give each a name that says what it shows, so that a report tells which of them failed',
})

export const overlappingRoutes = define({
  code: 'IAP5028',
  severity: 'warning',
  message: (p: { specific: string; general: string; rule: string }) =>
    `\`${p.specific}\` takes paths from \`${p.general}\`, and \`${p.rule}\` is on one of them alone`,
  help: () => 'let the rule name both, or let the templates differ in a literal',
})

export const opensLater = define({
  code: 'IAP5029',
  severity: 'warning',
  message: (p: { permit: string; what: string }) => `\`${p.permit}\` also permits every route that is written later ${p.what}`,
  help: () => 'name the routes; if it is meant so, `// iap-ignore IAP5029: …` says why',
})

export const voidLimit = define({
  code: 'IAP5030',
  severity: 'warning',
  message: (p: { permit: string; other: string }) =>
    `the limit of \`${p.permit}\` limits nothing: wherever it holds, \`${p.other}\` holds without one`,
  help: () => 'give the other permit a limit too, or narrow it',
})

export const impossibleValue = define({
  code: 'IAP5031',
  severity: 'warning',
  message: (p: { value: string; is: string; so: string }) => `\`${p.value}\` ${p.is}, ${p.so}`,
  help: () => 'compare it with something that it can be',
})

export const headLeftOut = define({
  code: 'IAP5032',
  severity: 'warning',
  message: (p: { rule: string }) => `\`${p.rule}\` forbids \`GET\` and leaves \`HEAD\`, which the same routes take`,
  help: () => 'leave the method out where the rule is on routes of `GET`; else name both: `request.method in ["GET", "HEAD"]`',
})

export const openPattern = define({
  code: 'IAP5033',
  severity: 'warning',
  message: (p: { why: 'anywhere' | 'uneven' }) =>
    p.why === 'anywhere'
      ? '`matches` finds this anywhere in the text, whatever stands before and behind it'
      : 'not all alternatives of this pattern are held to the same ends of the text: `|` parts the whole of it',
  help: () => 'hold it to both ends, as in `^(a|b)$`; where it may stand anywhere, write `contains`, or `.*` in the pattern',
})

export const coveredRule = define({
  code: 'IAP5034',
  severity: 'warning',
  message: (p: { rule: string; effect: 'permit' | 'forbid'; others: string }) =>
    p.effect === 'permit'
      ? `\`${p.rule}\` changes no answer: whatever it lets in, ${p.others} lets in too`
      : `\`${p.rule}\` changes no answer: whatever it stops, ${p.others} stops in the same way`,
  help: () => 'take it out, or let it say what the others do not: who relies on it looks at the wrong rule',
})

export const openRoute = define({
  code: 'IAP5035',
  severity: 'warning',
  message: (p: { route: string }) => `every request to \`${p.route}\` is permitted, whoever sends it`,
  help: () => 'if it is meant so, say it in one permit `to anyone` without a condition; else ask what the permits here leave out',
})
