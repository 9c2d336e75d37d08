import { type Case, FILES, IMPORTS } from './case.ts'

const of = (ask: 'checked' | 'linted' | 'actions', name: string, own: string, expect: string | null): Case => ({
  name,
  texts: { ...FILES, 'own.iap': own },
  ask,
  expect,
})

export const DIAGNOSTICS: readonly Case[] = [
  of('checked', 'none', `${IMPORTS}permit a on shop.list to staff‸`, null),
  of(
    'checked',
    'a misspelled name',
    `${IMPORTS}permit a on shop.list to stafff‸`,
    `own.iap:3:26 stafff
  error IAP2008 expected a role or an identity, but \`stafff\` is not defined here
  did you mean \`staff\`?`,
  ),
  of(
    'checked',
    'a name twice, with the first place',
    'label a\nlabel ‸a',
    `own.iap:2:7 a
  error IAP2002 \`a\` is already the name of a label
  rename one of the two: all declarations of a bundle except types share one namespace
  first declared here: own.iap:1:7 a`,
  ),
  of(
    'checked',
    'an import of a file that does not exist',
    'import { a } from "./none.iap"‸',
    `own.iap:1:19 "./none.iap"
  error IAP2005 the file \`./none.iap\` does not exist
  the import resolves to \`none.iap\`: paths are relative to the importing file`,
  ),
  of(
    'checked',
    'half a rule',
    `${IMPORTS}permit a on ‸`,
    `own.iap:3:12
  error IAP1001 expected \`*\`, \`label\` and a label, or a route such as \`orders.read\`, but found the end of the file
  write \`*\`, \`label\` and a label, or a route such as \`orders.read\` here, or remove what does not belong here`,
  ),
  of(
    'linted',
    'an import that nothing uses',
    'import { lead, staff } from "./shared.iap"\nimport { shop } from "./shop.iap"\npermit a on shop.list to staff‸',
    `own.iap:1:10 lead
  warning IAP5018 \`lead\` is imported but never used in this file
  remove it from the import; the imported file stays part of the policy if it is listed or imported elsewhere`,
  ),
  of(
    'linted',
    'no warnings beside an error',
    'import { lead } from "./shared.iap"\npermit p on * to lea‸d\npermit q on * to me',
    `own.iap:3:18 me
  error IAP2008 expected a role or an identity, but \`me\` is not defined here
  use a role or an identity that this file declares or imports, \`authenticated\` or \`anonymous\``,
  ),
  {
    ...of(
      'actions',
      'a misspelled name',
      `import { staff } from "./shared.iap"\npermit a on * to staf‸ff`,
      `replace it with \`staff\`
own.iap:2:18 stafff → staff`,
    ),
    some: true,
  },
  {
    ...of(
      'actions',
      'a name that is not imported',
      'permit a on sh‸op.list to anyone',
      `import \`shop\`
own.iap:1:1 → import { shop } from "./shop.iap"⏎`,
    ),
    some: true,
  },
  {
    ...of(
      'actions',
      'an import that nothing uses',
      'import { le‸ad, staff } from "./shared.iap"\npermit a on * to staff',
      `take \`lead\` out of the import
own.iap:1:10 lead, staff → staff
fix all of iap's findings (1)`,
    ),
    some: true,
  },
  of('actions', 'nothing to mend', 'import { shop } from "./shop.iap"\npermit a on shop.list to ‸anyone', null),
]
