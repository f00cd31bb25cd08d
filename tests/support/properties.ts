import { configureGlobal } from 'fast-check'

// Of a failed run often only the report's first lines are kept: they say what went wrong beside the seed that shows it
// again. Left to itself fast-check hands it on as the cause, which vitest's report leaves out.
configureGlobal({ includeErrorInReport: true })
