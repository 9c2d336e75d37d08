/** IAP2xxx: names that do not resolve, or not to what the place requires. */
import { define, didYouMean, importIt } from './define.ts'

export const unknownName = define({
  code: 'IAP2001',
  severity: 'error',
  message: (p: { name: string; wanted: string; found: string | null }) =>
    p.found === null
      ? `expected ${p.wanted}, but \`${p.name}\` is not defined here`
      : `expected ${p.wanted}, but \`${p.name}\` is ${p.found}`,
  help: (p: { name: string; wanted: string; suggestion: string | null; elsewhere: string | null }) =>
    importIt(p) ?? (didYouMean(p.suggestion) || `use ${p.wanted} that this file declares or imports`),
})

export const duplicateName = define({
  code: 'IAP2002',
  severity: 'error',
  message: (p: { name: string; first: string }) => `\`${p.name}\` is already the name of ${p.first}`,
  help: () => 'rename one of the two: all declarations of a bundle except types share one namespace',
})

export const reservedName = define({
  code: 'IAP2003',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` cannot be declared`,
  help: (p: { name: string }) =>
    p.name.startsWith('__')
      ? 'names that begin with `__` are reserved; to read a claim with this name, rename it: `mine from "__theirs": string`'
      : 'choose another name: this one has a predefined meaning',
})

export const notExported = define({
  code: 'IAP2004',
  severity: 'error',
  message: (p: { name: string; file: string }) => `\`${p.file}\` does not declare \`${p.name}\``,
  help: (p: { suggestion: string | null }) =>
    didYouMean(p.suggestion) || 'import the name from the file that declares it: a file does not export what it imports',
})

export const unknownImport = define({
  code: 'IAP2005',
  severity: 'error',
  message: (p: { file: string }) => `the file \`${p.file}\` does not exist`,
  help: (p: { resolved: string }) => `the import resolves to \`${p.resolved}\`: paths are relative to the importing file`,
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
  message: (p: { cycle: string }) => `these files import each other in a circle: ${p.cycle}`,
  help: () => 'move the shared declarations into a file that imports none of these files',
})

export const unknownCallerName = define({
  code: 'IAP2008',
  severity: 'error',
  message: (p: { name: string; known: boolean }) =>
    p.known
      ? `\`${p.name}\` is neither a role nor an identity`
      : `expected a role or an identity, but \`${p.name}\` is not defined here`,
  help: (p: { name: string; suggestion: string | null; elsewhere: string | null }) =>
    importIt(p) ??
    (didYouMean(p.suggestion) || 'use a role or an identity that this file declares or imports, `authenticated` or `anonymous`'),
})

export const unknownRoute = define({
  code: 'IAP2009',
  severity: 'error',
  message: (p: { service: string; route: string }) => `the service \`${p.service}\` has no route \`${p.route}\``,
  help: (p: { suggestion: string | null; service: string }) =>
    didYouMean(p.suggestion) || `\`${p.service}.*\` selects all of its routes`,
})

export const unknownMethod = define({
  code: 'IAP2010',
  severity: 'error',
  message: (p: { name: string }) => `\`${p.name}\` is not an authentication method`,
  help: (p: { suggestion: string | null }) =>
    didYouMean(p.suggestion) || 'the methods are `oidc`, `jwt`, `oauth2`, `saml`, `mtls`, `api_key` and `custom`',
})

export const unknownRule = define({
  code: 'IAP2011',
  severity: 'error',
  message: (p: { name: string; effect: string }) => `no ${p.effect} has the name \`${p.name}\``,
  help: (p: { suggestion: string | null }) =>
    didYouMean(p.suggestion) || 'write the name of a rule with this effect, or remove `by`',
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
  message: (p: { name: string }) => `no row of \`cases\` has a value for \`${p.name}\``,
  help: (p: { name: string; suggestion: string | null }) =>
    didYouMean(p.suggestion === null ? null : `$${p.suggestion}`) || `add \`${p.name}: …\` to each row`,
})

export const placeholderAlone = define({
  code: 'IAP2053',
  severity: 'error',
  message: (p: { name: string }) => `the placeholder \`$${p.name}\` cannot be used here`,
  help: () => 'write placeholders in a test with `cases { "row": { x: … } }`, but not inside its rows',
})

export const rowLacks = define({
  code: 'IAP2054',
  severity: 'error',
  message: (p: { row: string; name: string }) => `the row \`${p.row}\` has no \`${p.name}\``,
  help: (p: { name: string }) => `add \`${p.name}: …\`: each row needs a value for each placeholder`,
})

export const unusedMember = define({
  code: 'IAP2055',
  severity: 'error',
  message: (p: { name: string }) => `the test does not use \`$${p.name}\``,
  help: () => 'write the placeholder where the test needs the value, or remove the value from the rows',
})

export const noCases = define({
  code: 'IAP2056',
  severity: 'error',
  message: (p: { test: string }) => `the \`cases\` of the test \`${p.test}\` are empty, so nothing is tested`,
  help: () => 'add a row such as `"at night": { hour: "03" }`, or remove `cases`',
})

export const unknownDocument = define({
  code: 'IAP2057',
  severity: 'error',
  message: (p: { file: string }) => `the document \`${p.file}\` does not exist`,
  help: (p: { resolved: string }) => `the path resolves to \`${p.resolved}\`: paths are relative to the file that contains them`,
})

export const documentPath = define({
  code: 'IAP2058',
  severity: 'error',
  message: (p: { file: string; why: string }) => `\`${p.file}\` cannot be read as a document: ${p.why}`,
  help: (p: { hasDocument: boolean }) =>
    p.hasDocument
      ? 'write a JSON Pointer to a value of the document after `#`, such as `#/users/0`; without `#`, it is the whole document'
      : 'write a path such as `"./refund.schema.json"` or `"../api/orders.yaml"` that stays within the project',
})
