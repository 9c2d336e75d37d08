import type { CedarJob } from '../job.ts'
import type { Opened, Place } from './open.ts'

interface CedarWasm {
  getCedarSDKVersion(): string
  preparsePolicySet(id: string, policies: object): { readonly type: string; readonly errors?: unknown }
  statefulIsAuthorized(call: object): {
    readonly type: string
    readonly response?: { readonly decision: string; readonly diagnostics: { readonly errors: readonly unknown[] } }
    readonly errors?: unknown
  }
}

/** Policies are parsed before; entities come with each question: as few as matter, or all. */
export async function openCedarWasm(job: CedarJob, place: Place, all: boolean): Promise<Opened> {
  const cedar = await place.load<CedarWasm>('@cedar-policy/cedar-wasm/nodejs')
  const parsed = cedar.preparsePolicySet('bench', { staticPolicies: job.policies })
  if (parsed.type !== 'success') throw new Error(`cedar-wasm: ${JSON.stringify(parsed.errors)}`)
  const calls = job.questions.map(({ principal, action, resource, context, slice }) => {
    const entities = all ? job.entities : slice
    return { principal, action, resource, context, preparsedPolicySetId: 'bench', entities }
  })
  return {
    version: await place.versionOf('@cedar-policy/cedar-wasm'),
    count: calls.length,
    decide(question) {
      const { response, errors } = cedar.statefulIsAuthorized(calls[question] as object)
      if (response === undefined || response.diagnostics.errors.length > 0)
        throw new Error(`cedar-wasm: ${JSON.stringify(errors ?? response)}`)
      return response.decision === 'allow'
    },
  }
}
