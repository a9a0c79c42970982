/** Errors as gRPC carries them to the engine. */
import * as grpc from "@grpc/grpc-js";
import { explain, messageOf } from "../errors.ts";
import { anyMessages, providerMessages, statusMessages } from "../proto.ts";
import { toStruct, type Properties } from "./values.ts";

/** A resource that was made but could not be brought to its inputs: the engine keeps it and tries again. */
export class InitializationError extends Error {
  readonly id: string;
  readonly properties: Properties;

  constructor(id: string, properties: Properties, options: ErrorOptions) {
    super(messageOf(options.cause), options);
    this.name = "InitializationError";
    this.id = id;
    this.properties = properties;
  }
}

/** What gRPC sends of an error; a half-made resource goes along as details, which the engine stores. */
export function statusOf(error: unknown): Partial<grpc.ServiceError> {
  const metadata = new grpc.Metadata();
  const details = describe(error);
  if (error instanceof InitializationError) {
    const failed = new providerMessages.ErrorResourceInitFailed();
    failed.setId(error.id);
    failed.setProperties(toStruct(error.properties));
    failed.setInputs(toStruct(error.properties));
    failed.setReasonsList([details]);
    const any = new anyMessages.Any();
    any.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new statusMessages.Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(details);
    status.addDetails(any);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details, metadata };
}

/** The service's own words, with its error code. */
function describe(error: unknown): string {
  const cause = error instanceof InitializationError ? error.cause : error;
  const isService = cause instanceof Error && "$fault" in cause;
  return isService ? `${cause.name}: ${cause.message}` : messageOf(explain(cause));
}
