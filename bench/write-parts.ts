import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { standaloneValidators } from '../compiler/bundle/index.ts'
import { manifestUnpacked } from '../compiler/bundle/manifest-of.ts'
import { compile } from '../compiler/index.ts'
import type { Model } from '../language/index.ts'

/** Compiles a policy into the parts of a bundle, each in its file, for a program that loads them with no compiler beside it. */
export function writeParts(model: Model, folder: string): void {
  const compiled = compile(model)
  const manifest = manifestUnpacked(compiled, model)
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'policy.js'), compiled.policy)
  writeFileSync(join(folder, 'validators.js'), standaloneValidators(compiled.schemas))
}
