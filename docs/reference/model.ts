/** What the pages tell of a component, from its source. */
import ts from "typescript";
import { commentOf, moduleCommentOf, type Comment } from "./comment.ts";
import { classesOf, has, isClass, type ClassDeclaration, type Declaration, type Project } from "./project.ts";

/** An argument, or a property. */
export interface Member {
  readonly name: string;
  readonly type: string;
  /** The declarations of the project that the type names. */
  readonly mentions: readonly Declaration[];
  readonly isOptional: boolean;
  readonly comment: Comment;
}

/** A method. */
export interface Method {
  readonly name: string;
  readonly signature: string;
  readonly mentions: readonly Declaration[];
  readonly comment: Comment;
}

/** A type that has fields. */
export interface Fields {
  readonly members: readonly Member[];
  /** Types that it has the fields of besides, one of them where it is a union. */
  readonly others: readonly Declaration[];
}

/** The public side of a class. */
export interface ClassDoc {
  readonly declaration: ClassDeclaration;
  /** Its own comment, then those of the classes that it extends. */
  readonly comments: readonly Comment[];
  readonly properties: readonly Member[];
  readonly methods: readonly Method[];
  readonly constructorComment: Comment | undefined;
}

/** A component. */
export interface ComponentDoc extends ClassDoc {
  readonly token: string;
  /** Of the file: it links AWS's own page. */
  readonly moduleComment: Comment;
  readonly args: Fields;
}

/** Every component that a program can make, in the order of files. */
export function componentsOf(project: Project, folder: string): ComponentDoc[] {
  return project
    .list(folder)
    .flatMap((fileName) => classesOf(project.file(fileName)))
    .filter((found) => project.isComponent(found) && isExported(found))
    .filter(({ node }) => !has(node, ts.SyntaxKind.AbstractKeyword))
    .map((declaration) => ({
      ...classDoc(project, declaration),
      token: tokenOf(declaration),
      moduleComment: moduleCommentOf(declaration.file),
      args: argsOf(project, declaration),
    }));
}

/** The public side of a class, with what it has from the classes that it extends. */
export function classDoc(project: Project, declaration: ClassDeclaration): ClassDoc {
  const { node } = declaration;
  const base = project.baseOf(declaration);
  const inherited = base && classDoc(project, base);
  const isPublic = (member: ts.ClassElement): boolean =>
    member.name !== undefined &&
    !ts.isPrivateIdentifier(member.name) &&
    !has(member, ts.SyntaxKind.PrivateKeyword) &&
    !has(member, ts.SyntaxKind.ProtectedKeyword);
  const members = node.members.filter(isPublic);
  const constructor = node.members.find((member) => ts.isConstructorDeclaration(member));
  return {
    declaration,
    // Of a class that only its file knows, the comment is for that file's readers.
    comments: [
      commentOf(node),
      ...(inherited && isExported(inherited.declaration) ? inherited.comments : []),
    ],
    properties: [
      ...members.flatMap((member) =>
        ts.isPropertyDeclaration(member) || ts.isGetAccessor(member) ? [memberOf(project, member)] : [],
      ),
      ...(inherited?.properties ?? []),
    ],
    methods: [
      ...members.flatMap((member) => (ts.isMethodDeclaration(member) ? [methodOf(project, member)] : [])),
      ...(inherited?.methods ?? []),
    ],
    constructorComment: constructor && commentOf(constructor),
  };
}

/** The fields of an interface, or of an intersection. */
export function fieldsOf(project: Project, { node, file }: Declaration): Fields {
  if (ts.isTypeAliasDeclaration(node)) return fieldsOfType(project, node.type);
  if (!ts.isInterfaceDeclaration(node)) return { members: [], others: [] };
  const bases = (node.heritageClauses ?? [])
    .flatMap(({ types }) => types)
    .flatMap(({ expression }) => {
      const base = ts.isIdentifier(expression) ? project.find(file, expression.text) : undefined;
      return base ? [fieldsOf(project, base)] : [];
    });
  return join([...bases, { members: membersOf(project, node.members), others: [] }]);
}

