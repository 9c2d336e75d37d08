import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'

/** Compiles `runtime/server/config/config.schema.json` to a validator that needs no ajv at run time. */
export async function configValidator() {
  const ajv = new Ajv({
    strict: true,
    allowUnionTypes: true,
    allErrors: true,
    // An error carries the schema that it violates, whose `x-expected` the message quotes.
    verbose: true,
    ownProperties: true,
    code: { source: true, esm: true, lines: true },
  })
  ajv.addVocabulary(['x-expected', 'x-secret', 'x-renamed'])
  const schema = await readFile(new URL('../../runtime/server/config/config.schema.json', import.meta.url), 'utf8')
  const code = standalone.default(ajv, ajv.compile(JSON.parse(schema))).replace(/^export default .*\n/m, '')
  if (/\brequire\(|^import /m.test(code.replace(/"(?:[^"\\]|\\.)*"/g, '""')))
    throw new Error('the configuration validator does not stand alone: avoid the keyword that needs a helper of ajv')
  const root = /^const (schema\d+) = \{"\$schema"/m.exec(code)?.[1]
  if (root === undefined) throw new Error('the configuration validator does not hold its schema')
  // For editors, which show descriptions: the schema is in the code anyway, as errors carry it.
  return `${code}\nexport const schema = ${root};\n`
}
