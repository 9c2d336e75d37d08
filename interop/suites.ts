import { envoy } from './envoy.ts'
import { grpc } from './grpc.ts'
import { h2spec } from './h2spec.ts'
import { haproxy } from './haproxy.ts'
import { keycloak } from './keycloak.ts'
import type { Suite } from './support/suite.ts'

export const suites: Readonly<Record<string, Suite>> = { envoy, grpc, h2spec, haproxy, keycloak }
