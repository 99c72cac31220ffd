import type { MultipartUpload } from "../../../shared/ports.ts";
import type { Ports } from "./export-world.ts";

/** Everything the exporter asks for is done, and then `answer` decides whether it gets to know. */
export const lostAnswers =
  (answer: () => void) =>
  ({ table, bundles, mail }: Ports): Ports => {
    const told =
      <Asked extends readonly unknown[], Answer>(act: (...asked: Asked) => Promise<Answer>) =>
      async (...asked: Asked): Promise<Answer> => {
        const answered = await act(...asked);
        answer();
        return answered;
      };
    const toldUpload = ({ part, complete, abort, atRest }: MultipartUpload): MultipartUpload => ({
      part: told(part),
      complete: told(complete),
      abort: told(abort),
      atRest,
    });
    return {
      table: { ...table, write: told(table.write), transact: told(table.transact) },
      bundles: {
        ...bundles,
        put: told(bundles.put),
        upload: told(async (key, options) => toldUpload(await bundles.upload(key, options))),
        resume: (key, at) => toldUpload(bundles.resume(key, at)),
      },
      mail: { send: told(mail.send) },
    };
  };
