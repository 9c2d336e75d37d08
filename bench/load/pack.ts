/** Makes a bundle of a generated policy, signed: `RULES FOLDER`. Prints nothing. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSigningKey, packBundle, publicJwk, standaloneValidators } from '../../compiler/bundle/index.ts'
import { compile } from '../../compiler/index.ts'
import { checkProject } from '../../language/index.ts'
import { generatePolicy } from '../check/generate-policy.ts'

const [rules, folder] = process.argv.slice(2) as [string, string]
const texts = generatePolicy(Number(rules), false)
const model = checkProject({ read: (name) => texts.get(name) ?? null }, [...texts.keys()]).result
if (model === null) throw new Error('the generated policy has errors')
const compiled = compile(model)
const key = generateSigningKey()
const bundle = await packBundle({
  compiled,
  validators: standaloneValidators(compiled.schemas),
  model,
  sources: model.sources,
  sequence: 1,
  check: { warnings: 0 },
  tests: { passed: 0, failed: 0 },
  signers: [key],
})
writeFileSync(join(folder, 'bundle.iapb'), bundle)
writeFileSync(join(folder, 'key.json'), JSON.stringify(publicJwk(key)))
