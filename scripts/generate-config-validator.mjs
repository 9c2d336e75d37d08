/**
 * Makes `runtime/config/validate.generated.js` of `config.schema.json`: a validator that needs no ajv where it runs.
 * `--check` writes nothing and exits with 1 where what is there is not what would be made.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'

const folder = new URL('../runtime/config/', import.meta.url)
const target = new URL('validate.generated.js', folder)

const ajv = new Ajv({
  strict: true,
  allowUnionTypes: true,
  allErrors: true,
  // Errors carry the schema that they are of, whose `x-expected` is said to people.
  verbose: true,
  ownProperties: true,
  code: { source: true, esm: true, lines: true },
})
ajv.addVocabulary(['x-expected', 'x-secret'])
const validate = ajv.compile(JSON.parse(readFileSync(new URL('config.schema.json', folder), 'utf8')))
const code = standalone.default(ajv, validate).replace(/^export default .*\n/m, '')
const foreign = /\brequire\(|^import /m.exec(code.replace(/"(?:[^"\\]|\\.)*"/g, '""'))
if (foreign !== null) throw new Error('the validator does not stand alone: avoid the keyword that needs a helper of ajv')

const text = `// Made by scripts/generate-config-validator.mjs of config.schema.json. Do not edit.\n${code}`
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error(
      'runtime/config/validate.generated.js is not what config.schema.json makes: node scripts/generate-config-validator.mjs',
    )
    process.exitCode = 1
  }
} else {
  writeFileSync(target, text)
}
