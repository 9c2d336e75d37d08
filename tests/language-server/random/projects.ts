import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatePolicy } from '../../../bench/check/generate-policy.ts'

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))

/** Returns the texts of each project that is edited, by name: the examples, and a generated policy. */
export function projects(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const found = new Map<string, ReadonlyMap<string, string>>()
  for (const { name } of readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const texts = filesOf(join(examples, name))
    if ([...texts.keys()].some((file) => file.endsWith('.iap'))) found.set(name, texts)
  }
  return found.set('generated', generatePolicy(100, false))
}

/** What a project of policies reads: policies, JSON and YAML. */
function filesOf(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(iap|json|ya?ml)$/.test(name))
  return new Map(names.sort().map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8')]))
}
