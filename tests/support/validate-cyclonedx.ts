import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

/** The package has the schemas, and does not export them. Its own validator needs more packages. */
const folder = dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'))
const schema = (file: string) => JSON.parse(readFileSync(join(folder, 'res/schema', file), 'utf8')) as object

/** Formats that ajv-formats lacks, as what they must be at least. */
const formats = { 'iri-reference': /^\S*$/, 'idn-email': /^\S+@\S+$/ }
const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true, formats }))
// By the names by which the schema refers to them.
for (const file of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
  ajv.addSchema(schema(file), `http://cyclonedx.org/schema/${file}`)

/** The schema of CycloneDX 1.5. */
export const validateCycloneDx = ajv.compile(schema('bom-1.5.SNAPSHOT.schema.json'))
