import { expect, test } from 'vitest'
import { routeTemplate } from './route-template.ts'

test('the path as it stands in the policy, whatever parameters the host has', () => {
  const segments = [
    { kind: 'literal', text: 'files' },
    { kind: 'param', type: 'int', prefix: 'v', suffix: '.json' },
    { kind: 'rest' },
  ] as const
  expect(routeTemplate({ segments, params: ['tenant', 'id', 'path'] })).toBe('/files/v{id}.json/{path...}')
  expect(routeTemplate({ segments: [{ kind: 'literal', text: '' }], params: ['tenant'] })).toBe('/')
})
