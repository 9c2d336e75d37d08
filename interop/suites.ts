import { caddy } from './caddy.ts'
import { envoy } from './envoy.ts'
import { grpc } from './grpc.ts'
import { h2spec } from './h2spec.ts'
import { keycloak } from './keycloak.ts'
import type { Suite } from './support/suite.ts'
import { traefik } from './traefik.ts'

export const suites: Readonly<Record<string, Suite>> = { caddy, envoy, grpc, h2spec, keycloak, traefik }
