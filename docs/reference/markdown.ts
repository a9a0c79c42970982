/** Pieces of Markdown. */

/** What every page begins with. */
export const GENERATED =
  "<!-- Made from the doc comments by `npm run docs:build`: change those, not this. -->";

/** A piece of code in a line. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** A link. */
export function link(text: string, to: string): string {
  return `[${text}](${to})`;
}

/** A block of code. */
export function codeBlock(text: string): string {
  return ["```ts", text.trim(), "```"].join("\n");
}

/** A heading and what is under it; nothing where there is nothing. */
export function section(title: string, body: string): string {
  return body === "" ? "" : `## ${title}\n\n${body}`;
}

/** A table; nothing where it has no row. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Paragraphs, without those that are empty. */
export function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n\n");
}

/** The first sentence of a text. */
export function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
}

/** A bar ends a cell, in code too. */
function cell(text: string): string {
  return text.replaceAll("|", String.raw`\|`).replaceAll(/\s*\n\s*/g, " ");
}
