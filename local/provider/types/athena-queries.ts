/** aws.athena.NamedQuery and aws.athena.PreparedStatement. */
import {
  CreateNamedQueryCommand,
  CreatePreparedStatementCommand,
  DeleteNamedQueryCommand,
  DeletePreparedStatementCommand,
  GetNamedQueryCommand,
  GetPreparedStatementCommand,
  InvalidRequestException,
  ResourceNotFoundException,
} from "@aws-sdk/client-athena";
import * as v from "valibot";
import { defineType } from "../resource-type.ts";
import { text } from "./common.ts";

const namedQuery = defineType({
  token: "aws:athena/namedQuery:NamedQuery",
  inputs: v.strictObject({
    name: text,
    database: text,
    query: text,
    description: v.optional(text),
    workgroup: v.optional(text, "primary"),
  }),
  // As with the official provider: a named query is never updated in place.
  replaceOn: ["name", "database", "query", "description", "workgroup"],
  computed: [],
  async create(inputs, { clients }) {
    const { NamedQueryId } = await clients.athena.send(
      new CreateNamedQueryCommand({
        Name: inputs.name,
        Database: inputs.database,
        QueryString: inputs.query,
        Description: inputs.description,
        WorkGroup: inputs.workgroup,
      }),
    );
    return NamedQueryId ?? "";
  },
  async read(id, { clients }) {
    const call = clients.athena.send(new GetNamedQueryCommand({ NamedQueryId: id }));
    const found = (await unlessNotFound(call))?.NamedQuery;
    return (
      found && {
        name: found.Name,
        database: found.Database,
        query: found.QueryString,
        description: found.Description || undefined,
        workgroup: found.WorkGroup,
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    await unlessNotFound(clients.athena.send(new DeleteNamedQueryCommand({ NamedQueryId: id })));
  },
});

const statementInputs = v.strictObject({
  name: text,
  queryStatement: text,
  workgroup: text,
  description: v.optional(text),
});

const preparedStatement = defineType({
  token: "aws:athena/preparedStatement:PreparedStatement",
  inputs: statementInputs,
  replaceOn: ["name", "workgroup"],
  computed: [],
  async create(inputs, { clients }) {
    await clients.athena.send(new CreatePreparedStatementCommand(toStatement(inputs)));
    return `${inputs.workgroup}/${inputs.name}`;
  },
  async configure(id, inputs, { clients }, before) {
    if (before === undefined) return;
    // The emulator has no UpdatePreparedStatement.
    await clients.athena.send(new DeletePreparedStatementCommand(statementOf(id)));
    await clients.athena.send(new CreatePreparedStatementCommand(toStatement(inputs)));
  },
  async read(id, { clients }) {
    const call = clients.athena.send(new GetPreparedStatementCommand(statementOf(id)));
    const found = (await unlessNotFound(call))?.PreparedStatement;
    return (
      found && {
        name: found.StatementName,
        workgroup: found.WorkGroupName,
        queryStatement: found.QueryStatement,
        description: found.Description || undefined,
      }
    );
  },
  async delete(id, _inputs, { clients }) {
    await unlessNotFound(clients.athena.send(new DeletePreparedStatementCommand(statementOf(id))));
  },
});

function toStatement(inputs: v.InferOutput<typeof statementInputs>) {
  return {
    StatementName: inputs.name,
    WorkGroup: inputs.workgroup,
    QueryStatement: inputs.queryStatement,
    Description: inputs.description,
  };
}

function statementOf(id: string): { WorkGroup: string; StatementName: string } {
  const [WorkGroup, StatementName] = id.split("/");
  if (WorkGroup === undefined || StatementName === undefined) {
    throw new Error(`a prepared statement's id is WORKGROUP/NAME, not "${id}"`);
  }
  return { WorkGroup, StatementName };
}

/** Athena has an error of its own only for some things: what it says tells that one does not exist. */
async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    if (error instanceof InvalidRequestException && /not found|does not exist/i.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

/** Types of Athena that hold a query. */
export const athenaQueryTypes = [namedQuery, preparedStatement];
