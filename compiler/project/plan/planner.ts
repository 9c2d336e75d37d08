import { PlanError, readColumns, where } from '../../../analysis/plan/index.ts'
import type { Model } from '../../../language/index.ts'
import { type Policy, readPublicKeys } from '../../../runtime/policy/index.ts'
import { buildPolicy } from '../build-policy.ts'
import type { CheckedPaths } from '../check-paths.ts'
import { openBundle } from '../open-bundle.ts'
import { ProjectError } from '../source-files.ts'
import { planJson, sqlJson } from './plan-json.ts'
import { planPolicy } from './plan-policy.ts'
import type { Planner } from './plan-question.ts'

/** Creates a planner from the checked sources of a policy. */
export async function plannerOfSources(model: Model, checked: CheckedPaths): Promise<Planner> {
  return plannerOf(model, (await buildPolicy(model, checked)).policy)
}

/**
 * Creates a planner from the sources in a bundle.
 *
 * @param keys public keys that verify the bundle's signature, as PEM, JWK or JWK Set; `insecure-unverified` to skip that
 */
export async function plannerOfBundle(bytes: Uint8Array, keys: readonly string[] | 'insecure-unverified'): Promise<Planner> {
  const trusted = keys === 'insecure-unverified' ? ('unverified' as const) : keys.flatMap(readKeys)
  const loaded = await openBundle(bytes, trusted, 'bundle')
  return plannerOf(loaded.explained().model, loaded.policy)
}

function readKeys(text: string) {
  const read = readPublicKeys(text)
  if (!read.ok) throw new ProjectError(`a key cannot verify: ${read.message}`)
  return read.keys
}

function plannerOf(model: Model, policy: Policy): Planner {
  return {
    plan(question) {
      const planned = planPolicy(model, policy, question)
      if (!planned.ok) return planned
      const { plan } = planned
      try {
        const { sql: _, ...told } = planJson(plan, null)
        return {
          ok: true,
          ...told,
          where(dialect, columns) {
            const read = readColumns(columns)
            if (!read.ok) throw new TypeError(read.message)
            return sqlJson(where(plan, dialect, read.columns), dialect)
          },
        }
      } catch (error) {
        if (error instanceof PlanError) return { ok: false, message: error.message }
        throw error
      }
    },
  }
}
