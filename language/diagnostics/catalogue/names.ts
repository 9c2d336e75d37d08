/** IAP2xxx: names that do not resolve, or not to what the place requires. */
import { define, didYouMean, importIt } from './define.ts'

export const unknownName = define({
  code: 'IAP2001',
  severity: 'error',
  message: (p: { name: string; wanted: string; found: string | null }) =>
    p.found === null
      ? `\`${p.name}\` is not known here; ${p.wanted} is expected`
      : `\`${p.name}\` is ${p.found}; ${p.wanted} is expected`,
  help: (p: { name: string; wanted: string; suggestion: string | null; elsewhere: string | null }) =>
    importIt(p) ?? (didYouMean(p.suggestion) || `name ${p.wanted} that this file declares or imports`),
})

export const duplicateName = define({
  code: 'IAP2002',
  severity: 'error',
  message: (p: { name: string; first: string }) => `\`${p.name}\` is already the name of ${p.first}`,
  help: () => 'give one of the two another name: all names but those of types are one set in a bundle',
})

export const reservedName = define({
  code: 'IAP2003',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` cannot be declared`,
  help: (p: { name: string }) =>
    p.name.startsWith('__')
      ? 'names that begin with `__` are reserved; a claim can have any foreign name: `mine from "__theirs": string`'
      : 'it has a meaning of its own; choose another name',
})

export const notExported = define({
  code: 'IAP2004',
  severity: 'error',
  message: (p: { name: string; file: string }) => `\`${p.file}\` does not declare \`${p.name}\``,
  help: (p: { suggestion: string | null }) =>
    didYouMean(p.suggestion) || 'import a name from the file that declares it: what a file imports itself is not handed on',
})

export const unknownImport = define({
  code: 'IAP2005',
  severity: 'error',
  message: (p: { file: string }) => `there is no file \`${p.file}\``,
  help: (p: { resolved: string }) => `\`${p.resolved}\` was looked for; an import is relative to the file that it stands in`,
})

export const importPath = define({
  code: 'IAP2006',
  severity: 'error',
  message: (p: { file: string; why: string }) => `\`${p.file}\` cannot be imported: ${p.why}`,
  help: () => 'write a path such as `"./identity.iap"` or `"../shared/roles.iap"` that stays within the project',
})

export const importCycle = define({
  code: 'IAP2007',
  severity: 'error',
  message: (p: { cycle: string }) => `these files import each other: ${p.cycle}`,
  help: () => 'move what they share into a file that imports neither',
})

export const unknownCallerName = define({
  code: 'IAP2008',
  severity: 'error',
  message: (p: { name: string; known: boolean }) =>
    p.known
      ? `\`${p.name}\` is neither a role nor an identity`
      : `\`${p.name}\` is not known here; a role or an identity is expected`,
  help: (p: { name: string; suggestion: string | null; elsewhere: string | null }) =>
    importIt(p) ??
    (didYouMean(p.suggestion) || 'name a role or an identity that this file declares or imports, `authenticated` or `anonymous`'),
})

export const unknownRoute = define({
  code: 'IAP2009',
  severity: 'error',
  message: (p: { service: string; route: string }) => `the service \`${p.service}\` has no route \`${p.route}\``,
  help: (p: { suggestion: string | null; service: string }) =>
    didYouMean(p.suggestion) || `\`${p.service}.*\` names all of its routes`,
})

export const unknownMethod = define({
  code: 'IAP2010',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is not a way to authenticate`,
  help: (p: { suggestion: string | null }) =>
    didYouMean(p.suggestion) || 'the methods are `oidc`, `jwt`, `oauth2`, `saml`, `mtls`, `api_key` and `custom`',
})

export const unknownRule = define({
  code: 'IAP2011',
  severity: 'error',
  message: (p: { name: string; effect: string }) => `there is no ${p.effect} \`${p.name}\``,
  help: (p: { suggestion: string | null }) => didYouMean(p.suggestion) || 'name a rule of that effect, or leave `by` out',
})

export const unknownAnnotation = define({
  code: 'IAP2050',
  severity: 'error',
  message: (p: { name: string }) => `there is no annotation \`@${p.name}\``,
  help: (p: { suggestion: string | null }) =>
    didYouMean(p.suggestion === null ? null : `@${p.suggestion}`) ||
    'the annotations are `@was("old")` and `@deprecated("use x")`',
})

export const unknownOperation = define({
  code: 'IAP2051',
  severity: 'error',
  message: (p: { name: string; file: string }) => `\`${p.file}\` has no operation \`${p.name}\``,
  help: (p: { suggestion: string | null }) => didYouMean(p.suggestion) || 'write the `operationId` of one of its operations',
})

export const unknownPlaceholder = define({
  code: 'IAP2052',
  severity: 'error',
  message: (p: { name: string }) => `no row of the cases has a member \`${p.name}\``,
  help: (p: { name: string; suggestion: string | null }) =>
    didYouMean(p.suggestion === null ? null : `$${p.suggestion}`) || `add \`${p.name}: …\` to each row`,
})

export const placeholderAlone = define({
  code: 'IAP2053',
  severity: 'error',
  message: (p: { name: string }) => `nothing is put in for \`$${p.name}\` here`,
  help: () => 'a placeholder stands in a test with `cases { "row": { x: … } }`, outside of its rows',
})

export const rowLacks = define({
  code: 'IAP2054',
  severity: 'error',
  message: (p: { row: string; name: string }) => `the row \`${p.row}\` has no \`${p.name}\``,
  help: (p: { name: string }) => `add \`${p.name}: …\`: each row says what stands for each placeholder`,
})

export const unusedMember = define({
  code: 'IAP2055',
  severity: 'error',
  message: (p: { name: string }) => `nothing in the test is \`$${p.name}\``,
  help: () => 'write the placeholder where the value belongs, or take the member out of the rows',
})

export const noCases = define({
  code: 'IAP2056',
  severity: 'error',
  message: (p: { test: string }) => `the test \`${p.test}\` has no row in its \`cases\`, so it tests nothing`,
  help: () => 'add a row such as `"at night": { hour: "03" }`, or take `cases` out',
})

export const unknownDocument = define({
  code: 'IAP2057',
  severity: 'error',
  message: (p: { file: string }) => `there is no document \`${p.file}\``,
  help: (p: { resolved: string }) => `\`${p.resolved}\` was looked for; the path is relative to the file that it stands in`,
})

export const documentPath = define({
  code: 'IAP2058',
  severity: 'error',
  message: (p: { file: string; why: string }) => `\`${p.file}\` cannot be read as a document: ${p.why}`,
  help: () => 'write a path such as `"./refund.schema.json"` or `"../api/orders.yaml"` that stays within the project',
})
