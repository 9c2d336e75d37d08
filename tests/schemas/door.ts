/** What our door says of a body: the policy as the proxy runs it, asked whole requests. */
import { checkProject, type Diagnostic, type Model } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate } from '../../runtime/policy/index.ts'
import { compiledPolicy } from '../../spec/differential/compiled-policy.ts'
import type { SchemaCase } from './schema-case.ts'

const URIS: Readonly<Partial<Record<SchemaCase['dialect'], string>>> = {
  'draft 2019-09': 'https://json-schema.org/draft/2019-09/schema',
  'draft-07': 'http://json-schema.org/draft-07/schema#',
  'draft-04': 'http://json-schema.org/draft-04/schema#',
}

/** The files of a project whose one route has the schema as its body. */
export function projectOf({ dialect, schema }: SchemaCase): Readonly<Record<string, string>> {
  if (dialect !== 'OpenAPI 3.0' && dialect !== 'OpenAPI 3.1') {
    const uri = URIS[dialect]
    return {
      'main.iap': `service s at "s.example" { route post POST "/" body schema "./body.json" }\npermit p on s.post to anyone`,
      'body.json': JSON.stringify(uri === undefined ? schema : { $schema: uri, ...schema }),
    }
  }
  const { components, ...body } = schema
  const document = {
    openapi: dialect === 'OpenAPI 3.0' ? '3.0.3' : '3.1.0',
    info: { title: 'One', version: '1' },
    servers: [{ url: '/' }],
    paths: {
      '/': {
        post: {
          operationId: 'post',
          requestBody: { required: true, content: { 'application/json': { schema: body } } },
          responses: { 204: { description: 'Done.' } },
        },
      },
    },
    components,
  }
  return {
    'main.iap': 'service s at "s.example" from openapi "./api.json" {}\npermit p on s.post to anyone',
    'api.json': JSON.stringify(document),
  }
}

export function imported(one: SchemaCase): { readonly model: Model | null; readonly diagnostics: readonly Diagnostic[] } {
  const files = projectOf(one)
  const { result, diagnostics } = checkProject({ read: (name) => files[name] ?? null }, ['main.iap'])
  return { model: result, diagnostics }
}

/** Whether a body in bytes is let in. */
export function doorOf(model: Model): (body: string) => boolean {
  const policy = compiledPolicy(model)
  const request: EvalRequest = { method: 'POST', url: 'https://s.example/', headers: { 'content-type': 'application/json' } }
  return (rawBody) => {
    const answer = evaluate(policy, { ...request, rawBody })
    if (answer.effect !== 'permit' && answer.effect !== 'reject') throw new Error(`a body was answered by ${answer.effect}`)
    return answer.effect === 'permit'
  }
}
