export const RULES = 33
export const HOST = 'records.hospital.example'
export const KINDS = ['charts', 'orders', 'images', 'notes'] as const
export const ROLES = ['nurse', 'doctor', 'chief', 'resident', 'pharmacist', 'registrar', 'analyst', 'auditor'] as const
/** Who also writes what they see. */
export const WRITERS: ReadonlySet<string> = new Set(['nurse', 'doctor', 'chief', 'resident'])

const WARDS = ['cardiology', 'oncology', 'neurology', 'surgery', 'pediatrics', 'radiology', 'maternity', 'geriatrics', 'urology']

export function departmentsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${String(at).padStart(3, '0')}-${WARDS[at % WARDS.length]}`)
}

/** Of a department's role: the group that has it. */
export function groupOf(department: string, role: string): string {
  return `${department}:${role}`
}
