/** Where a value comes in. Records among claims are open, and times there may be seconds; elsewhere a record says whether it is open. */
export type Door = 'claims' | 'json'
