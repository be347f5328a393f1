export { ConfigDocument } from "./config-document.ts";
export type { ValueLocation, Span } from "./config-document.ts";
export { DOCUMENT_RULES } from "./document-rules.ts";
export type { DocumentProblem, DocumentRule } from "./document-rules.ts";
export type { EnvAssignment, EnvQuote } from "./env-assignment.ts";
export type {
  ArrayNode,
  CommentNode,
  MemberNode,
  ObjectNode,
  ScalarNode,
  TextRange,
  ValueNode,
} from "./nodes.ts";
export { DOCUMENT_LIMITS, readDocument } from "./read-document.ts";
export type { ReadDocumentOptions, ReadDocumentResult } from "./read-document.ts";
export { readEnvFile } from "./read-env-file.ts";
export type { EnvEntry, EnvFile } from "./read-env-file.ts";
export { readJsonValue } from "./read-json-value.ts";
export type { ReadJsonValueResult } from "./read-json-value.ts";
export { readTextFile, TEXT_FILE_FAILURES } from "./read-text-file.ts";
export type { ReadTextFileOptions, ReadTextFileResult, TextFileFailure } from "./read-text-file.ts";
export type { DocumentLimits } from "./scan-document.ts";
