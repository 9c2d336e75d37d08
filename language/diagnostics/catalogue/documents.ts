/** IAP4xxx: JSON and YAML documents of a project: its project file, schemas, OpenAPI. */
import { define } from './define.ts'

export const badDocument = define({
  code: 'IAP4080',
  severity: 'error',
  message: (p: { file: string; why: string }) => `\`${p.file}\` cannot be read: ${p.why}`,
  help: () => 'correct the document: a `.json` file must be JSON (RFC 8259), any other file YAML 1.2 with JSON values',
})

export const badSchema = define({
  code: 'IAP4081',
  severity: 'error',
  message: (p: { why: string }) => `this schema cannot be imported: ${p.why}`,
  help: () => 'correct the schema, or declare the type of the body in the policy',
})

export const schemaTooLarge = define({
  code: 'IAP4082',
  severity: 'error',
  message: (p: { where: string; limit: string }) => `${p.where} ${p.limit}`,
  help: () => 'declare the type of the body in the policy, with the fields that conditions read',
})

export const schemaWithoutType = define({
  code: 'IAP4083',
  severity: 'error',
  message: () => 'this schema allows several kinds of values, so no type corresponds to it',
  help: () => 'restrict the schema to one kind, for example with `"type": "object"`',
})

export const badOpenapi = define({
  code: 'IAP4084',
  severity: 'error',
  message: (p: { why: string }) => `this OpenAPI document cannot be imported: ${p.why}`,
  help: () => 'correct the document, or write the routes in the policy',
})

export const notImported = define({
  code: 'IAP5090',
  severity: 'warning',
  message: (p: { what: string; why: string }) => `${p.what} is not imported: ${p.why}`,
  help: () => 'conditions cannot read it, and the proxy does not validate it; change the document if you need it',
})

export const badProjectFile = define({
  code: 'IAP4085',
  severity: 'error',
  message: (p: { why: string }) => `the project file is invalid: ${p.why}`,
  help: () => 'write only the version of the language: `{ "language": 1 }`',
})

export const badDocumentValue = define({
  code: 'IAP4086',
  severity: 'error',
  message: (p: { file: string; why: string }) => `a test cannot use this value of \`${p.file}\`: ${p.why}`,
  help: () => 'correct the value, or name another one of the document after `#`',
})

export const assumedRequired = define({
  code: 'IAP5092',
  severity: 'warning',
  message: () => 'this request body is imported as required, because the document does not say `required`',
  help: () =>
    'write `required: true`; if requests without a body must pass, write `required: false`, and the body is not imported',
})

export const usesDeprecated = define({
  code: 'IAP5091',
  severity: 'warning',
  message: (p: { name: string; text: string }) => `\`${p.name}\` is deprecated: ${p.text.trim().replace(/[.!]+$/, '')}`,
  help: () => 'use the replacement before this declaration is removed',
})
