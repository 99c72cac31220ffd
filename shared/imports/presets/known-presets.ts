import { dub } from "./dub.ts";
import { firstpromoter } from "./firstpromoter.ts";
import { partnerstack } from "./partnerstack.ts";
import type { Preset } from "./preset.ts";
import { rewardful } from "./rewardful.ts";
import { tolt } from "./tolt.ts";

/** Those whose signature says more come first. */
export const knownPresets: readonly Preset[] = [...partnerstack, ...dub, ...tolt, ...rewardful, ...firstpromoter];
