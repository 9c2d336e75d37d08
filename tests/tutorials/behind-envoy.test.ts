import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inside } from '../cli/inside.ts'
import { freePorts } from '../support/listening-program.ts'
import { EXT_AUTHZ, managerOf, startEnvoyStandIn } from './envoy-stand-in.ts'
import { startPageRun, stepsOf } from './run-page.ts'

/** `npm run interop -- envoy` follows the page with a real Envoy. */
const PAGE = 'docs/tutorials/behind-envoy.md'

test(PAGE, async () => {
  const [front = 0, checks = 0] = await freePorts(2)
  const run = await startPageRun({ inside, ports: { 8000: front, 9001: checks } })
  let configuration = ''
  let closeEnvoy = async () => {}
  try {
    for (const step of stepsOf(PAGE)) {
      if (step.kind === 'file' && step.path === 'envoy.yaml') configuration = run.toReal(step.text)
      if (step.kind !== 'command' || !step.command.startsWith('envoy ')) await run.take(step)
      else {
        await closeEnvoy()
        closeEnvoy = await startEnvoyStandIn(configuration)
      }
    }
  } finally {
    await closeEnvoy()
    await run.close()
  }
})

test('its configuration has the settings of the example, whose cases run with Envoy', () => {
  const example = managerOf(readFileSync('examples/fronts/envoy/envoy.yaml', 'utf8'))
  const shown = stepsOf(PAGE).flatMap((step) => (step.kind === 'file' && step.path === 'envoy.yaml' ? [step.text] : []))
  const page = managerOf(shown.at(-1) ?? '')
  const filterOf = ({ http_filters: filters }: typeof page) => filters.find(({ name }) => name === EXT_AUTHZ)
  const { with_request_body: _, ...settings } = { with_request_body: null, ...filterOf(example)?.typed_config }
  expect(filterOf(page)?.typed_config).toEqual(settings)
  const { route_config: __, http_filters: ___, ...own } = page
  expect(example).toMatchObject(own)
})
