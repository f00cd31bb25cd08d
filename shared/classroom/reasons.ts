// Apart from the schemas: the first screen of a student knows these, and checks nothing yet.

export const REASONS = ['off_topic', 'answered_before', 'unclear', 'disrespectful', 'other'] as const
export type Reason = (typeof REASONS)[number]
