{{- define "iap.labels" -}}
{{ include "iap.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "iap.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "iap.metadata" -}}
name: {{ .Release.Name }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "iap.labels" . | nindent 2 }}
{{- end }}

{{- define "iap.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{- /* Seconds from the end of the pod until iap has ended; the last second is for the Close frames of WebSockets. */ -}}
{{- define "iap.drained" -}}
{{ add .Values.drain.preStop .Values.drain.delay .Values.drain.timeout 1 }}
{{- end }}

{{- define "iap.grace" -}}
{{ add (include "iap.drained" .) 4 (ternary .Values.sidecar.terminationSeconds 0 (eq .Values.mode "sidecar")) }}
{{- end }}

{{- /* Ports of callers by name. */ -}}
{{- define "iap.ports" -}}
{{- if eq .Values.mode "decision" -}}
pages: 9000
{{ if .Values.decision.grpc }}checks-grpc: 9001{{ end }}
{{ if .Values.decision.http }}checks-http: 9002{{ end }}
{{- else -}}
http: 8080
{{- end -}}
{{- end }}

{{- define "iap.listeners" -}}
{{- if eq .Values.mode "decision" -}}
{{- $clients := list -}}
{{- range .Values.decision.networks }}{{ $clients = append $clients (dict "address" .) }}{{ end -}}
- address: 0.0.0.0:9000
  trust: {{ dict "proxies" .Values.decision.networks | toJson }}
{{- if .Values.decision.grpc }}
- address: 0.0.0.0:9001
  protocol: ext-authz
  clients: {{ $clients | toJson }}
{{- end }}
{{- if .Values.decision.http }}
- address: 0.0.0.0:9002
  protocol: forward-auth
  original: request-line
  prefix: /check
  clients: {{ $clients | toJson }}
{{- end }}
{{- else -}}
- {{ merge (dict "address" "0.0.0.0:8080") .Values.listener | toJson }}
{{- end -}}
{{- end }}

{{- /* iap.yaml: what the values have, and what the other manifests depend on. */ -}}
{{- define "iap.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $drain := dict "delay" (printf "%ds" (int .Values.drain.delay)) "timeout" (printf "%ds" (int .Values.drain.timeout)) -}}
{{- $_ := set $config "listeners" (include "iap.listeners" . | fromYamlArray) -}}
{{- $_ := set $config "probes" (dict "address" "0.0.0.0:9902") -}}
{{- $_ := set $config "drain" $drain -}}
{{- $admin := ternary "0.0.0.0:9901" "127.0.0.1:9901" .Values.metrics.enabled -}}
{{- $_ := set $config "admin" (merge (dict "address" $admin) ($config.admin | default dict)) -}}
{{- $source := .Values.bundle.volume | empty | ternary .Values.bundle.source (printf "/bundle/%s" .Values.bundle.file) -}}
{{- $_ := set $config "bundle" (merge (dict "source" $source) ($config.bundle | default dict)) -}}
{{- $text := toYaml $config -}}
{{- if regexMatch "://[^/@\\s]*:[^/@\\s]+@" $text -}}
{{- fail "config: an address has a password: the ConfigMap would hold it in plain text" -}}
{{- end -}}
{{ $text }}
{{- end }}
