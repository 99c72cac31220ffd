import { closeImport, type CloseImportDependencies } from "./close-import.ts";
import type { ImportMessage } from "./import-message.ts";
import { importPart, type ImportPartDependencies } from "./import-part.ts";
import { undoPart } from "./undo-part.ts";

/** Carries out any step of an import that the queue may carry. */
export function importSteps(deps: ImportPartDependencies & CloseImportDependencies) {
  const part = importPart(deps);
  const close = closeImport(deps);
  const undo = undoPart(deps);
  return (message: ImportMessage): Promise<void> => {
    if (message.step === "part") return part(message);
    return message.step === "close" ? close(message) : undo(message);
  };
}
