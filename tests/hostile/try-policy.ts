/** What becomes of a policy that was written to become code, or to break what reads it. */
import { expect } from 'vitest'
import { standaloneValidators } from '../../compiler/bundle/index.ts'
import { manifestUnpacked } from '../../compiler/bundle/manifest-of.ts'
import type { CompiledSchemas } from '../../compiler/bundle/standalone-validators.ts'
import { type Compiled, compile } from '../../compiler/index.ts'
import { constantsOf } from '../../compiler/testing/invariants/constants.ts'
import { generateRequest } from '../../compiler/testing/invariants/generate-request.ts'
import { Random } from '../../compiler/testing/invariants/random.ts'
import { checkProject, type Model } from '../../language/index.ts'
import { policyViolation, validatorsViolation } from '../../runtime/abi/allowlist/index.ts'
import { instantiate, type Policy } from '../../runtime/policy/index.ts'
import { fitsSchemaOf } from '../../spec/conformance/fits-schema.ts'
import { difference, interpreted } from '../../spec/differential/disagreement.ts'

export type Tried =
  /** Codes of its diagnostics, each of which has a place. */
  | { readonly kind: 'refused'; readonly codes: readonly string[] }
  | { readonly kind: 'inert'; readonly model: Model; readonly compiled: Compiled; readonly policy: Policy }

/** Requests to each route, aimed at the constants of the policy. */
const REQUESTS = process.env.IAP_FULL === '1' ? 12 : 3

const known: CompiledSchemas = new Map()

/**
 * It is refused with a place; or its code is on the whitelist, is loaded, and answers as the interpreter does. Neither takes long.
 *
 * @param seconds of the processor
 */
export function tryPolicy(files: Readonly<Record<string, string>>, entry = 'policy.iap', seconds = 10): Tried {
  const start = process.cpuUsage()
  try {
    return tried(files, entry)
  } finally {
    const { user, system } = process.cpuUsage(start)
    expect((user + system) / 1e6, 'seconds of the processor').toBeLessThan(seconds)
  }
}

function tried(files: Readonly<Record<string, string>>, entry: string): Tried {
  const { result: model, diagnostics } = checkProject(
    { read: (name) => (Object.hasOwn(files, name) ? (files[name] ?? null) : null) },
    [entry],
  )
  for (const { code, span } of diagnostics) {
    expect(Object.keys(files), code).toContain(span.source.name)
    expect(span.start, code).toBeGreaterThanOrEqual(0)
    expect(span.end, code).toBeGreaterThanOrEqual(span.start)
    expect(span.end, code).toBeLessThanOrEqual(span.source.text.length)
  }
  if (model === null) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error')
    expect(errors.length).toBeGreaterThan(0)
    return { kind: 'refused', codes: [...new Set(errors.map(({ code }) => code))] }
  }
  const compiled = compile(model)
  const validators = standaloneValidators(compiled.schemas, known)
  expect(policyViolation(compiled.policy)).toBeNull()
  expect(validatorsViolation(validators)).toBeNull()
  const manifest = manifestUnpacked(compiled, model)
  const policy = instantiate({ manifest, policy: compiled.policy, validators, sourceMap: compiled.sourceMap ?? null })
  agree(model, policy)
  return { kind: 'inert', model, compiled, policy }
}

function agree(model: Model, policy: Policy): void {
  const constants = constantsOf(model)
  const random = new Random(20_260_302)
  const fitsSchema = fitsSchemaOf(model)
  for (const route of model.routes)
    for (let at = 0; at < REQUESTS; at += 1) {
      const request = generateRequest(model, route, constants, random)
      const found = difference(interpreted(model, request, { fitsSchema }), policy, request)
      // Not the whole request, which can be long.
      expect(found?.slice(0, 400) ?? null, JSON.stringify(request).slice(0, 400)).toBeNull()
    }
}
