import { testRequest } from '../../compiler/testing/index.ts'
import { type Model, showType } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'

/** What a form for requests offers. */
export interface PolicyOutline {
  /** The fields of claims as their types are written: `groups: set<string>`, `level?: int`. */
  readonly identities: readonly { readonly name: string; readonly claims: readonly string[] }[]
  readonly routes: readonly { readonly name: string; readonly methods: readonly string[]; readonly url: string }[]
  readonly data: readonly string[]
  readonly invariants: readonly string[]
  /** The requests of tests. A test with cases has one for each. */
  readonly tests: readonly { readonly name: string; readonly request: EvalRequest }[]
}

/** Maximum tests whose requests are sent. */
const MOST_TESTS = 500

export function outlineOf(model: Model): PolicyOutline {
  return {
    identities: model.identities.map(({ name, claims }) => ({
      name,
      claims: [...claims].map(([claim, { type, optional }]) => `${claim}${optional ? '?' : ''}: ${showType(type)}`),
    })),
    routes: model.routes.map(({ name, methods, service, template }) => ({
      name,
      methods: methods ?? [],
      url: `https://${service.hosts[0]?.text ?? 'localhost'}${template}`,
    })),
    data: model.data.map(({ name }) => name),
    invariants: model.invariants.map(({ name }) => name),
    tests: model.tests.slice(0, MOST_TESTS).map((test) => ({ name: test.name, request: testRequest(model, test) })),
  }
}
