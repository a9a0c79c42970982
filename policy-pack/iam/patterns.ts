/**
 * Patterns of actions: what a wildcard covers, and whether a pattern matches an action. Pure.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */

/** How far a wildcard action reaches; `exact` when it names one action. */
export type ActionReach = "every-action" | "every-action-of-service" | "action-pattern" | "exact";

/**
 * Classifies one action pattern. `*` stands for any run of characters and `?` for one; both may stand
 * anywhere, the service's name included.
 */
export function reachOfAction(pattern: string): ActionReach {
  if (!/[*?]/.test(pattern)) return "exact";
  const colon = pattern.indexOf(":");
  if (colon === -1) return isAllStars(pattern) ? "every-action" : "action-pattern";
  if (!isAllStars(pattern.slice(colon + 1))) return "action-pattern";
  return isAllStars(pattern.slice(0, colon)) ? "every-action" : "every-action-of-service";
}

/** Whether a pattern matches a concrete action. AWS compares actions without regard to case. */
export function actionMatches(pattern: string, action: string): boolean {
  return globMatches(pattern.toLowerCase(), action.toLowerCase());
}

/** What stands in a pattern for a star and a question mark that are no wildcards. */
const LITERALS: Readonly<Record<string, string>> = { "*": "\u0001", "?": "\u0002" };

/** A text as a pattern that matches this text alone. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[*?]/g, (wildcard) => LITERALS[wildcard] ?? wildcard);
}

/** The text that a pattern without wildcards matches. */
export function literalText(pattern: string): string {
  return Array.from(pattern, literalOf).join("");
}

function literalOf(character: string): string;
function literalOf(character: string | undefined): string | undefined;
function literalOf(character: string | undefined): string | undefined {
  if (character === LITERALS["*"]) return "*";
  return character === LITERALS["?"] ? "?" : character;
}

/** Whether a pattern matches a text, with regard to case: `*` any run of characters, `?` one. */
export function textMatches(pattern: string, text: string): boolean {
  return globMatches(pattern, text);
}

// Linear with one point to go back to: a pattern of many stars must not cost exponential time.
function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === "*") {
      star = p++;
      mark = t;
    } else if (p < pattern.length && (pattern[p] === "?" || literalOf(pattern[p]) === text[t])) {
      p++;
      t++;
    } else if (star !== -1) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

function isAllStars(text: string): boolean {
  return /^\*+$/.test(text);
}
