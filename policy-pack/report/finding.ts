/** What a rule finds, as data. */

/** A request that shows a finding is real. */
export interface Request {
  /** What to run or send, with placeholders in <angle brackets> for what is not known. */
  readonly command: string;
  /** Who sends it and what it does: a sentence that begins where the command ends. */
  readonly outcome: string;
}

/** What was seen, and the request that shows what it means. */
export interface Evidence {
  /** The fault in one sentence. Holds no value of a property other than names, ARNs and AWS's own words. */
  readonly fault: string;
  /** Absent only where there is nothing to send: a value that is not known, or that AWS would refuse. */
  readonly request?: Request;
}

/** The resource a finding is about. */
export interface ResourceRef {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
}

/** One fault of one resource, with its proof and its remedy. */
export interface Finding<Code extends string = string> {
  readonly rule: string;
  /** From the closed map of the rule. */
  readonly code: Code;
  readonly resource: ResourceRef;
  /** The property, as the program writes it: `accessControlPolicy.grants[0]`; "" is the whole resource. */
  readonly path: string;
  readonly evidence: Evidence;
  /** The smallest edit that ends the finding. */
  readonly remedy: string;
}
