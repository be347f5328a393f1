export type { DocumentChange } from "./change-tree.ts";
export { ConfigDocument } from "./config-document.ts";
export type { DocumentSettings, Span, ValueLocation } from "./config-document.ts";
export { DOCUMENT_RULES } from "./document-rules.ts";
export type { DocumentProblem, DocumentRule } from "./document-rules.ts";
export { editDocument } from "./edit-document.ts";
export type { EditDocumentResult } from "./edit-document.ts";
export { editEnvFile } from "./edit-env-file.ts";
export type { EditEnvFileResult, EnvEditProblem } from "./edit-env-file.ts";
export { EDIT_RULES } from "./edit-rules.ts";
export type { EditProblem, EditRule } from "./edit-rules.ts";
export type { EnvAssignment, EnvQuote } from "./env-assignment.ts";
export type { EnvChange } from "./env-edit-plan.ts";
export type { JsonValue } from "./json-draft.ts";
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
export { applyTextEdits } from "./text-edits.ts";
export type { TextEdit } from "./text-edits.ts";
