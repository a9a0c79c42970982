/** A finding as the text that the Pulumi CLI prints. */
import type { Finding } from "./finding.ts";

/** Renders a finding: the fault, the request that proves it where there is one, and the remedy. */
export function renderText(finding: Finding): string {
  const { resource, path, evidence, remedy, code } = finding;
  const place = path === "" ? "" : ` ${path}`;
  const lines = [`${resource.type} "${resource.name}"${place}: ${evidence.fault} [${code}]`];
  if (evidence.request !== undefined) {
    lines.push(`  Request: ${evidence.request.command}`, `           ${evidence.request.outcome}`);
  }
  lines.push(`  Remedy:  ${remedy}`);
  return lines.join("\n");
}
