export type { DiagnosticJson as Diagnostic, PlaceJson as Place, PointJson as Point } from '../../cli/formats/diagnostic-json.ts'
