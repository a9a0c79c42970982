/** Doc comments as data. */
import ts from "typescript";

/** What a function or constructor throws. */
export interface Thrown {
  /** The error's class, where the comment names it. */
  readonly errorName: string | undefined;
  readonly when: string;
}

/** A doc comment. */
export interface Comment {
  /** What comes before the first tag, in Markdown. */
  readonly text: string;
  readonly defaultValue: string | undefined;
  readonly see: readonly string[];
  readonly throws: readonly Thrown[];
}

const TAG = /(?:^|\s)@(default|see|throws|param|returns)(?=\s|$)/;

/** The doc comment right before a declaration; an empty one where there is none. */
export function commentOf(node: ts.Node): Comment {
  return parse(blocksBefore(node).at(-1));
}

/** The doc comment at a file's beginning. */
export function moduleCommentOf(file: ts.SourceFile): Comment {
  const [first] = file.statements;
  return parse(first && blocksBefore(first).at(0));
}

function blocksBefore(node: ts.Node): string[] {
  const text = node.getSourceFile().text;
  return (ts.getLeadingCommentRanges(text, node.pos) ?? [])
    .map(({ pos, end }) => text.slice(pos, end))
    .filter((comment) => comment.startsWith("/**"));
}

function parse(block = ""): Comment {
  const plain = block.replaceAll(/^\/\*\*|\*\/$/g, "").replaceAll(/^[^\S\n]*\*[^\S\n]?/gm, "");
  const [text = "", ...tagged] = plain.split(TAG);
  const see: string[] = [];
  const throws: Thrown[] = [];
  let defaultValue: string | undefined;
  for (let index = 0; index < tagged.length; index += 2) {
    const content = oneLine(tagged[index + 1] ?? "");
    const tag = tagged[index];
    if (tag === "default") defaultValue = content;
    else if (tag === "see") see.push(content);
    else if (tag === "throws") throws.push(thrownOf(content));
  }
  return { text: paragraphs(text), defaultValue, see, throws };
}

function thrownOf(content: string): Thrown {
  const [, errorName, when = content] = /^\{(\w+)\}\s*(.*)$/.exec(content) ?? [];
  return { errorName, when };
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

/** Each paragraph on a line of its own, as the lines of a comment end where the file's width does. */
function paragraphs(text: string): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map(oneLine)
    .join("\n\n");
}
