import { actionlint } from './actionlint.ts'
import { caddy } from './caddy.ts'
import { container } from './container.ts'
import { envoy } from './envoy.ts'
import { envoyThreats } from './envoy-threats.ts'
import { gateways } from './gateways.ts'
import { grpc } from './grpc.ts'
import { h2spec } from './h2spec.ts'
import { haproxy } from './haproxy.ts'
import { keycloak } from './keycloak.ts'
import { nginx } from './nginx.ts'
import { release } from './release.ts'
import type { Suite } from './support/suite.ts'
import { traefik } from './traefik.ts'
import { vscode } from './vscode.ts'

export const suites: Readonly<Record<string, Suite>> = {
  actionlint,
  caddy,
  container,
  envoy,
  'envoy-threats': envoyThreats,
  gateways,
  grpc,
  h2spec,
  haproxy,
  keycloak,
  nginx,
  release,
  traefik,
  vscode,
}
