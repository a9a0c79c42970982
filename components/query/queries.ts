/** Queries kept as files: named queries and prepared statements. @see https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../catalog/database.ts";
import type { Workgroup } from "./workgroup.ts";

/** A query of the folder. */
export interface QueryFile {
  /** The file's name without its end. */
  readonly name: string;
  /** What the comment at its beginning says. */
  readonly description: string;
  /** One statement, without the semicolon at its end. */
  readonly sql: string;
  /** How many values it asks for. */
  readonly parameters: number;
}

/** Files of queries that Athena would not take. Pulumi prints it without a stack trace. */
export class InvalidQueryError extends pulumi.RunError {
  constructor(file: string, fault: string) {
    super(`${file}: ${fault}`);
    this.name = "InvalidQueryError";
  }
}

/** @see https://docs.aws.amazon.com/athena/latest/APIReference/API_CreatePreparedStatement.html */
const STATEMENT_NAME = /^[a-z_][a-z0-9_]{0,255}$/;
const LONGEST_QUERY_BYTES = 262_144;
const LONGEST_DESCRIPTION = 1024;

/** What a {@link Queries} is made of. */
export interface QueriesArgs {
  /** The workgroup that has them. */
  readonly workgroup: Workgroup;
  /** The database whose tables the queries name without saying so. */
  readonly database: Database;
  /** What `readQueries` found in a folder. */
  readonly queries: readonly QueryFile[];
}

/** The queries of a workgroup: one that asks for values is a prepared statement, any other a named query. */
export class Queries extends pulumi.ComponentResource {
  constructor(name: string, args: QueriesArgs, opts?: pulumi.ComponentResourceOptions) {
    const { workgroupName } = args.workgroup;
    const queries = args.queries.map((query) => query.name);
    super("sluice:query:Queries", name, { workgroupName, queries }, opts);
    for (const query of args.queries) {
      const childName = `${name}-${query.name.replaceAll("_", "-")}`;
      const childOpts = { parent: this, dependsOn: [args.workgroup, args.database] };
      const common = { name: query.name, description: query.description, workgroup: workgroupName };
      if (query.parameters > 0) {
        new aws.athena.PreparedStatement(childName, { ...common, queryStatement: query.sql }, childOpts);
      } else {
        const database = args.database.databaseName;
        new aws.athena.NamedQuery(childName, { ...common, database, query: query.sql }, childOpts);
      }
    }
    this.registerOutputs({});
  }
}

/** Reads the queries of a folder, `*.sql`, in the order of their names. @throws {InvalidQueryError} */
export function readQueries(folder: string): QueryFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .toSorted()
    .map((file) => parseQuery(file, readFileSync(path.join(folder, file), "utf8")));
}

/** Reads one file: a comment that says what it is for, then one statement. @throws {InvalidQueryError} */
export function parseQuery(file: string, text: string): QueryFile {
  const refuse = (fault: string): never => {
    throw new InvalidQueryError(file, fault);
  };
  const name = file.replace(/\.sql$/, "");
  if (!STATEMENT_NAME.test(name)) refuse("its name must be lower-case letters, digits and underscores");
  const [, comment = "", rest = ""] = /^((?:--.*\n)*)([^]*)$/.exec(text) ?? [];
  const description = comment
    .replaceAll(/^--\s*/gm, "")
    .trim()
    .replaceAll(/\s*\n\s*/g, " ");
  if (description === "") refuse("it must begin with a comment (`-- …`) that says what it is for");
  if (description.length > LONGEST_DESCRIPTION)
    refuse(`its first comment has more than ${LONGEST_DESCRIPTION} characters`);
  const sql = rest.trim().replace(/;$/, "").trim();
  const code = withoutQuoted(sql);
  if (code.trim() === "") refuse("it has no statement");
  if (code.includes(";")) refuse("it has more than one statement; Athena runs one");
  if (Buffer.byteLength(sql) > LONGEST_QUERY_BYTES) refuse(`it is longer than ${LONGEST_QUERY_BYTES} bytes`);
  return { name, description, sql, parameters: code.split("?").length - 1 };
}

/** The statement without what is quoted or a comment: a question mark in there asks for nothing. */
function withoutQuoted(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--.*|\/\*[^]*?\*\//g, " ");
}
