import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { DEFAULT_ROLLOUT } from '../../runtime/policy/index.ts'
import { planOf } from '../../runtime/policy/rollout/plan.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { openapi } from '../support/admin.ts'

/** What pages say of roll-outs is so. */
const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const page = read('docs/guides/operations/rollout.md')

describe('docs/guides/operations/rollout.md', () => {
  test('shows a configuration whose plan is what it says', () => {
    const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```/m.exec(page) ?? []
    const loaded = loadConfig(yaml, 'iap.yaml')
    if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
    const services = [
      { name: 'billing', hosts: [] },
      { name: 'site', hosts: [], labels: ['public'] },
      { name: 'stock', hosts: [], labels: ['internal'] },
    ]
    const plan = planOf(loaded.config.rollout, services)
    expect(plan.map(({ share: { parts, services: some, whole = [] }, time }) => [parts, some, whole, time / 60_000])).toEqual([
      [0, null, [], 30],
      [100, ['site'], [], 10],
      [1000, ['site'], [], 30],
      [5000, ['site'], [], 30],
      [100, ['stock'], ['site'], 10],
      [1000, ['stock'], ['site'], 30],
      [5000, ['stock'], ['site'], 30],
      [100, null, ['site', 'stock'], 10],
      [1000, null, ['site', 'stock'], 30],
      [5000, null, ['site', 'stock'], 30],
    ])
    expect(page).toContain('has ten steps')
    expect(loaded.config.rollout).toMatchObject({
      requests: 1000,
      promote: 'by-itself',
      rollback: { newlyPermitted: 10, newlyDenied: 100, refusals: 50, other: null, failed: 0, after: 100 },
    })
  })

  test('tells each threshold and what holds without it', () => {
    const { rollback } = DEFAULT_ROLLOUT
    const rows = [...page.matchAll(/^\| `(\w+)` \| (0|5%|100|no limit) \|/gm)].map(([, name, told]) => [name, told])
    const expected = Object.entries(rollback).map(([name, value]) => [
      name,
      value === null ? 'no limit' : name === 'refusals' ? `${value / 100}%` : String(value),
    ])
    expect(rows.toSorted()).toEqual(expected.toSorted())
  })
})

test('the table of docs/reference/configuration.md has each key of `rollout`, and no other', () => {
  const keys = Object.keys(JSON.parse(read('runtime/server/config/config.schema.json')).properties.rollout.properties)
  const told = [...read('docs/reference/configuration.md').matchAll(/^\| `rollout\.(\w+)` \|/gm)].map(([, key]) => key)
  expect(told.toSorted()).toEqual(keys.toSorted())
})

test('spec/language/cli-json.md shows what the API answers', () => {
  const [, json = ''] = /^## `iap rollout[\s\S]*?^```json\n([\s\S]*?)^```/m.exec(read('spec/language/cli-json.md')) ?? []
  const { ok, ...body } = JSON.parse(json)
  expect(ok).toBe(true)
  const ajv = formats.default(new Ajv2020({ strict: false })).addSchema(openapi, 'openapi')
  const validate = ajv.compile({ $ref: 'openapi#/components/schemas/Rollout' })
  expect([validate(body), ajv.errorsText(validate.errors)]).toEqual([true, 'No errors'])
})