/** The declarations of the project that a piece of source names, each once. */
export function mentionsOf(project: Project, node: ts.Node): Declaration[] {
  const found = new Map<string, Declaration>();
  const visit = (part: ts.Node): void => {
    const name = ts.isTypeReferenceNode(part)
      ? part.typeName
      : ts.isTypeQueryNode(part)
        ? part.exprName
        : ts.isExpressionWithTypeArguments(part)
          ? part.expression
          : undefined;
    const declaration =
      name && ts.isIdentifier(name) ? project.find(node.getSourceFile(), name.text) : undefined;
    if (declaration) found.set(declaration.name, declaration);
    ts.forEachChild(part, visit);
  };
  visit(node);
  return [...found.values()];
}

function argsOf(project: Project, { node, name }: ClassDeclaration): Fields {
  const constructor = node.members.find((member) => ts.isConstructorDeclaration(member));
  const type = constructor?.parameters[1]?.type;
  if (type === undefined) throw new Error(`${name} has no constructor that takes arguments`);
  return fieldsOfType(project, type);
}

function fieldsOfType(project: Project, type: ts.TypeNode): Fields {
  if (ts.isIntersectionTypeNode(type)) return join(type.types.map((part) => fieldsOfType(project, part)));
  if (ts.isTypeLiteralNode(type)) return { members: membersOf(project, type.members), others: [] };
  const [found] = ts.isTypeReferenceNode(type) ? mentionsOf(project, type) : [];
  if (found === undefined || isClass(found)) return { members: [], others: [] };
  const fields = fieldsOf(project, found);
  return fields.members.length + fields.others.length > 0 ? fields : { members: [], others: [found] };
}

function join(fields: readonly Fields[]): Fields {
  return {
    members: fields.flatMap(({ members }) => members),
    others: fields.flatMap(({ others }) => others),
  };
}

function membersOf(project: Project, members: ts.NodeArray<ts.TypeElement>): Member[] {
  return members.flatMap((member) =>
    ts.isPropertySignature(member) || ts.isMethodSignature(member) ? [memberOf(project, member)] : [],
  );
}

function memberOf(
  project: Project,
  member: ts.PropertySignature | ts.MethodSignature | ts.PropertyDeclaration | ts.GetAccessorDeclaration,
): Member {
  const type = typeOf(member);
  return {
    name: member.name.getText(),
    type,
    mentions: mentionsOf(project, member),
    isOptional: "questionToken" in member && member.questionToken !== undefined,
    comment: commentOf(member),
  };
}

function typeOf(
  member: ts.PropertySignature | ts.MethodSignature | ts.PropertyDeclaration | ts.GetAccessorDeclaration,
): string {
  const type = oneLine(member.type?.getText() ?? "");
  if (!ts.isMethodSignature(member)) return type;
  return `(${member.parameters.map((parameter) => oneLine(parameter.getText())).join(", ")}) => ${type}`;
}

function methodOf(project: Project, method: ts.MethodDeclaration): Method {
  const name = method.name.getText();
  const parameters = method.parameters.map((parameter) => oneLine(parameter.getText())).join(", ");
  const isStatic = has(method, ts.SyntaxKind.StaticKeyword);
  const types = [...method.parameters, ...(method.type ? [method.type] : [])];
  const mentions = types.flatMap((node) => mentionsOf(project, node));
  return {
    name,
    signature: `${isStatic ? "static " : ""}${name}(${parameters}): ${oneLine(method.type?.getText() ?? "")}`,
    mentions: [...new Map(mentions.map((found) => [found.name, found])).values()],
    comment: commentOf(method),
  };
}

function isExported({ node }: Declaration): boolean {
  return has(node, ts.SyntaxKind.ExportKeyword);
}

function tokenOf({ name, node }: ClassDeclaration): string {
  const token = /super\(\s*"([^"]+)"/.exec(node.getText())?.[1];
  if (token === undefined) throw new Error(`${name} does not tell Pulumi its type`);
  return token;
}

/** Source on one line, without its comments. */
function oneLine(text: string): string {
  return text
    .replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
