import { actionlint } from './actionlint.ts'
import { caddy } from './caddy.ts'
import { ciSchemas } from './ci-schemas.ts'
import { comparisons } from './comparisons.ts'
import { container } from './container.ts'
import { containerfile } from './containerfile.ts'
import { cosign } from './cosign.ts'
import { emacs } from './emacs.ts'
import { envoy } from './envoy.ts'
import { envoyThreats } from './envoy-threats.ts'
import { gateways } from './gateways.ts'
import { grpc } from './grpc.ts'
import { h2spec } from './h2spec.ts'
import { haproxy } from './haproxy.ts'
import { helm } from './helm.ts'
import { keycloak } from './keycloak.ts'
import { nginx } from './nginx.ts'
import { preCommit } from './pre-commit.ts'
import { release } from './release.ts'
import type { Suite } from './support/suite.ts'
import { traefik } from './traefik.ts'
import { vscode } from './vscode.ts'

export const suites: Readonly<Record<string, Suite>> = {
  actionlint,
  caddy,
  'ci-schemas': ciSchemas,
  comparisons,
  container,
  containerfile,
  cosign,
  emacs,
  envoy,
  'envoy-threats': envoyThreats,
  gateways,
  grpc,
  h2spec,
  haproxy,
  helm,
  keycloak,
  nginx,
  'pre-commit': preCommit,
  release,
  traefik,
  vscode,
}
