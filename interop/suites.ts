import { envoy } from './envoy.ts'
import { gateways } from './gateways.ts'
import { grpc } from './grpc.ts'
import { h2spec } from './h2spec.ts'
import { keycloak } from './keycloak.ts'
import type { Suite } from './support/suite.ts'

export const suites: Readonly<Record<string, Suite>> = { envoy, gateways, grpc, h2spec, keycloak }
