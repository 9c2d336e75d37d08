import { readFileSync } from 'node:fs'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

test('the validator stands alone: nothing is left to load where it runs', async () => {
  const { metafile } = await build({
    entryPoints: ['runtime/server/config/validate.generated.js'],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
  })
  expect(Object.keys(metafile.inputs)).toEqual(['runtime/server/config/validate.generated.js'])
  expect(Object.values(metafile.outputs)[0]?.imports).toEqual([])
})

test('the schema says of every value what it is and what is expected', () => {
  const schema = JSON.parse(readFileSync('runtime/server/config/config.schema.json', 'utf8'))
  const missing: string[] = []
  const visit = (node: Record<string, unknown>, path: string, key: boolean): void => {
    if (key && node.description === undefined) missing.push(`${path}: description`)
    if ('type' in node || 'enum' in node || 'const' in node)
      if (node['x-expected'] === undefined && path !== '.$schema') missing.push(`${path}: x-expected`)
    for (const [name, child] of Object.entries((node.properties ?? {}) as object)) visit(child, `${path}.${name}`, true)
    for (const [name, child] of Object.entries((node.definitions ?? {}) as object)) visit(child, `#${name}`, false)
    if (typeof node.items === 'object') visit(node.items as Record<string, unknown>, `${path}[]`, false)
  }
  visit(schema, '', true)
  const references = missing.filter((line) => !/\.address: description$/.test(line))
  expect(references).toEqual([])
})
