/** Arguments, properties and types as Markdown. */
import ts from "typescript";
import { commentOf, type Comment } from "./comment.ts";
import { commonMeaning } from "./common.ts";
import { code, codeBlock, link, paragraphs, table } from "./markdown.ts";
import { classDoc, fieldsOf, mentionsOf, type Member } from "./model.ts";
import type { Placement } from "./placement.ts";
import { isClass, type Declaration, type Project } from "./project.ts";

/** Where something is told of. */
export interface Where {
  readonly project: Project;
  readonly placement: Placement;
  /** The page's own name. */
  readonly page: string;
}

/** A text of a comment, with links where it names a component or a type. */
export function say(text: string, { linkTo }: Placement): string {
  return text.replaceAll(/\{@link ([\w.]+)\}/g, (_all, name: string) => {
    const [owner = "", method] = name.split(".");
    const to = linkTo(owner);
    if (to === undefined) return code(name);
    // The methods of a component have headings, those of a type have none.
    const isWhole = method === undefined || to.includes("#");
    return link(code(name), isWhole ? to : `${to}#${method.toLowerCase()}`);
  });
}

/** The pages of AWS's that comments name, each once. */
export function seeAlso(comments: readonly Comment[]): string {
  const pages = new Set(comments.flatMap(({ see }) => see));
  return pages.size === 0 ? "" : `See ${[...pages].map((page) => `<${page}>`).join(", ")}.`;
}

/** Rows of a table: name, type, default, what it is. */
export function memberRows(where: Where, members: readonly Member[]): string[][] {
  return members.map((member) => [
    code(member.name),
    typeCell(where, member),
    member.comment.defaultValue ?? (isOptional(member) ? "none" : "required"),
    [say(meaningOf(member) ?? "", where.placement), seeAlso([member.comment])]
      .filter((part) => part !== "")
      .join(" "),
  ]);
}

/** What a member is, by its comment, its name, or the comment of its type. */
export function meaningOf(member: Member): string | undefined {
  if (member.comment.text !== "") return member.comment.text;
  const common = commonMeaning(member);
  if (common !== undefined) return common;
  const [only] = member.mentions;
  if (only === undefined || only.name !== plainType(member) || isClass(only)) return undefined;
  return commentOf(only.node).text.split("\n")[0];
}

/** Links to the types that a signature names. */
export function mentionLinks(
  { placement }: Pick<Where, "placement" | "page">,
  mentions: readonly Declaration[],
): string {
  const links = mentions.flatMap(({ name }) => {
    const to = placement.linkTo(name);
    return to === undefined ? [] : [link(code(name), to)];
  });
  return links.length === 0 ? "" : `Types: ${links.join(", ")}.`;
}

/** A type: what it is, and its fields or its source. */
export function typeSection(where: Where, declaration: Declaration, level: string): string {
  const comment = commentOf(declaration.node);
  return paragraphs(
    `${level} ${declaration.name}`,
    say(comment.text, where.placement),
    seeAlso([comment]),
    typeBody(where, declaration),
  );
}

function typeBody(where: Where, declaration: Declaration): string {
  const { project } = where;
  if (isClass(declaration)) {
    const { properties, methods } = classDoc(project, declaration);
    const rows = methods.map(({ signature, comment }) => [
      code(signature),
      say(comment.text, where.placement),
    ]);
    return paragraphs(
      fieldTable(where, properties, false),
      rows.length === 0 ? "" : table(["Method", "What it does"], rows),
    );
  }
  if (ts.isInterfaceDeclaration(declaration.node)) {
    return fieldTable(where, fieldsOf(project, declaration).members, true);
  }
  const mentions = mentionsOf(project, declaration.node);
  const constants = mentions.filter((found) => isShownWith(where, found, declaration));
  const sources = [declaration, ...constants].map(({ node }) => node.getText().replace(/^export /, ""));
  return paragraphs(
    codeBlock(sources.join("\n\n")),
    mentionLinks(
      where,
      mentions.filter(({ name }) => name !== declaration.name),
    ),
  );
}

/** A constant is shown once a page, with the first type that is made of it. */
function isShownWith({ project, placement, page }: Where, constant: Declaration, type: Declaration): boolean {
  if (!ts.isVariableStatement(constant.node)) return false;
  const users = placement
    .typesOf(page)
    .filter(({ node }) => mentionsOf(project, node).some((found) => found.node === constant.node));
  return users[0] === type;
}

function fieldTable(where: Where, members: readonly Member[], hasDefaults: boolean): string {
  const rows = memberRows(where, members);
  if (hasDefaults && members.some(isOptional)) return table(["Name", "Type", "Default", "What it is"], rows);
  return table(
    ["Name", "Type", "What it is"],
    rows.map(([name = "", type = "", , what = ""]) => [name, type, what]),
  );
}

/** A type that is all link where it names one other, and has its links behind it where it names more. */
function typeCell({ placement }: Where, member: Member): string {
  const text = code(member.type.replace(/ \| undefined$/, ""));
  const links = member.mentions.flatMap(({ name }) => {
    const to = placement.linkTo(name);
    return to === undefined ? [] : [{ name, to }];
  });
  const [first, ...more] = links;
  if (first === undefined) return text;
  if (more.length === 0) return link(text, first.to);
  return `${text} (${links.map(({ name, to }) => link(name, to)).join(", ")})`;
}

function isOptional(member: Member): boolean {
  return member.isOptional || member.comment.defaultValue !== undefined;
}

function plainType({ type }: Member): string {
  return type.replace(/ \| undefined$/, "").replace(/^readonly (.*)\[\]$/, "$1");
}
