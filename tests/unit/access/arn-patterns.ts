/** Patterns of ARNs and condition keys, as the Service Authorization Reference writes them. */

/** One character, or any number of them, that a text may have at a place. */
interface Step {
  /** The one character, or those that it must not be. */
  readonly is: { readonly char: string } | { readonly except: string };
  /** Any number of them, also none. */
  readonly repeats: boolean;
}

/** A part of these patterns that is no more than one name. */
const ONE_NAME = new Set(["BucketName", "DatabaseName", "Partition", "Region", "Account"]);

/**
 * Whether there is a text that both stand for: a pattern with variables (`arn:${Partition}:s3:::${BucketName}`), and an
 * ARN or key with wildcards.
 */
export function overlaps(pattern: string, wildcards: string): boolean {
  const left = patternSteps(pattern);
  const right = wildcardSteps(wildcards);
  const seen = new Set<string>();
  const reach = (i: number, j: number): boolean => {
    const place = `${i},${j}`;
    if (seen.has(place)) return false;
    seen.add(place);
    const [a, b] = [left[i], right[j]];
    if (a === undefined && b === undefined) return true;
    if (a?.repeats === true && reach(i + 1, j)) return true;
    if (b?.repeats === true && reach(i, j + 1)) return true;
    if (a === undefined || b === undefined || !share(a, b)) return false;
    return reach(a.repeats ? i : i + 1, b.repeats ? j : j + 1);
  };
  return reach(0, 0);
}

function share({ is: a }: Step, { is: b }: Step): boolean {
  if ("char" in a) return "char" in b ? a.char === b.char : !b.except.includes(a.char);
  return "char" in b ? !a.except.includes(b.char) : true;
}

/** `${Name}`, and `<key>` and `tag-key` as some services write it, stand for one character at least. */
function patternSteps(pattern: string): Step[] {
  return pattern.split(/(\$\{[^}]+\}|<[^>]+>|(?<=\/)tag-key$)/i).flatMap((part, index, parts): Step[] => {
    if (index % 2 === 0) return charactersOf(part).map(once);
    const isLast = parts.slice(index + 1).join("") === "";
    const except = ONE_NAME.has(part.slice(2, -1)) ? ":/" : isLast ? "" : ":";
    return [
      { is: { except }, repeats: false },
      { is: { except }, repeats: true },
    ];
  });
}

function wildcardSteps(text: string): Step[] {
  return charactersOf(text).map((char) => {
    if (char === "*") return { is: { except: "" }, repeats: true };
    return char === "?" ? { is: { except: "" }, repeats: false } : once(char);
  });
}

function once(char: string): Step {
  return { is: { char }, repeats: false };
}

function charactersOf(text: string): string[] {
  return Array.from(text);
}
