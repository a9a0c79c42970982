/** The project's declarations by syntax alone: it takes no type checker, and a type reads as it is written. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** A declaration with a name, at a file's top level. */
export interface Declaration {
  readonly name: string;
  readonly file: ts.SourceFile;
  readonly node:
    ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.VariableStatement;
}

/** A class of the project. */
export interface ClassDeclaration extends Declaration {
  readonly node: ts.ClassDeclaration;
}

/** The files of the project. Each is named by its path from the root, with slashes. */
export class Project {
  readonly #root: string;
  readonly #files = new Map<string, ts.SourceFile>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The names of a folder's TypeScript files, in its subfolders too. */
  list(folder: string): string[] {
    return readdirSync(path.join(this.#root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/")))
      .toSorted();
  }

  /** A file's text. */
  read(fileName: string): string {
    return readFileSync(path.join(this.#root, fileName), "utf8");
  }

  /** A file, parsed. */
  file(fileName: string): ts.SourceFile {
    const known = this.#files.get(fileName);
    if (known !== undefined) return known;
    const file = ts.createSourceFile(fileName, this.read(fileName), ts.ScriptTarget.Latest, true);
    this.#files.set(fileName, file);
    return file;
  }

  /**
   * What a name means in a file; nothing where another package or the language defines it. `export *` is not looked
   * through.
   */
  find(file: ts.SourceFile, name: string): Declaration | undefined {
    for (const node of file.statements) {
      if (isDeclaration(node) && namesOf(node).includes(name)) return { name, file, node };
    }
    for (const statement of file.statements) {
      const from = otherFile(statement, file);
      const original = originalName(statement, name);
      if (from !== undefined && original !== undefined) return this.find(this.file(from), original);
    }
    return undefined;
  }

  /** The class that a class extends, where that is one of the project. */
  baseOf({ node, file }: ClassDeclaration): ClassDeclaration | undefined {
    const base = extendedBy(node);
    const found = base && ts.isIdentifier(base) ? this.find(file, base.text) : undefined;
    return found !== undefined && isClass(found) ? found : undefined;
  }

  /** Whether a class is a Pulumi component, by whatever way. */
  isComponent(declaration: ClassDeclaration): boolean {
    const base = this.baseOf(declaration);
    if (base !== undefined) return this.isComponent(base);
    return extendedBy(declaration.node)?.getText() === "pulumi.ComponentResource";
  }
}

/** Whether a declaration is a class. */
export function isClass(declaration: Declaration): declaration is ClassDeclaration {
  return ts.isClassDeclaration(declaration.node);
}

/** Whether a declaration or a member has a modifier. */
export function has(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind)
  );
}

/** The classes of a file, in the order in which they are written. */
export function classesOf(file: ts.SourceFile): ClassDeclaration[] {
  return file.statements.flatMap((node) =>
    ts.isClassDeclaration(node) && node.name ? [{ name: node.name.text, file, node }] : [],
  );
}

function extendedBy(node: ts.ClassDeclaration): ts.Expression | undefined {
  const clause = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  return clause?.types[0]?.expression;
}

function isDeclaration(node: ts.Node): node is Declaration["node"] {
  return (
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isVariableStatement(node)
  );
}

function namesOf(node: Declaration["node"]): string[] {
  if (!ts.isVariableStatement(node)) return node.name === undefined ? [] : [node.name.text];
  return node.declarationList.declarations.map(({ name }) => name.getText());
}

/** The file of the project that a statement imports from, or hands on. */
function otherFile(statement: ts.Statement, file: ts.SourceFile): string | undefined {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
  const specifier = statement.moduleSpecifier;
  if (specifier === undefined || !ts.isStringLiteral(specifier)) return undefined;
  if (!specifier.text.startsWith(".")) return undefined;
  return path.posix.join(path.posix.dirname(file.fileName), specifier.text);
}

/** What a name that a statement imports or hands on is called in the other file. */
function originalName(statement: ts.Statement, name: string): string | undefined {
  const bindings = ts.isImportDeclaration(statement)
    ? statement.importClause?.namedBindings
    : ts.isExportDeclaration(statement)
      ? statement.exportClause
      : undefined;
  if (bindings === undefined || ts.isNamespaceImport(bindings) || ts.isNamespaceExport(bindings)) {
    return undefined;
  }
  const element = bindings.elements.find((candidate) => candidate.name.text === name);
  return element && (element.propertyName ?? element.name).text;
}
