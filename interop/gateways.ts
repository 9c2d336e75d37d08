import { deepEqual, equal, match } from 'node:assert/strict'
import { parse } from 'yaml'
import { loadConfig } from '../runtime/server/config/index.ts'
import { installEnvoy } from './envoy/start-envoy.ts'
import { envoyGatewayCases } from './gateways/envoy-gateway.ts'
import { downloadModule } from './gateways/go-module.ts'
import { blocksOf, FILES, type Manifest, objectsIn, textOf } from './gateways/manifests.ts'
import { faultsOfMeshConfig } from './gateways/mesh-config.ts'
import { type ResourceValidator, resourceValidator } from './gateways/resource-validator.ts'
import { settingsOfGateways } from './gateways/setting-cases.ts'
import { goInstall } from './support/go-install.ts'
import type { InteropRun } from './support/interop-run.ts'
import type { Suite } from './support/suite.ts'

/** Go modules with the definitions of resources. Gateway API: the newest one that the newest Envoy Gateway can be built with. */
const MODULES = {
  gatewayApi: ['sigs.k8s.io/gateway-api', 'v1.6.3'],
  envoyGateway: ['github.com/envoyproxy/gateway', 'v1.9.1'],
  istio: ['istio.io/api', 'v1.32.0'],
  clientGo: ['k8s.io/client-go', 'v0.36.3'],
} as const

/** A page that shows objects of Istio, and a mesh configuration. */
const MIGRATION = 'docs/guides/migrate/istio.md'

export const gateways: Suite = {
  summary:
    'manifests for Gateway API, Envoy Gateway and Istio, against their definitions, and run as Envoy Gateway translates them',
  async run(run) {
    const folder = async (name: keyof typeof MODULES) => {
      const [module, version] = MODULES[name]
      return await downloadModule(run, module, version)
    }
    const istio = await folder('istio')
    const validator = resourceValidator({
      gatewayApi: await folder('gatewayApi'),
      envoyGateway: await folder('envoyGateway'),
      istio,
      clientGo: await folder('clientGo'),
    })
    for (const file of FILES) await objectCases(run, validator, file, textOf(file))
    const [before = '', meshConfig = ''] = blocksOf(MIGRATION)
    await objectCases(run, validator, MIGRATION, before)
    const rules = validator.rules()
    await faultyCases(run, validator)
    await meshCases(run, istio, meshConfig)
    await run.check('iap.yaml: the configuration of `iap`', configurationIsRead)
    await settingsOfGateways(run)
    const [module, version] = MODULES.envoyGateway
    const egctl = await egctlOf(run, module, version)
    await envoyGatewayCases(run, egctl, await installEnvoy(run))
    run.skip('rules in CEL', `Kubernetes evaluates ${rules} of them for these manifests, and this suite none`)
  },
}

/** Returns the path of `egctl`: the one in `PATH` if it has this version, else one that is built in half an hour on two cores. */
async function egctlOf(run: InteropRun, module: string, version: string): Promise<string> {
  const { output: path } = await run.exec('sh', ['-c', 'command -v egctl'])
  if (path !== '') {
    const { output } = await run.exec('go', ['version', '-m', path.trim()])
    if (new RegExp(`\\smod\\s+${module}\\s+${version}\\s`).test(output)) return path.trim()
  }
  const [built] = (await goInstall(run, [`${module}/cmd/egctl`], version)) as [string]
  return built
}

async function objectCases(run: InteropRun, { faultsOf }: ResourceValidator, file: string, text: string): Promise<void> {
  for (const object of objectsIn(text))
    await run.check(`${file}: ${object.kind} ${object.metadata.name}`, () => deepEqual(faultsOf(object), []))
}

/** A manifest with a mistake is refused, or the cases above would show nothing. */
async function faultyCases(run: InteropRun, { faultsOf }: ResourceValidator): Promise<void> {
  const faulty = async (file: string, kind: string, from: string, to: string, expected: RegExp) =>
    await run.check(`${kind} with \`${to}\` in place of \`${from}\` is refused`, () => {
      const text = textOf(file)
      equal(text.includes(from), true)
      const object = objectsIn(text.replace(from, () => to)).find((each) => each.kind === kind) as Manifest
      match(faultsOf(object).join('; '), expected)
    })
  await faulty('envoy-gateway-grpc.yaml', 'SecurityPolicy', 'failOpen', 'failedOpen', /failedOpen/)
  await faulty('envoy-gateway-grpc.yaml', 'SecurityPolicy', 'failOpen: false', 'failOpen: "false"', /boolean/)
  await faulty('gateway-api-grpc.yaml', 'HTTPRoute', 'protocol: GRPC', 'protocol: grpc', /allowed values/)
  await faulty('gateway-api-http.yaml', 'HTTPRoute', 'allowedHeaders', 'allowedRequestHeaders', /allowedRequestHeaders/)
  await faulty('gateway-api-http.yaml', 'HTTPRoute', '- cookie', '- origin', /duplicate/)
  await faulty('istio.yaml', 'AuthorizationPolicy', 'notPaths', 'excludedPaths', /excludedPaths/)
  await faulty('iap.yaml', 'Deployment', 'readOnlyRootFilesystem', 'readOnlyFilesystem', /readOnlyFilesystem/)
}

async function meshCases(run: InteropRun, istio: string, shown: string): Promise<void> {
  const faultsOf = (text: string) => {
    const { meshConfig, ...others } = parse(text) as Readonly<Record<string, unknown>>
    return [...Object.keys(others), ...faultsOfMeshConfig(istio, meshConfig)]
  }
  const text = textOf('istio-mesh-config.yaml')
  await run.check('istio-mesh-config.yaml: the mesh configuration', () => deepEqual(faultsOf(text), []))
  await run.check(`${MIGRATION}: the mesh configuration`, () => deepEqual(faultsOf(shown), []))
  for (const [from, to] of [
    ['failOpen', 'failureModeAllow'],
    ['"503"', '503'],
    ['timeout: 2s', 'timeout: 2 seconds'],
  ] as const)
    await run.check(`a mesh configuration with \`${to}\` in place of \`${from}\` is refused`, () =>
      equal(faultsOf(text.replace(from, to)).length, 1),
    )
}

function configurationIsRead(): void {
  const map = objectsIn(textOf('iap.yaml')).find(({ kind }) => kind === 'ConfigMap') as Manifest
  const loaded = loadConfig((map.data as Readonly<Record<string, string>>)['iap.yaml'] ?? '', 'iap.yaml')
  deepEqual(loaded.ok ? [] : loaded.errors.map(({ message }) => message), [])
}
