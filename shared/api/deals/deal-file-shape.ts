import * as z from "zod";
import { atOnce } from "../../at-once.ts";
import { DEAL_FILE_PREFIX } from "../../names.ts";
import type { ObjectStore } from "../../ports.ts";
import { type DealFile, dealFile } from "../../records/deal-file.ts";
import { isTest } from "../../records/record.ts";
import { uploadShape } from "../imports/create-import.ts";
import { present, visibleShape } from "../present.ts";

/** A file of a deal. */
export const dealFileShape = z.object({
  ...visibleShape(dealFile),
  test: z.boolean(),
  uploaded: z.boolean().meta({ description: "Whether the file is there" }),
  uploaded_bytes: z.int().nullable().meta({ description: "Its size, once it is there" }),
});

/** One just asked for, with where to send it. */
export const createdDealFileShape = z.object({ ...dealFileShape.shape, upload: uploadShape });

/** One with the way to it. */
export const linkedDealFileShape = z.object({
  ...dealFileShape.shape,
  url: z
    .string()
    .nullable()
    .meta({ description: "Where to download it, without credentials; null while it is not there" }),
  url_expires_at: z.int().nullable().meta({ description: "Until when, in epoch milliseconds" }),
});

/** Where a file lies in the upload bucket: by keys alone, so that no name can lead elsewhere. */
export const dealFileObject = ({ program, deal_key, key }: Pick<DealFile, "program" | "deal_key" | "key">): string =>
  `${DEAL_FILE_PREFIX}${program}/${deal_key}/${key}`;

const LOOKS_AT_ONCE = 16;

/** Files as they are shown; whether they have arrived is asked of the bucket, which alone knows. */
export const presentDealFiles = (
  objects: Pick<ObjectStore, "get">,
  files: readonly DealFile[],
): Promise<z.output<typeof dealFileShape>[]> =>
  atOnce(LOOKS_AT_ONCE, files, async (file) => {
    const found = await objects.get(dealFileObject(file), { from: 0, to: 0 });
    return {
      ...present(dealFile, file),
      test: isTest(file),
      uploaded: found !== undefined,
      uploaded_bytes: found?.bytes ?? null,
    };
  });
