import {
  type CompiledSchemas,
  generateSigningKey,
  type PrivateSigningKey,
  packBundle,
  standaloneValidators,
} from '../../compiler/bundle/index.ts'
import { compile } from '../../compiler/index.ts'
import { checkProject, renderDiagnostic } from '../../language/index.ts'

export interface CompilePolicyOptions {
  /** 1 where left out. */
  readonly sequence?: number
  /** RFC 3339; it has no end where left out. */
  readonly expires?: string
  /** Nobody where left out. */
  readonly signers?: readonly PrivateSigningKey[]
}

/** A source, or several by name, of which `policy.iap` imports the others. */
export type PolicySource = string | Readonly<Record<string, string>>

/** Many policies declare the same. */
const schemas: CompiledSchemas = new Map()

/** By policy, options and signers. Most tests start proxies with few policies, and to compile one takes longer than to start. */
const made = new Map<string, Promise<Uint8Array>>()

/** The bundle of a policy, each time a copy of its own. Throws the diagnostics of one that does not check. */
export async function compilePolicy(text: PolicySource, options: CompilePolicyOptions = {}): Promise<Uint8Array> {
  const key = JSON.stringify([text, options])
  const bundle = made.get(key) ?? makeBundle(text, options)
  made.set(key, bundle)
  return (await bundle).slice()
}

async function makeBundle(text: PolicySource, options: CompilePolicyOptions): Promise<Uint8Array> {
  const files: Readonly<Record<string, string>> = typeof text === 'string' ? { 'policy.iap': text } : text
  const { result: model, diagnostics, sources } = checkProject({ read: (name) => files[name] ?? null }, ['policy.iap'])
  if (model === null) throw new Error(diagnostics.map((each) => renderDiagnostic(each, { color: false })).join('\n'))
  const compiled = compile(model)
  return await packBundle({
    compiled,
    validators: standaloneValidators(compiled.schemas, schemas),
    model,
    sources,
    sequence: options.sequence ?? 1,
    expires: options.expires ?? null,
    check: { warnings: 0 },
    tests: { passed: 0, failed: 0 },
    signers: options.signers ?? [],
  })
}

/** One for all tests of a file. */
export const testSigner: PrivateSigningKey = generateSigningKey()
